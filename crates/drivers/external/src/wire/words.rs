//! Words of the contract in the schema: taken from the types, so that a new one is in it at once.

use schemars::{Schema, SchemaGenerator, json_schema};
use vifguard_driver::Feature;
use vifguard_policy::{Guard, Mode, Unknown};
use vifguard_verdict::Reason;

fn word(all: impl IntoIterator<Item = &'static str>) -> Schema {
    let all: Vec<&str> = all.into_iter().collect();
    json_schema!({ "type": "string", "enum": all })
}

fn counted(all: impl IntoIterator<Item = &'static str>) -> Schema {
    let all: Vec<&str> = all.into_iter().collect();
    json_schema!({
        "type": "object",
        "propertyNames": { "enum": all },
        "additionalProperties": { "type": "integer", "minimum": 0 },
    })
}

pub(super) fn guards(_: &mut SchemaGenerator) -> Schema {
    let guard = word(Guard::ALL.map(Guard::name));
    json_schema!({ "type": "array", "items": guard })
}

pub(super) fn mode(_: &mut SchemaGenerator) -> Schema {
    word(Mode::ALL.map(Mode::name))
}

pub(super) fn unknown(_: &mut SchemaGenerator) -> Schema {
    word(Unknown::ALL.map(Unknown::name))
}

pub(super) fn reasons(_: &mut SchemaGenerator) -> Schema {
    counted(Reason::ALL.map(Reason::name))
}

/// Features that this release knows are named; others may stand beside them.
pub(super) fn features(generator: &mut SchemaGenerator) -> Schema {
    let support = generator.subschema_for::<super::Support>();
    let known: serde_json::Map<_, _> = Feature::all()
        .map(|feature| (feature.name().to_owned(), support.clone().to_value()))
        .collect();
    json_schema!({
        "type": "object",
        "properties": known,
        "additionalProperties": support,
    })
}
