//! The schema against the reader, by a validator that neither of them knows.

use std::fs;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use vifguard_policy::{Policy, schema};

use crate::core_schema;

struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Validator {
    fn new() -> Validator {
        let mut compiler = Compiler::new();
        compiler.add_resource("policy.json", schema()).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("policy.json", &mut schemas).unwrap();
        Validator { schemas, index }
    }

    fn says(&self, value: &Value) -> Result<(), String> {
        let answer = self.schemas.validate(value, self.index);
        answer.map_err(|error| format!("{error:#}"))
    }
}

fn reader_accepts(value: &Value) -> bool {
    Policy::parse(&value.to_string(), "p").is_ok()
}

/// Every key of every object, once.
fn whole() -> Value {
    json!({
        "version": 1,
        "host": { "guarded_interfaces": ["tap*", "vnet7"], "unknown": "audit" },
        "networks": [{
            "name": "public",
            "kind": "flat",
            "relaxed_ports": true,
            "reserved": [
                "192.0.2.1", "fe80::1", "02-00-00-00-00-fe", "2001:db8:ffff::/48",
                { "address": "192.0.2.2", "shared": true },
                { "mac": "02:00:00:00:00:fd", "shared": false },
            ],
        }],
        "ports": [{
            "name": "web-1",
            "network": "public",
            "device": "tap-web1",
            "mac": { "mac": "02:00:00:00:00:01", "shared": false },
            "extra_macs": ["02:AB:00:00:00:02", { "mac": "00:00:5e:00:01:07", "shared": true }],
            "addresses": [
                "192.0.2.10", "198.51.100.0/24", "2001:db8::10", "2001:db8:1:2:3:4:5:6",
                "2001:db8:2::/64", "64:ff9b::192.0.2.33", "fe80::5",
                { "address": "192.0.2.100", "shared": true },
            ],
            "profile": "forwarder",
            "guards": {
                "mac": "on", "arp": "on", "ipv4": "off", "nd": "on", "ipv6": "off",
                "router": "off", "dhcp-server": "off", "l2": "on",
            },
            "link_local": "none",
            "ethertypes": [0x88cc, "0x88B5", 1536, "0xffff"],
            "mode": "audit",
            "enforcement": "best-effort",
        }],
    })
}

#[test]
fn good_policies_are_valid() {
    let validator = Validator::new();
    let short = json!({ "version": 1, "ports": [] });
    for policy in [whole(), short] {
        assert!(reader_accepts(&policy), "{policy}");
        validator.says(&policy).unwrap();
    }
}

#[test]
fn the_policies_of_the_documents_are_valid() {
    let validator = Validator::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    let guides = fs::read_dir(root.join("docs/how-to")).unwrap();
    let guides = guides.map(|entry| entry.unwrap().path());
    let pages = ["README.md", "docs/policy.md"].map(|name| root.join(name));
    for page in pages.into_iter().chain(guides) {
        let text = fs::read_to_string(page).unwrap();
        // What is behind the language is the file that a page calls it.
        for block in text.split("```yaml").skip(1) {
            let (_, block) = block.split_once('\n').unwrap();
            let block = block.split("\n```").next().unwrap();
            if block.starts_with("version:") {
                validator.says(&core_schema::value(block)).unwrap();
                count += 1;
            }
        }
    }
    assert!(count >= 6, "only {count} policies");
}

/// Replaces the value at a pointer; `null` takes the key or item away.
fn with(pointer: &str, value: Value) -> Value {
    let mut policy = whole();
    let (owner, key) = pointer.rsplit_once('/').unwrap();
    match policy.pointer_mut(owner).unwrap() {
        Value::Object(map) if value.is_null() => drop(map.remove(key).unwrap()),
        Value::Object(map) => drop(map.insert(key.to_owned(), value)),
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    policy
}

/// The pointers of all keys of all objects.
fn keys(value: &Value, at: &str, found: &mut Vec<String>) {
    if let Value::Object(map) = value {
        for (key, value) in map {
            found.push(format!("{at}/{key}"));
            keys(value, &format!("{at}/{key}"), found);
        }
    } else if let Value::Array(list) = value {
        for (i, item) in list.iter().enumerate() {
            keys(item, &format!("{at}/{i}"), found);
        }
    }
}

#[test]
fn what_is_required_is_what_the_reader_requires() {
    let validator = Validator::new();
    let mut pointers = Vec::new();
    keys(&whole(), "", &mut pointers);
    // Without them, ports name what is not there or claim what is not allowed: not for a schema.
    let compared = [
        "/networks",
        "/networks/0/relaxed_ports",
        "/networks/0/reserved",
    ];
    pointers.retain(|pointer| !compared.contains(&pointer.as_str()));
    let mut required = 0;
    for pointer in &pointers {
        let policy = with(pointer, Value::Null);
        let accepted = reader_accepts(&policy);
        let valid = validator.says(&policy);
        assert_eq!(valid.is_ok(), accepted, "without {pointer}: {valid:?}");
        required += usize::from(!accepted);
    }
    assert!(
        pointers.len() > 35 && required >= 11,
        "{required} of {pointers:?}"
    );
}

#[test]
fn unknown_keys_are_invalid() {
    let validator = Validator::new();
    for owner in [
        "",
        "/host",
        "/networks/0",
        "/networks/0/reserved/4",
        "/ports/0",
        "/ports/0/mac",
        "/ports/0/guards",
        "/ports/0/addresses/7",
    ] {
        let policy = with(&format!("{owner}/mtu"), json!(1500));
        assert!(!reader_accepts(&policy), "{owner}");
        validator.says(&policy).unwrap_err();
    }
}

#[test]
fn what_the_reader_refuses_in_a_value_is_invalid() {
    let validator = Validator::new();
    let port = "/ports/0";
    let entry = "/ports/0/addresses/0";
    let wrong: &[(&str, Value)] = &[
        ("/version", json!(2)),
        ("/host", json!([])),
        ("/host/guarded_interfaces", json!("tap*")),
        ("/host/guarded_interfaces/0", json!("t*p")),
        ("/host/guarded_interfaces/0", json!("*")),
        ("/host/guarded_interfaces/0", json!("lo")),
        ("/host/guarded_interfaces/0", json!("l*")),
        ("/host/guarded_interfaces/0", json!("vnet7")),
        ("/host/guarded_interfaces/0", json!("a-very-long-name*")),
        ("/host/unknown", json!("pass")),
        ("/networks", json!({})),
        ("/networks/0", json!("public")),
        ("/networks/0/name", json!("")),
        ("/networks/0/name", json!("two words")),
        ("/networks/0/name", json!("x".repeat(129))),
        ("/networks/0/kind", json!("shared")),
        ("/networks/0/relaxed_ports", json!("yes")),
        ("/networks/0/reserved/0", json!("gateway")),
        ("/networks/0/reserved/4", json!({ "shared": true })),
        (
            "/networks/0/reserved/4",
            json!({ "address": "192.0.2.1", "mac": "02:00:00:00:00:01" }),
        ),
        ("/ports", json!("none")),
        (port, json!([])),
        ("/ports/0/name", json!(["web-1"])),
        ("/ports/0/name", json!("web\u{1}")),
        ("/ports/0/device", json!("tap-of-the-guest")),
        ("/ports/0/device", json!("tap*")),
        ("/ports/0/device", json!("lo")),
        ("/ports/0/device", json!("..")),
        ("/ports/0/device", json!("tap/1")),
        ("/ports/0/mac", json!("03:00:00:00:00:01")),
        ("/ports/0/mac", json!("00:00:00:00:00:00")),
        ("/ports/0/mac", json!("02:00:00-00:00:01")),
        ("/ports/0/mac", json!("020000000001")),
        ("/ports/0/mac", json!({ "shared": true })),
        ("/ports/0/extra_macs", json!("02:00:00:00:00:09")),
        ("/ports/0/extra_macs/0", json!({ "mac": "02:00" })),
        (entry, json!("192.0.2.256")),
        (entry, json!("192.0.2.10/33")),
        (entry, json!("192.0.2")),
        (entry, json!("2001:db8:::1")),
        (entry, json!("2001:db8:1:2:3:4:5")),
        (entry, json!("2001:db8::/129")),
        (entry, json!("02:00:00:00:00:01")),
        (entry, json!("web-1.example")),
        (entry, json!({ "mac": "02:00:00:00:00:01" })),
        (entry, json!({ "address": "192.0.2.10", "shared": "yes" })),
        ("/ports/0/profile", json!("router")),
        ("/ports/0/guards", json!(["mac"])),
        ("/ports/0/guards/mac", json!(true)),
        ("/ports/0/guards/mac", json!("no")),
        ("/ports/0/link_local", json!(false)),
        ("/ports/0/ethertypes", json!(0x88cc)),
        ("/ports/0/ethertypes/0", json!(0x05ff)),
        ("/ports/0/ethertypes/0", json!(0x10000)),
        ("/ports/0/ethertypes/0", json!(-1)),
        ("/ports/0/ethertypes/0", json!("88cc")),
        ("/ports/0/ethertypes/0", json!("0x05ff")),
        ("/ports/0/ethertypes/0", json!("0x10000")),
        ("/ports/0/mode", json!("Enforce")),
        ("/ports/0/enforcement", json!("none")),
    ];
    for (pointer, value) in wrong {
        let policy = with(pointer, value.clone());
        assert!(!reader_accepts(&policy), "{pointer}: {value}");
        assert!(validator.says(&policy).is_err(), "{pointer}: {value}");
    }
}
