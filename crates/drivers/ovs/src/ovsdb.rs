//! What the database says of a bridge and its interfaces.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use vifguard_programs::ProgramError;

use crate::tool::{OVSDB_CLIENT, Tools, unreadable as unclear};

/// A bridge as the database has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// `secure`, `standalone`, or nothing.
    pub fail_mode: Option<String>,
    /// `system` or nothing (the kernel), or `netdev` (userspace).
    pub datapath_type: String,
    /// Controllers and managers for whom the switch itself lets frames through, before any flow.
    pub in_band: Vec<String>,
    /// The spanning tree protocols that the switch itself speaks: it takes their frames from every interface,
    /// before any flow.
    pub spanning_tree: Vec<&'static str>,
    /// Interfaces, of whatever bridge, and a protocol of which the switch takes the frames there, before any
    /// flow.
    pub taken: Vec<(String, &'static str)>,
    /// Mirrors: they copy frames before any flow.
    pub mirrors: Vec<String>,
}

/// Every bridge by its name.
pub type Bridges = BTreeMap<String, Bridge>;

type Row = serde_json::Map<String, Value>;

/// A table, which of its rows (all, if nothing is said), and which columns.
type Select = (&'static str, &'static str, &'static [&'static str]);

const BRIDGES: Select = (
    "Bridge",
    "[]",
    &[
        "name",
        "fail_mode",
        "datapath_type",
        "controller",
        "other_config",
        "stp_enable",
        "rstp_enable",
        "mirrors",
    ],
);
const REMOTE: &[&str] = &["_uuid", "target", "connection_mode"];
const CONTROLLERS: Select = ("Controller", "[]", REMOTE);
/// Every row is in use: one that nothing refers to is none.
const MANAGERS: Select = ("Manager", "[]", REMOTE);
const MIRRORS: Select = ("Mirror", "[]", &["_uuid", "name"]);
/// Protocols that the switch speaks on single interfaces. There may be thousands of interfaces, and few of them
/// do. A port that is no bond is called as its interface is; of a bond's, the switch says so itself.
const TAKEN: [(&str, Select); 5] = [
    (
        "BFD",
        (
            "Interface",
            r#"[["bfd","!=",["map",[]]]]"#,
            &["name", "bfd"],
        ),
    ),
    (
        "CFM",
        ("Interface", r#"[["cfm_mpid","!=",["set",[]]]]"#, &["name"]),
    ),
    (
        "LLDP",
        (
            "Interface",
            r#"[["lldp","!=",["map",[]]]]"#,
            &["name", "lldp"],
        ),
    ),
    (
        "LACP",
        (
            "Interface",
            r#"[["lacp_current","!=",["set",[]]]]"#,
            &["name"],
        ),
    ),
    (
        "LACP",
        (
            "Port",
            r#"[["lacp","!=",["set",[]]],["lacp","!=","off"]]"#,
            &["name"],
        ),
    ),
];
/// Large, and needed only to say where a missing interface is.
const MEMBERS: [Select; 3] = [
    ("Bridge", "[]", &["name", "ports"]),
    ("Port", "[]", &["_uuid", "interfaces"]),
    ("Interface", "[]", &["_uuid", "name"]),
];

/// All bridges.
pub(crate) fn read(tools: &Tools) -> Result<Bridges, ProgramError> {
    let selects = [BRIDGES, CONTROLLERS, MANAGERS, MIRRORS]
        .into_iter()
        .chain(TAKEN.map(|(_, select)| select));
    let answers = ask(tools, &selects.collect::<Vec<_>>())?;
    bridges(answers).ok_or_else(|| unreadable("bridges, and what is around their flows"))
}

/// The bridge that has an interface of this name.
pub(crate) fn bridge_of(tools: &Tools, device: &str) -> Result<Option<String>, ProgramError> {
    let answers = ask(tools, &MEMBERS)?;
    let [bridges, ports, interfaces]: [Vec<Row>; 3] = answers
        .try_into()
        .map_err(|_| unreadable("bridges, ports and interfaces"))?;
    let row_of = |rows: &[Row], column: &str, uuid: &str| {
        let has = |row: &&Row| {
            row.get(column)
                .is_some_and(|cell| strings(cell).iter().any(|s| s == uuid))
        };
        rows.iter().find(has).cloned()
    };
    let uuid = |row: Row| strings(row.get("_uuid")?).pop();
    let found = || {
        let interface = uuid(row_of(&interfaces, "name", device)?)?;
        let port = uuid(row_of(&ports, "interfaces", &interface)?)?;
        strings(row_of(&bridges, "ports", &port)?.get("name")?).pop()
    };
    Ok(found())
}

fn ask(tools: &Tools, selects: &[Select]) -> Result<Vec<Vec<Row>>, ProgramError> {
    let select = |(table, rows, columns): &Select| {
        let rows: Value = serde_json::from_str(rows).unwrap_or_else(|_| json!([]));
        json!({ "op": "select", "table": table, "where": rows, "columns": columns })
    };
    let question = [json!("Open_vSwitch")]
        .into_iter()
        .chain(selects.iter().map(select));
    let answer = tools.database(&Value::Array(question.collect()))?;
    answers(answer).ok_or_else(|| unreadable("rows"))
}

fn unreadable(what: &str) -> ProgramError {
    unclear(OVSDB_CLIENT, what)
}

fn answers(answer: Value) -> Option<Vec<Vec<Row>>> {
    let Value::Array(answers) = answer else {
        return None;
    };
    answers.into_iter().map(rows).collect()
}

/// Is the protocol that the row speaks of switched on? The switch takes the word in any case (`smap_get_bool`).
fn is_on(row: &Row) -> bool {
    let settings = ["bfd", "lldp"]
        .into_iter()
        .find_map(|column| row.get(column));
    settings.is_none_or(|settings| {
        let settings = map(settings);
        let enable = settings.get("enable");
        enable.is_some_and(|word| word.eq_ignore_ascii_case("true"))
    })
}

/// What the answers say, in the order of the questions.
fn bridges(answers: Vec<Vec<Row>>) -> Option<Bridges> {
    let mut answers = answers.into_iter();
    let mut next = || answers.next();
    let (bridges, controllers) = (next()?, by_uuid(next()?));
    let mut managers = Vec::new();
    for row in next()? {
        managers.extend(in_band(&row)?);
    }
    let mirrors = by_uuid(next()?);
    let mut taken = Vec::new();
    for (protocol, _) in TAKEN {
        for row in next()?.iter().filter(|row| is_on(row)) {
            taken.push((row.get("name")?.as_str()?.to_owned(), protocol));
        }
    }
    let bridge = |row: &Row| {
        let config = map(row.get("other_config")?);
        let is_off = config
            .get("disable-in-band")
            .is_some_and(|value| value == "true");
        let of_bridge = strings(row.get("controller")?);
        let mut remotes = Vec::new();
        for uuid in of_bridge {
            remotes.extend(in_band(controllers.get(&uuid)?)?);
        }
        // Managers are the whole switch's: each bridge makes way for them.
        remotes.extend(managers.iter().cloned());
        let spoken = [("STP", "stp_enable"), ("RSTP", "rstp_enable")];
        let mut spanning_tree = Vec::new();
        for (protocol, column) in spoken {
            let on = row.get(column)?.as_bool()?;
            spanning_tree.extend(on.then_some(protocol));
        }
        let named = |uuid: &String| Some(mirrors.get(uuid)?.get("name")?.as_str()?.to_owned());
        let bridge = Bridge {
            fail_mode: strings(row.get("fail_mode")?).pop(),
            datapath_type: row.get("datapath_type")?.as_str()?.to_owned(),
            in_band: if is_off { Vec::new() } else { remotes },
            spanning_tree,
            taken: taken.clone(),
            mirrors: strings(row.get("mirrors")?)
                .iter()
                .map(named)
                .collect::<Option<_>>()?,
        };
        Some((row.get("name")?.as_str()?.to_owned(), bridge))
    };
    bridges.iter().map(bridge).collect()
}

/// The target, if the switch makes way for it by itself (`ovs-vswitchd.conf.db`, `connection_mode`); nothing at
/// all where the row is not understood.
fn in_band(row: &Row) -> Option<Option<String>> {
    let target = row.get("target")?.as_str()?;
    let remote = target.starts_with("tcp:") || target.starts_with("ssl:");
    let away = !target.contains(":127.") && !target.contains(":[::1]");
    let out = strings(row.get("connection_mode")?).contains(&"out-of-band".to_owned());
    Some((remote && away && !out).then(|| target.to_owned()))
}

fn rows(mut answer: Value) -> Option<Vec<Row>> {
    let Value::Array(rows) = answer.get_mut("rows")?.take() else {
        return None;
    };
    let row = |row| {
        let Value::Object(row) = row else { return None };
        Some(row)
    };
    rows.into_iter().map(row).collect()
}

fn by_uuid(rows: Vec<Row>) -> HashMap<String, Row> {
    let keyed = rows.into_iter().filter_map(|row| {
        let uuid = strings(row.get("_uuid")?).pop()?;
        Some((uuid, row))
    });
    keyed.collect()
}

/// A cell as texts: one value, or a set of them (RFC 7047 section 5.1).
fn strings(cell: &Value) -> Vec<String> {
    match cell {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(kind), value] if kind == "uuid" => strings(value),
            [Value::String(kind), Value::Array(values)] if kind == "set" => {
                values.iter().flat_map(strings).collect()
            }
            _ => Vec::new(),
        },
        Value::Null | Value::Bool(_) | Value::Object(_) => Vec::new(),
    }
}

fn map(cell: &Value) -> BTreeMap<String, String> {
    let pairs = cell.get(1).and_then(Value::as_array);
    let pair = |pair: &Value| {
        let key = pair.get(0)?.as_str()?.to_owned();
        Some((key, pair.get(1)?.as_str()?.to_owned()))
    };
    pairs.into_iter().flatten().filter_map(pair).collect()
}
