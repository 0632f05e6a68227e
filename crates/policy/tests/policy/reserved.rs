//! What networks reserve.

use crate::common::{accepted, ports, refused};

const ADVICE: &str = "leave it out, or write { address: …, shared: true } in both places";

fn with(reserved: &str, keys: &str) -> String {
    ports(&format!(", reserved: [{reserved}]"), &[keys])
}

fn addresses(list: &str) -> String {
    format!(", addresses: [{list}]")
}

#[test]
fn reserved_addresses_are_nobodys() {
    accepted(&with("192.0.2.1", &addresses("192.0.2.2")));
    let error = format!(
        "6:79: port a, addresses: \"192.0.2.1\" is reserved by network n (line 3, column 40); {ADVICE}"
    );
    refused(&with("192.0.2.1", &addresses("192.0.2.1")), &[&error]);
    let error = format!(
        "6:79: port a, addresses: \"192.0.2.0/24\" covers \"192.0.2.1\", reserved by network n (line 3, column 40); {ADVICE}"
    );
    refused(&with("192.0.2.1", &addresses("192.0.2.0/24")), &[&error]);
    let error = format!(
        "6:79: port a, addresses: \"192.0.2.5\" lies inside \"192.0.2.0/29\", reserved by network n (line 3, column 40); {ADVICE}"
    );
    refused(&with("192.0.2.0/29", &addresses("192.0.2.5")), &[&error]);
    let v6 = format!(
        "6:79: port a, addresses: \"2001:db8::/64\" covers \"2001:db8::1\", reserved by network n (line 3, column 40); {ADVICE}"
    );
    refused(
        &with("\"2001:db8::1\"", &addresses("2001:db8::/64")),
        &[&v6],
    );
}

#[test]
fn unless_both_say_shared() {
    let gateway = "{ address: 192.0.2.1, shared: true }";
    accepted(&with(gateway, &addresses(gateway)));
    accepted(&with(
        gateway,
        &addresses("{ address: 192.0.2.0/24, shared: true }"),
    ));
    let error = format!(
        "6:90: port a, addresses: \"192.0.2.1\" is reserved by network n (line 3, column 40); {ADVICE}"
    );
    refused(&with("192.0.2.1", &addresses(gateway)), &[&error]);
    let error = format!(
        "6:79: port a, addresses: \"192.0.2.1\" is reserved by network n (line 3, column 51); {ADVICE}"
    );
    refused(&with(gateway, &addresses("192.0.2.1")), &[&error]);
    // A shared prefix around does not hide the address inside that is not shared.
    let error = format!(
        "6:90: port a, addresses: \"192.0.2.1\" is reserved by network n (line 3, column 81); {ADVICE}"
    );
    refused(
        &with(
            "{ address: 192.0.2.0/24, shared: true }, 192.0.2.1",
            &addresses(gateway),
        ),
        &[&error],
    );
}

#[test]
fn reserved_macs() {
    let advice = "leave it out, or write { mac: …, shared: true } in both places";
    let error = format!(
        "6:46: port a, mac: \"02:00:00:00:00:01\" is reserved by network n (line 3, column 40); {advice}"
    );
    refused(&with("\"02:00:00:00:00:01\"", ""), &[&error]);
    let vrrp = "{ mac: \"00:00:5e:00:01:07\", shared: true }";
    accepted(&with(vrrp, &format!(", extra_macs: [{vrrp}]")));
    accepted(&with("02-00-00-00-00-fe", ""));
}

#[test]
fn every_port_is_told() {
    let list = addresses("{ address: 192.0.2.0/24, shared: true }");
    let text = ports(", reserved: [192.0.2.1]", &[&list, &list]);
    assert_eq!(crate::common::errors(&text).len(), 2);
}

#[test]
fn other_networks_are_not_concerned() {
    let text = ports(
        ", reserved: [192.0.2.1]",
        &[", network: other, addresses: [192.0.2.1]"],
    );
    accepted(&text);
}

#[test]
fn entries_that_are_wrong_or_twice() {
    let neither = "3:40: network n, reserved: \"gateway\" is neither an address nor a MAC; write an address or prefix, \
                   such as 192.0.2.10 or 2001:db8::/64, or a MAC, such as \"02:00:00:00:00:01\"";
    refused(&with("gateway", ""), &[neither]);
    let both = "3:67: network n, reserved: one entry holds an address and a MAC; write two entries";
    refused(
        &with("{ address: 192.0.2.1, mac: \"02:00:00:00:00:fe\" }", ""),
        &[both],
    );
    let none =
        "3:40: network n, reserved: the entry holds neither address nor mac; write one of them";
    refused(&with("{ shared: true }", ""), &[none]);
    let bits = "3:40: network n, reserved: \"192.0.2.1/24\" has host bits; write 192.0.2.0/24 for the prefix or leave \
                the length out for the one address";
    refused(&with("192.0.2.1/24", ""), &[bits]);
    let group = "3:40: network n, reserved: \"01:00:5e:00:00:01\" is a group address: its first byte is odd, and no NIC \
                 sends from it; write the NIC's MAC";
    refused(&with("\"01:00:5e:00:00:01\"", ""), &[group]);
    let twice = "3:51: network n, reserved: \"192.0.2.1\" is listed twice, first in line 3, column 40; keep one";
    refused(&with("192.0.2.1, 192.0.2.1", ""), &[twice]);
    accepted(&with("192.0.2.0/24, 192.0.2.1, 02:00:00:00:00:fe", ""));
}
