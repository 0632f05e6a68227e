//! What the database says of a bridge and its interfaces.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::tool::{ToolError, Tools};

/// A bridge as the database has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// `secure`, `standalone`, or nothing.
    pub fail_mode: Option<String>,
    /// `system` or nothing (the kernel), or `netdev` (userspace).
    pub datapath_type: String,
    /// Controllers for whom the switch itself lets frames through, before any flow.
    pub in_band: Vec<String>,
    /// Its interfaces.
    pub interfaces: Vec<Interface>,
}

/// An interface of a bridge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Its number, once the switch has opened it.
    pub number: Option<u32>,
    /// What others have written about it.
    pub external_ids: BTreeMap<String, String>,
}

/// What is asked for, table by table.
const TABLES: [(&str, &[&str]); 4] = [
    (
        "Bridge",
        &[
            "name",
            "ports",
            "fail_mode",
            "datapath_type",
            "controller",
            "other_config",
        ],
    ),
    ("Port", &["_uuid", "interfaces"]),
    ("Interface", &["_uuid", "name", "ofport", "external_ids"]),
    ("Controller", &["_uuid", "target", "connection_mode"]),
];

type Row = serde_json::Map<String, Value>;

/// Every bridge by its name.
pub(crate) fn read(tools: &Tools) -> Result<BTreeMap<String, Bridge>, ToolError> {
    let select = |(table, columns)| json!({ "op": "select", "table": table, "where": [], "columns": columns });
    let question = [json!("Open_vSwitch")]
        .into_iter()
        .chain(TABLES.map(select));
    let question = Value::Array(question.collect()).to_string();
    bridges(&tools.database(&question)?).ok_or_else(|| ToolError::Unreadable {
        program: "ovsdb-client",
        what: "the rows of bridges, ports, interfaces and controllers".to_owned(),
    })
}

/// What the answers say, in the order of the questions.
pub(crate) fn bridges(text: &str) -> Option<BTreeMap<String, Bridge>> {
    let Ok(Value::Array(answers)) = serde_json::from_str(text) else {
        return None;
    };
    let answers: Option<Vec<Vec<Row>>> = answers.into_iter().map(rows).collect();
    let [bridges, ports, interfaces, controllers]: [Vec<Row>; 4] = answers?.try_into().ok()?;
    let [ports, interfaces, controllers] = [ports, interfaces, controllers].map(by_uuid);
    let bridge = |row: &Row| {
        let name = row.get("name")?.as_str()?.to_owned();
        let mut bridge = Bridge {
            fail_mode: strings(row.get("fail_mode")?).pop(),
            datapath_type: row.get("datapath_type")?.as_str()?.to_owned(),
            ..Bridge::default()
        };
        let config = map(row.get("other_config")?);
        let is_off = config
            .get("disable-in-band")
            .is_some_and(|value| value == "true");
        for uuid in strings(row.get("controller")?).iter().filter(|_| !is_off) {
            bridge
                .in_band
                .extend(controllers.get(uuid).and_then(in_band));
        }
        for port in strings(row.get("ports")?) {
            for uuid in strings(ports.get(&port)?.get("interfaces")?) {
                bridge.interfaces.push(interface(interfaces.get(&uuid)?)?);
            }
        }
        Some((name, bridge))
    };
    bridges.iter().map(bridge).collect()
}

fn interface(row: &Row) -> Option<Interface> {
    let number = strings(row.get("ofport")?).pop();
    Some(Interface {
        name: row.get("name")?.as_str()?.to_owned(),
        // One that cannot be opened is number -1.
        number: number.and_then(|number| number.parse().ok()),
        external_ids: map(row.get("external_ids")?),
    })
}

/// The target, if the switch makes way for it by itself (`ovs-vswitchd.conf.db`, `connection_mode`).
fn in_band(row: &Row) -> Option<String> {
    let target = row.get("target")?.as_str()?;
    let remote = target.starts_with("tcp:") || target.starts_with("ssl:");
    let away = !target.contains(":127.") && !target.contains(":[::1]");
    let out = strings(row.get("connection_mode")?).contains(&"out-of-band".to_owned());
    (remote && away && !out).then(|| target.to_owned())
}

fn rows(mut answer: Value) -> Option<Vec<Row>> {
    let Value::Array(rows) = answer.get_mut("rows")?.take() else {
        return None;
    };
    let row = |row| match row {
        Value::Object(row) => Some(row),
        _ => None,
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
