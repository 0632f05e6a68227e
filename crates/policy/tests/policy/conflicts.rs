//! Claims of two ports that do not go together.

use vifguard_policy::Policy;

use crate::common::{accepted, errors, ports, refused};

const ADVICE: &str =
    "leave it to one of them, or write { address: …, shared: true } in both places";

fn addresses(lists: &[&str]) -> String {
    let keys: Vec<String> = lists
        .iter()
        .map(|list| format!(", addresses: [{list}]"))
        .collect();
    ports("", &keys.iter().map(String::as_str).collect::<Vec<_>>())
}

fn shared(address: &str) -> String {
    format!("{{ address: \"{address}\", shared: true }}")
}

#[test]
fn the_same_address() {
    let text = addresses(&["10.0.0.1", "10.0.0.2, 10.0.0.1"]);
    let error = format!(
        "7:89: port b, addresses: \"10.0.0.1\" is held by port a (line 6, column 79); {ADVICE}"
    );
    refused(&text, &[&error]);
    accepted(&addresses(&["10.0.0.1", "10.0.0.2"]));
}

#[test]
fn an_address_inside_a_prefix() {
    let error = format!(
        "7:79: port b, addresses: \"10.0.0.1\" lies inside \"10.0.0.0/24\", held by port a (line 6, column 79); {ADVICE}"
    );
    refused(&addresses(&["10.0.0.0/24", "10.0.0.1"]), &[&error]);
    let error = format!(
        "6:79: port a, addresses: \"10.0.0.1\" lies inside \"10.0.0.0/24\", held by port b (line 7, column 79); {ADVICE}"
    );
    refused(&addresses(&["10.0.0.1", "10.0.0.0/24"]), &[&error]);
    accepted(&addresses(&["10.0.0.0/24", "10.0.1.0"]));
    accepted(&addresses(&[
        "10.0.0.0/25",
        "10.0.0.128/25",
        "10.0.1.0/24",
        "9.255.255.255",
    ]));
}

#[test]
fn both_must_say_shared() {
    let one = shared("10.0.0.1");
    accepted(&addresses(&[&one, &one, &one]));
    accepted(&addresses(&[&shared("10.0.0.0/24"), &one]));
    let error = format!(
        "7:79: port b, addresses: \"10.0.0.1\" is held by port a (line 6, column 90); {ADVICE}"
    );
    refused(&addresses(&[&one, "10.0.0.1"]), &[&error]);
    let error = format!(
        "7:90: port b, addresses: \"10.0.0.1\" is held by port a (line 6, column 79); {ADVICE}"
    );
    refused(&addresses(&["10.0.0.1", &one]), &[&error]);
    // The third is told of the one that does not share, not of the first that it meets.
    let error = format!(
        "8:90: port c, addresses: \"10.0.0.1\" lies inside \"10.0.0.0/30\", held by port b (line 7, column 79); {ADVICE}"
    );
    let between = format!(
        "7:79: port b, addresses: \"10.0.0.0/30\" lies inside \"10.0.0.0/24\", held by port a (line 6, column 90); {ADVICE}"
    );
    refused(
        &addresses(&[&shared("10.0.0.0/24"), "10.0.0.0/30", &one]),
        &[&between, &error],
    );
}

#[test]
fn a_port_does_not_conflict_with_itself() {
    accepted(&addresses(&["10.0.0.0/8, 10.0.0.0/24, 10.0.0.1"]));
    // Its own prefix around the address does not hide the foreign one around both.
    let text = addresses(&["10.0.0.0/8", "10.0.0.0/24, 10.0.0.1"]);
    assert_eq!(errors(&text).len(), 2);
}

#[test]
fn families_and_networks_are_apart() {
    accepted(&addresses(&["0.0.0.0/0", "\"::/0\""]));
    let keys = [
        ", addresses: [10.0.0.1]",
        ", network: other, addresses: [10.0.0.1]",
    ];
    accepted(&ports("", &keys));
    let mac = ", mac: \"02:00:00:00:00:01\", network: other";
    accepted(&ports("", &["", mac]));
}

#[test]
fn macs() {
    let advice = "leave it to one of them, or write { mac: …, shared: true } in both places";
    let extra = |mac: &str| format!(", extra_macs: [{mac}]");
    let vrrp = "{ mac: \"00:00:5e:00:01:07\", shared: true }";
    accepted(&ports("", &[&extra(vrrp), &extra(vrrp)]));
    let error = format!(
        "7:80: port b, extra_macs: \"00:00:5e:00:01:07\" is held by port a (line 6, column 87); {advice}"
    );
    refused(
        &ports("", &[&extra(vrrp), &extra("\"00:00:5e:00:01:07\"")]),
        &[&error],
    );
    let error = format!(
        "7:46: port b, mac: \"02:00:00:00:00:02\" is held by port a (line 6, column 80); {advice}"
    );
    refused(
        &ports("", &[&extra("\"02:00:00:00:00:02\""), ""]),
        &[&error],
    );
    let primary = ", mac: { mac: \"02:00:00:00:00:07\", shared: true }";
    accepted(&ports("", &[primary, primary]));
}

#[test]
fn every_claim_is_reported_once() {
    let text = addresses(&[
        "10.0.0.0/8",
        "10.0.0.0/16, 10.1.0.0/16",
        "10.0.0.1",
        "10.0.0.1",
    ]);
    assert_eq!(errors(&text).len(), 4);
}

#[test]
fn an_error_names_the_other_side() {
    let errors = Policy::parse(&addresses(&["10.0.0.1", "10.0.0.1"]), "p").unwrap_err();
    let other = errors.as_slice()[0].other.as_ref().unwrap();
    assert_eq!(
        (other.object.as_str(), other.line, other.column),
        ("port a", 6, 79)
    );
    assert_eq!(errors.as_slice()[0].text.as_deref(), Some("10.0.0.1"));
}
