use vifguard_policy::Policy;

use super::*;
use crate::drivers::DriverName;

fn host() -> Links {
    let link = |name: &str, kind: &str| Link {
        name: name.to_owned(),
        kind: kind.to_owned(),
        ethernet: true,
        other_names: vec![format!("{name}-alias")],
        ..Link::default()
    };
    Links {
        links: vec![link("tap1", "tun"), link("mv1", "macvtap")],
        default_routes: Vec::new(),
    }
}

fn policy(devices: &[&str]) -> Policy {
    let mut text = "version: 1\nhost: {guarded_interfaces: [\"vnet*\"]}\n\
                    networks: [{name: n, kind: private}]\nports:\n"
        .to_owned();
    for (i, device) in devices.iter().enumerate() {
        text += &format!(
            "  - {{name: p{i}, network: n, device: {device}, mac: \"02:00:00:00:00:{i:02x}\", \
             guards: {{router: off}}}}\n"
        );
    }
    Policy::parse(&text, "test.yaml").unwrap()
}

#[test]
fn every_interface_that_cannot_be_guarded_is_named() {
    let policy = policy(&["tap1", "eth7", "vnet9", "mv1", "tap1-alias", "eth8"]);
    let nft = Title::of(DriverName::Nft);
    let found = unfit(&Desired::of(&policy), &host(), &nft);
    let kinds: Vec<(&str, Kind)> = found.iter().map(|u| (u.port.as_str(), u.kind)).collect();
    let expected = [
        ("p1", Kind::Missing),
        ("p3", Kind::Bypass),
        ("p4", Kind::OtherName),
        ("p5", Kind::Missing),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(
        found[0].to_string(),
        "port p1: there is no interface eth7 (guards: strict without router)"
    );
    assert!(
        found[1]
            .cause
            .contains("a macvtap hands its guest's frames")
    );
    assert!(
        found[2]
            .cause
            .contains("another name of the interface tap1")
    );
}

#[test]
fn a_kind_has_its_public_name() {
    let name = |kind: Kind| serde_json::to_value(kind).unwrap();
    assert_eq!(name(Kind::Missing), "missing");
    assert_eq!(name(Kind::OtherName), "other-name");
    assert_eq!(name(Kind::Bypass), "bypass");
}
