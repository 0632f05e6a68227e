//! Open vSwitch, by `ovs-vsctl`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::program::{ProgramError, ask};

const VSCTL: &str = "ovs-vsctl";

/// An interface of Open vSwitch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vif {
    /// The device; for kinds without one (vhost-user) the name in Open vSwitch.
    pub device: String,
    /// What somebody noted about its guest.
    pub external_ids: BTreeMap<String, String>,
}

/// The table of a database, as `--format=json` prints it (ovs-vsctl(8)).
#[derive(Debug, Deserialize)]
struct Table {
    data: Vec<(String, Value)>,
}

/// All that have external ids.
pub fn vifs() -> Result<Vec<Vif>, ProgramError> {
    let columns = "--columns=name,external_ids";
    let arguments = ["--timeout=5", "--format=json", columns, "list", "Interface"];
    read(&ask(VSCTL, &arguments)?)
}

fn read(text: &str) -> Result<Vec<Vif>, ProgramError> {
    let unclear = |what: String| ProgramError::Unclear {
        program: VSCTL.to_owned(),
        what,
    };
    let table: Table = serde_json::from_str(text).map_err(|error| unclear(error.to_string()))?;
    let vif = |(device, ids): (String, Value)| {
        let ids = map(&ids).ok_or_else(|| unclear(ids.to_string()))?;
        Ok(Vif {
            device,
            external_ids: ids,
        })
    };
    let vifs: Result<Vec<Vif>, ProgramError> = table.data.into_iter().map(vif).collect();
    let mut vifs = vifs?;
    vifs.retain(|vif| !vif.external_ids.is_empty());
    Ok(vifs)
}

/// `["map",[["iface-id","web"],…]]` (RFC 7047, section 5.1).
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

    #[test]
    fn only_interfaces_with_ids_are_vifs() {
        let text = r#"{"data":[["br0",["map",[]]],["vif1.0",["map",[["attached-mac","02:00:00:00:00:01"],["xs-vif-uuid","u-1"]]]]],"headings":["name","external_ids"]}"#;
        let vifs = read(text).unwrap();
        assert_eq!(vifs.len(), 1);
        assert_eq!(vifs[0].device, "vif1.0");
        assert_eq!(vifs[0].external_ids["xs-vif-uuid"], "u-1");
        assert!(read("[]").is_err());
    }
}
