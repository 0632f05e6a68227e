//! What is published of the calls, and whether a call is of that form.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct DataModel {
    pub(crate) calls: BTreeMap<String, Call>,
    enums: BTreeMap<String, Vec<String>>,
    pub(crate) records: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
pub(crate) struct Call {
    pub(crate) since: String,
    pub(crate) role: String,
    pub(crate) result: String,
    required: usize,
    params: Vec<(String, String)>,
    pub(crate) errors: Vec<String>,
}

impl DataModel {
    pub(crate) fn get() -> &'static DataModel {
        static MODEL: OnceLock<DataModel> = OnceLock::new();
        MODEL.get_or_init(|| serde_json::from_str(include_str!("datamodel.json")).unwrap())
    }

    /// What is wrong with a call, if anything is.
    pub(crate) fn wrong(&self, call: &str, params: &[Value]) -> Option<String> {
        let Some(known) = self.calls.get(call) else {
            return Some(format!("no such call: {call}"));
        };
        if params.len() < known.required || params.len() > known.params.len() {
            return Some(format!("{call} does not take {} parameters", params.len()));
        }
        let mut pairs = known.params.iter().zip(params);
        let wrong = pairs.find(|((_, kind), value)| !self.is(kind, value));
        wrong.map(|((name, kind), value)| format!("{call}: {name} is no {kind}: {value}"))
    }

    /// What is wrong with a record, if anything is.
    pub(crate) fn wrong_record(&self, class: &str, record: &Value) -> Option<String> {
        let mut fields = self.records[class].iter();
        let wrong = fields.find(|(name, kind)| !self.is(kind, &record[name.as_str()]));
        wrong.map(|(name, kind)| format!("{class}.{name} is no {kind}: {}", record[name.as_str()]))
    }

    fn is(&self, kind: &str, value: &Value) -> bool {
        if let Some(name) = kind.strip_prefix("enum ") {
            let values = &self.enums[name];
            return value
                .as_str()
                .is_some_and(|value| values.iter().any(|known| known == value));
        }
        if let Some(of) = kind.strip_suffix(" set") {
            let items = value.as_array();
            return items.is_some_and(|items| items.iter().all(|item| self.is(of, item)));
        }
        if kind.ends_with(" ref") {
            return value.is_string();
        }
        match kind {
            "string" | "datetime" => value.is_string(),
            "float" => value.is_f64(),
            "int" => value.is_i64(),
            "(string -> string) map" => {
                let map = value.as_object();
                map.is_some_and(|map| map.values().all(Value::is_string))
            }
            other => panic!("a type that the stand-in does not know: {other}"),
        }
    }
}
