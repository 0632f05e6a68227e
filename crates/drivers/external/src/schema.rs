use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::wire::{
    Answer, Applied, Counted, Event, Failure, Greeting, Observed, Previewed, Probed, Released,
    Request,
};

/// The JSON Schema (draft 2020-12) of every line that is said: `#/$defs/request` of those that a program
/// reads, the others of those that it writes.
pub fn schema() -> Value {
    let mut reads = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut writes = SchemaSettings::draft2020_12().into_generator();
    let mut lines = Lines::default();
    lines.line::<Request>("request", &mut reads);
    lines.line::<Failure>("failure", &mut writes);
    lines.line::<Answer<Greeting>>("answer-to-hello", &mut writes);
    lines.line::<Answer<Probed>>("answer-to-probe", &mut writes);
    lines.line::<Answer<Previewed>>("answer-to-preview", &mut writes);
    lines.line::<Answer<Applied>>("answer-to-apply", &mut writes);
    lines.line::<Answer<Observed>>("answer-to-observe", &mut writes);
    lines.line::<Answer<Counted>>("answer-to-counters", &mut writes);
    lines.line::<Answer<Released>>("answer-to-remove", &mut writes);
    lines.defs.insert("answer-to-watch".to_owned(), empty());
    lines.names.push("answer-to-watch");
    lines.line::<Event>("event", &mut writes);
    let mut defs = lines.defs;
    for mut generator in [reads, writes] {
        defs.extend(generator.take_definitions(true));
    }
    let any: Vec<Value> = lines
        .names
        .iter()
        .map(|name| json!({ "$ref": format!("#/$defs/{name}") }))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vifguard external driver, protocol 1",
        "description": "Every line between vifguard and a driver's program.",
        "anyOf": any,
        "$defs": defs,
    })
}

/// The kinds of lines.
#[derive(Default)]
struct Lines {
    names: Vec<&'static str>,
    defs: serde_json::Map<String, Value>,
}

impl Lines {
    fn line<T: JsonSchema>(&mut self, name: &'static str, generator: &mut SchemaGenerator) {
        let schema = T::json_schema(generator);
        self.defs.insert(name.to_owned(), schema.to_value());
        self.names.push(name);
    }
}

/// There is nothing more to say than that it was understood.
fn empty() -> Value {
    json!({
        "description": "Events follow.",
        "type": "object",
        "properties": {
            "id": { "description": "The number of the request.", "type": "integer", "minimum": 0 },
            "ok": { "type": "object", "additionalProperties": false },
        },
        "required": ["id", "ok"],
        "additionalProperties": false,
    })
}
