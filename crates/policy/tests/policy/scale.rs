//! Large files: what is quadratic here takes minutes and fails the build by that.

use std::fmt::Write;

use crate::common::{accepted, errors};

const PORTS: usize = 10_000;

fn many(network: &str, keys: impl Fn(usize) -> String) -> String {
    let mut text =
        format!("version: 1\nnetworks: [{{ name: n, kind: private{network} }}]\nports:\n");
    for i in 0..PORTS {
        let mac = format!("02:00:00:00:{:02x}:{:02x}", i >> 8, i & 0xff);
        let keys = keys(i);
        writeln!(
            text,
            "- {{ name: p{i}, network: n, device: t{i}, mac: \"{mac}\"{keys} }}"
        )
        .unwrap();
    }
    text
}

#[test]
fn one_address_shared_by_all() {
    let shared = ", addresses: [{ address: 10.0.0.1, shared: true }]";
    accepted(&many("", |_| shared.to_owned()));
    let alone = |i| {
        if i == 0 {
            ", addresses: [10.0.0.1]"
        } else {
            shared
        }
        .to_owned()
    };
    assert_eq!(errors(&many("", alone)).len(), PORTS - 1);
}

#[test]
fn one_address_held_by_all() {
    let held = many("", |_| ", addresses: [10.0.0.1]".to_owned());
    assert_eq!(errors(&held).len(), PORTS - 1);
}

#[test]
fn one_prefix_around_all() {
    let address = |i: usize| format!("10.0.{}.{}", i >> 8, i & 0xff);
    let around = |i| match i {
        0 => ", addresses: [10.0.0.0/8]".to_owned(),
        _ => format!(", addresses: [{}]", address(i)),
    };
    assert_eq!(errors(&many("", around)).len(), PORTS - 1);
    let reserved = ", reserved: [10.0.0.0/8]";
    assert_eq!(
        errors(&many(reserved, |i| format!(
            ", addresses: [{}]",
            address(i)
        )))
        .len(),
        PORTS
    );
}

#[test]
fn link_local_any_on_all() {
    let policy = accepted(&many("", |_| ", link_local: any".to_owned()));
    let identities = policy.identities();
    let owns = |i: usize, address: &str| identities[i].owns_v6(address.parse().unwrap());
    for i in 0..PORTS {
        assert!(owns(i, "fe80::1"));
        assert_eq!(owns(i, "fe80::ff:fe00:7"), i == 7);
    }
}

#[test]
fn a_network_for_each() {
    let mut text = "version: 1\nnetworks:\n".to_owned();
    for i in 0..PORTS {
        writeln!(
            text,
            "- {{ name: n{i}, kind: private, reserved: [\"fe80::1\"] }}"
        )
        .unwrap();
    }
    text.push_str("ports:\n");
    for i in 0..PORTS {
        let mac = "02:00:00:00:00:01";
        writeln!(
            text,
            "- {{ name: p{i}, network: n{i}, device: t{i}, mac: \"{mac}\", link_local: any }}"
        )
        .unwrap();
    }
    assert_eq!(accepted(&text).identities().len(), PORTS);
}

#[test]
fn every_line_wrong_on_one_line() {
    let text = many("", |_| ", mode: x, adresses: []".to_owned());
    let json = text.replace('\n', " ");
    assert_eq!(errors(&text).len(), 2 * PORTS);
    assert_ne!(errors(&json).len(), 0);
    let ports: Vec<String> = (0..PORTS)
        .map(|i| format!("{{\"name\": \"p{i}\"}}"))
        .collect();
    let json = format!("{{\"version\": 1, \"ports\": [{}]}}", ports.join(", "));
    assert_eq!(errors(&json).len(), 3 * PORTS);
}
