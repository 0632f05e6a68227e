use std::collections::BTreeSet;

use serde_json::Value;

use super::schema;
use crate::read::keys;

/// Of the object at this JSON pointer: its keys, which must be those that the reader knows.
#[track_caller]
fn compare(pointer: &str, reader: &[&str]) {
    let schema = schema();
    let object = schema.pointer(pointer).unwrap();
    assert_eq!(object["additionalProperties"], Value::Bool(false));
    let keys: BTreeSet<&str> = object["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, reader.iter().copied().collect(), "{pointer}");
}

#[test]
fn the_keys_are_the_readers() {
    compare("", &keys::FILE);
    compare("/properties/host", &keys::HOST);
    compare("/properties/networks/items", &keys::NETWORK);
    compare("/properties/ports/items", &keys::PORT);
    compare("/properties/ports/items/properties/guards", &keys::GUARDS);
    compare("/$defs/address-entry/anyOf/1", &keys::entry("address"));
    compare("/$defs/mac-entry/anyOf/1", &keys::entry("mac"));
    compare("/$defs/reserved-entry/anyOf/2", &keys::RESERVED);
}

/// An editor shows it beside the key; a value that is used in several places has it there.
fn described(value: &Value, at: &str) {
    let Some(properties) = value["properties"].as_object() else {
        return;
    };
    for (key, property) in properties {
        let text = property["description"].as_str();
        let elsewhere = property["$ref"].is_string();
        assert!(
            elsewhere || text.is_some_and(|text| text.ends_with('.')),
            "{at}/{key}"
        );
        described(property, &format!("{at}/{key}"));
        described(&property["items"], &format!("{at}/{key}"));
    }
}

#[test]
fn every_key_says_what_it_is_for() {
    let schema = schema();
    described(&schema, "");
    let definitions = schema["$defs"].as_object().unwrap();
    assert!(definitions.len() > 4);
}
