//! The policy file as a JSON Schema: what an editor can say while the file is being written.
//!
//! It is built from the types, so that a word that a guard or a mode gains is in it at once; a test
//! compares its keys with those of the readers. It says what a single value may be. What compares
//! values (a network that is not there, an address that two ports hold) is for [`Policy::parse`]
//! alone, which refuses all that the schema refuses but for quotes around a number or a truth value.
//!
//! [`Policy::parse`]: crate::Policy::parse

mod entry;
mod host;
mod network;
mod port;
#[cfg(test)]
mod tests;
mod text;

use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of the policy file.
pub fn schema() -> Value {
    let file = Object::new("What the ports of one host may send.")
        .required(
            "version",
            json!({ "description": "The version of this format: 1.", "const": 1 }),
        )
        .optional("host", host::schema())
        .optional("networks", list("The networks.", network::schema()))
        .required(
            "ports",
            list(
                "The guests' ports; [] for none. Required, so that a file that was cut off is not \
                 taken for one without ports.",
                port::schema(),
            ),
        )
        .close();
    let Value::Object(mut file) = file else {
        return file;
    };
    let draft = "https://json-schema.org/draft/2020-12/schema";
    file.insert("$schema".to_owned(), draft.into());
    file.insert("title".to_owned(), "vifguard policy".into());
    file.insert(
        "$defs".to_owned(),
        json!({
            "address": text::address(),
            "mac": text::mac(),
            "address-entry": entry::address(),
            "mac-entry": entry::mac(),
            "reserved-entry": entry::reserved(),
        }),
    );
    Value::Object(file)
}

/// An object of the file: nothing but its keys may be in it.
struct Object {
    about: &'static str,
    keys: Map<String, Value>,
    required: Vec<&'static str>,
    one_of: Vec<&'static str>,
}

impl Object {
    fn new(about: &'static str) -> Object {
        Object {
            about,
            keys: Map::new(),
            required: Vec::new(),
            one_of: Vec::new(),
        }
    }

    fn required(mut self, key: &'static str, value: Value) -> Object {
        self.required.push(key);
        self.optional(key, value)
    }

    fn optional(mut self, key: &'static str, value: Value) -> Object {
        self.keys.insert(key.to_owned(), value);
        self
    }

    /// A key of which there are several kinds, and one is written.
    fn one_of(mut self, key: &'static str, value: Value) -> Object {
        self.one_of.push(key);
        self.optional(key, value)
    }

    fn close(self) -> Value {
        let mut object = json!({
            "description": self.about,
            "type": "object",
            "properties": self.keys,
            "additionalProperties": false,
        });
        if !self.required.is_empty() {
            object["required"] = self.required.into();
        }
        if !self.one_of.is_empty() {
            let kinds = self.one_of.iter().map(|key| json!({ "required": [key] }));
            object["oneOf"] = kinds.collect();
        }
        object
    }
}

/// One of a few words.
fn word<T: Copy>(
    about: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
    default: Option<T>,
) -> Value {
    let words: Vec<&str> = all.iter().map(|value| name(*value)).collect();
    let mut value = json!({ "description": about, "enum": words });
    if let Some(default) = default {
        value["default"] = name(default).into();
    }
    value
}

fn boolean(about: &str) -> Value {
    json!({ "description": about, "type": "boolean", "default": false })
}

fn list(about: &str, items: Value) -> Value {
    json!({ "description": about, "type": "array", "items": items })
}

/// Something that is used in several places.
fn of(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}
