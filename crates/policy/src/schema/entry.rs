//! Entries of lists: a value alone, or with `shared`.

use serde_json::{Value, json};

use super::{Object, boolean, of};

const SHARED: &str = "true: another port of the network may hold it as well, if that says so too.";

/// An address of a port.
pub(super) fn address() -> Value {
    let entry = Object::new("An address that may be shared.").required("address", of("address"));
    alone_or(&["address"], with_shared(entry).close())
}

/// A MAC of a port.
pub(super) fn mac() -> Value {
    let entry = Object::new("A MAC that may be shared.").required("mac", of("mac"));
    alone_or(&["mac"], with_shared(entry).close())
}

/// Something that no port may hold.
pub(super) fn reserved() -> Value {
    let entry = Object::new("A reserved address or MAC that ports may share.")
        .optional("address", of("address"))
        .optional("mac", of("mac"));
    let mut entry = with_shared(entry).close();
    entry["oneOf"] = json!([{ "required": ["address"] }, { "required": ["mac"] }]);
    alone_or(&["address", "mac"], entry)
}

fn with_shared(entry: Object) -> Object {
    entry.optional("shared", boolean(SHARED))
}

fn alone_or(values: &[&str], entry: Value) -> Value {
    let mut forms: Vec<Value> = values.iter().map(|value| of(value)).collect();
    forms.push(entry);
    json!({ "anyOf": forms })
}
