//! Open vSwitch, by `ovs-vsctl`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::Value;
use vifguard_programs::{Program, ProgramError};

const VSCTL: &str = "ovs-vsctl";

/// What the database says of bridges and their interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    /// All bridges.
    pub bridges: Vec<Bridge>,
    /// All interfaces.
    pub vifs: Vec<Vif>,
}

/// A bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// Its name.
    pub name: String,
    /// Its datapath is in userspace: it takes frames by a packet socket, before the kernel's hooks.
    pub userspace: bool,
    /// It hands its flows to tc (`other_config:hw-offload`), which comes before netdev ingress.
    pub offloads: bool,
    /// Its interfaces.
    pub interfaces: BTreeSet<String>,
    /// Those of them that the switch has nothing of now.
    pub detached: BTreeSet<String>,
}

/// An interface of Open vSwitch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vif {
    /// The device; for kinds without one (vhost-user) the name in Open vSwitch.
    pub device: String,
    /// What somebody noted about its guest.
    pub external_ids: BTreeMap<String, String>,
    /// The switch has it, and gave it a number. A row outlives its guest, and the host that it ran on.
    pub attached: bool,
}

/// The table of a database, as `--format=json` prints it (ovs-vsctl(8)).
#[derive(Debug, Deserialize)]
struct Table {
    data: Vec<Vec<Value>>,
}

impl Switch {
    /// Reads it from a database, or from the one that Open vSwitch's own programs find.
    ///
    /// # Errors
    ///
    /// There is none, or it does not answer.
    pub fn read(database: Option<&str>) -> Result<Switch, ProgramError> {
        let program = Program::new(VSCTL).args(["--timeout=5", "--format=json"]);
        let program = match database {
            Some(database) => program.arg(format!("--db={database}")),
            None => program,
        };
        let tables = [
            ("name,_uuid,external_ids,ofport", "Interface"),
            ("_uuid,interfaces", "Port"),
            ("name,datapath_type,ports", "Bridge"),
            ("other_config", "Open_vSwitch"),
        ];
        let program = tables
            .into_iter()
            .fold(program, |program, (columns, table)| {
                let columns = format!("--columns={columns}");
                program.args(["--", columns.as_str(), "list", table])
            });
        let answer = program.ask()?;
        read(&answer).ok_or_else(|| program.unclear(answer))
    }

    /// The bridge that has an interface.
    pub fn bridge_of(&self, device: &str) -> Option<&Bridge> {
        let mut bridges = self.bridges.iter();
        bridges.find(|bridge| bridge.interfaces.contains(device))
    }
}

impl Bridge {
    /// Takes it frames before the kernel's netdev ingress has judged them?
    pub fn is_before_ingress(&self) -> bool {
        self.userspace || self.offloads
    }

    /// Takes it what an interface of this name sends, or will it in a moment? A row that the switch gave no
    /// number is what a guest that is gone left behind, or what a switch that hangs has not come to: then the host
    /// has an interface of this name (`is_here`), and it is taken for the bridge's.
    pub fn takes_from(&self, device: &str, is_here: bool) -> bool {
        self.interfaces.contains(device) && (is_here || !self.detached.contains(device))
    }
}

/// A table a line.
fn read(text: &str) -> Option<Switch> {
    let tables: Result<Vec<Table>, _> = text.lines().map(serde_json::from_str).collect();
    let [interfaces, ports, bridges, switches]: [Table; 4] = tables.ok()?.try_into().ok()?;
    let settings = switches.data.first().and_then(|row| map(row.first()?));
    let offloads = settings?
        .get("hw-offload")
        .is_some_and(|on| on.eq_ignore_ascii_case("true"));
    let mut names = HashMap::new();
    let mut vifs = Vec::new();
    for row in &interfaces.data {
        let device = row.first()?.as_str()?.to_owned();
        names.insert(one(row.get(1)?)?, device.clone());
        vifs.push(Vif {
            device,
            external_ids: map(row.get(2)?)?,
            attached: row.get(3)?.as_i64().is_some_and(|number| number > 0),
        });
    }
    let mut members = HashMap::new();
    for row in &ports.data {
        members.insert(one(row.first()?)?, many(row.get(1)?));
    }
    let detached = vifs.iter().filter(|vif| !vif.attached);
    let detached: BTreeSet<String> = detached.map(|vif| vif.device.clone()).collect();
    let bridge = |row: &Vec<Value>| {
        let ports = many(row.get(2)?);
        let interfaces = ports.iter().filter_map(|port| members.get(port)).flatten();
        let interfaces: BTreeSet<String> = interfaces
            .filter_map(|interface| names.get(interface).cloned())
            .collect();
        Some(Bridge {
            name: row.first()?.as_str()?.to_owned(),
            userspace: row.get(1)?.as_str()? == "netdev",
            offloads,
            detached: interfaces.intersection(&detached).cloned().collect(),
            interfaces,
        })
    };
    Some(Switch {
        bridges: bridges.data.iter().map(bridge).collect::<Option<_>>()?,
        vifs,
    })
}

/// `["uuid","…"]` (RFC 7047, section 5.1).
fn one(value: &Value) -> Option<String> {
    match value.as_array()?.as_slice() {
        [Value::String(kind), Value::String(uuid)] if kind == "uuid" => Some(uuid.clone()),
        _ => None,
    }
}

/// One, or `["set",[…]]` of them.
fn many(value: &Value) -> Vec<String> {
    match value.as_array().map(Vec::as_slice) {
        Some([Value::String(kind), Value::Array(members)]) if kind == "set" => {
            members.iter().filter_map(one).collect()
        }
        _ => one(value).into_iter().collect(),
    }
}

/// `["map",[["iface-id","web"],…]]`.
fn map(value: &Value) -> Option<BTreeMap<String, String>> {
    let pairs = match value.as_array()?.as_slice() {
        [Value::String(kind), Value::Array(pairs)] if kind == "map" => pairs,
        _ => return None,
    };
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    pairs
        .iter()
        .map(|pair| Some((text(pair.get(0)?)?, text(pair.get(1)?)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"data":[["br0",["uuid","i-0"],["map",[]],65534],["vif1.0",["uuid","i-1"],["map",[["attached-mac","02:00:00:00:00:01"],["xs-vif-uuid","u-1"]]],3],["vif2.0",["uuid","i-2"],["map",[]],-1],["vif3.0",["uuid","i-3"],["map",[]],["set",[]]]],"headings":["name","_uuid","external_ids","ofport"]}
{"data":[[["uuid","p-0"],["uuid","i-0"]],[["uuid","p-1"],["set",[["uuid","i-1"],["uuid","i-2"],["uuid","i-3"]]]]],"headings":["_uuid","interfaces"]}
{"data":[["br0","netdev",["set",[["uuid","p-0"],["uuid","p-1"]]]],["br1","",["set",[]]]],"headings":["name","datapath_type","ports"]}
{"data":[[["map",[["stats-update-interval","5000"]]]]],"headings":["other_config"]}
"#;

    #[test]
    fn bridges_have_interfaces_and_interfaces_have_ids() {
        let switch = read(ANSWER).unwrap();
        assert_eq!(switch.vifs.len(), 4);
        assert_eq!(switch.vifs[1].external_ids["xs-vif-uuid"], "u-1");
        let bridge = switch.bridge_of("vif1.0").unwrap();
        assert!(bridge.name == "br0" && bridge.userspace);
        assert!(!switch.bridges[1].userspace && switch.bridges[1].interfaces.is_empty());
        assert!(switch.bridge_of("tap0").is_none());
    }

    /// Their guests are gone, and what is called so later is another's.
    #[test]
    fn a_row_without_a_number_is_no_interface_that_is_there() {
        let switch = read(ANSWER).unwrap();
        let bridge = switch.bridge_of("vif2.0").unwrap();
        let names = ["br0", "vif1.0", "vif2.0", "vif3.0"];
        let taken = names.map(|name| bridge.takes_from(name, false));
        assert_eq!(taken, [true, true, false, false]);
        assert_eq!(
            taken.as_slice(),
            switch
                .vifs
                .iter()
                .map(|vif| vif.attached)
                .collect::<Vec<_>>()
        );
    }

    /// A switch that hangs gives no number to what is plugged in, and takes its frames later.
    #[test]
    fn a_row_without_a_number_is_there_if_the_host_has_the_interface() {
        let switch = read(ANSWER).unwrap();
        let bridge = switch.bridge_of("vif2.0").unwrap();
        assert!(bridge.takes_from("vif2.0", true));
        assert!(!bridge.takes_from("tap0", true));
    }

    /// Whatever its datapath, a switch that uses tc is there before netdev ingress.
    #[test]
    fn a_switch_that_offloads_comes_first() {
        let first = |answer: &str| {
            let bridges = read(answer).unwrap().bridges.into_iter();
            bridges
                .map(|bridge| bridge.is_before_ingress())
                .collect::<Vec<_>>()
        };
        assert_eq!(first(ANSWER), [true, false]);
        let other = ANSWER.replace(
            "[\"stats-update-interval\",\"5000\"]",
            "[\"hw-offload\",\"true\"]",
        );
        assert_eq!(first(&other), [true, true]);
    }

    #[test]
    fn half_an_answer_is_none() {
        let first = ANSWER.lines().next().unwrap();
        assert!(read(first).is_none());
        assert!(read("").is_none());
    }
}
