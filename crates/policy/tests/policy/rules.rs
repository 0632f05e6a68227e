//! Rules between the values of one port, and names that occur twice.

use crate::common::{accepted, port, ports, refused};

const INNER: [&str; 6] = ["arp", "ipv4", "nd", "ipv6", "router", "dhcp-server"];

fn all_but(on: &[&str]) -> String {
    let off = INNER.iter().filter(|guard| !on.contains(guard));
    off.map(|guard| format!("{guard}: off, ")).collect()
}

#[test]
fn l2_is_off_only_where_nothing_inside_is_guarded() {
    accepted(&port("profile: open"));
    accepted(&port(&format!("guards: {{ {}l2: off }}", all_but(&[]))));
    accepted(&port(&format!(
        "guards: {{ {}mac: off, l2: off }}",
        all_but(&[])
    )));
    accepted(&port("profile: open\n  guards: { mac: on }"));
    for guard in INNER {
        let column = 15 + guard.len();
        let error = format!(
            "10:{column}: port a, guards.{guard}: l2 is off while {guard} is on, which a VLAN tag or a tunnel \
             would evade; switch l2 on, or {guard} off too"
        );
        refused(
            &port(&format!("profile: open\n  guards: {{ {guard}: on }}")),
            &[&error],
        );
        accepted(&port(&format!(
            "profile: open\n  guards: {{ {guard}: on, l2: on }}"
        )));
    }
    let two = "9:17: port a, guards.l2: l2 is off while arp, ipv4, nd, ipv6, router and dhcp-server are on, \
               which a VLAN tag or a tunnel would evade; switch l2 on, or arp, ipv4, nd, ipv6, router and \
               dhcp-server off too";
    refused(&port("guards: { l2: off }"), &[two]);
    let router = "10:17: port a, guards.l2: l2 is off while router and dhcp-server are on, which a VLAN tag or \
                  a tunnel would evade; switch l2 on, or router and dhcp-server off too";
    refused(
        &port("profile: self-addressed\n  guards: { l2: off }"),
        &[router],
    );
}

#[test]
fn a_guard_that_cannot_be_read_draws_no_second_error() {
    let unknown = "9:18: port a, guards.arp: \"no\" is not known here; write on or off";
    refused(&port("guards: { arp: no, l2: off }"), &[unknown]);
    let profile = "9:12: port a, profile: \"x\" is not known here; write strict, forwarder, self-addressed or open";
    refused(&port("profile: x\n  guards: { l2: off }"), &[profile]);
}

#[test]
fn ethertypes_with_guards_of_their_own() {
    for number in ["0x0800", "0x0806", "0x8035", "0x86dd", "34525"] {
        let error = format!(
            "9:16: port a, ethertypes: \"{number}\" is judged by guards of its own; remove it, and switch \
             those off if need be"
        );
        refused(&port(&format!("ethertypes: [{number}]")), &[&error]);
        let open = error.replacen("9:16", "10:16", 1);
        refused(
            &port(&format!("profile: open\n  ethertypes: [{number}]")),
            &[&open],
        );
    }
}

#[test]
fn ethertypes_that_carry_others() {
    let carriers = [
        "0x8100", "0x88a8", "0x9100", "0x9200", "0x9300", "0x8847", "0x8848", "0x8863", "0x8864",
        "0x880b", "0x88e5", "0x88e7", "0x893f", "0x894f", "0x892f", "0x88fb", "0x6558", "0x22f3",
        "0x4305", "0x9000",
    ];
    for number in carriers {
        let error = format!(
            "9:16: port a, ethertypes: \"{number}\" carries other frames or packets past arp, which is on; \
             remove it"
        );
        refused(&port(&format!("ethertypes: [{number}]")), &[&error]);
        accepted(&port(&format!("profile: open\n  ethertypes: [{number}]")));
        let only = "profile: open\n  guards: { dhcp-server: on, l2: on }";
        let error = error
            .replacen("9:16", "11:16", 1)
            .replace("past arp", "past dhcp-server");
        refused(
            &port(&format!("{only}\n  ethertypes: [{number}]")),
            &[&error],
        );
    }
    accepted(&port(
        "ethertypes: [0x88cc, 0x8809, 0x888e, 0x88f7, 0x8137]",
    ));
}

#[test]
fn entries_that_a_port_lists_twice() {
    let address = "9:25: port a, addresses: \"10.0.0.1/32\" is listed twice, first in line 9, column 15; keep one";
    refused(&port("addresses: [10.0.0.1, 10.0.0.1/32]"), &[address]);
    let shared = "9:36: port a, addresses: \"10.0.0.1\" is listed twice, first in line 9, column 15; keep one";
    refused(
        &port("addresses: [10.0.0.1, { address: 10.0.0.1, shared: true }]"),
        &[shared],
    );
    let mac = "9:16: port a, extra_macs: \"02-00-00-00-00-01\" is listed twice, first in line 8, column 8; keep one";
    refused(&port("extra_macs: [02-00-00-00-00-01]"), &[mac]);
    let ethertype =
        "9:24: port a, ethertypes: \"35020\" is listed twice, first in line 9, column 16; keep one";
    refused(&port("ethertypes: [0x88cc, 35020]"), &[ethertype]);
    accepted(&port(
        "addresses: [10.0.0.0/24, 10.0.0.1, { address: 10.0.0.0/28, shared: true }]",
    ));
}

#[test]
fn names_and_devices_that_two_ports_have() {
    let text = ports("", &["", ""]);
    accepted(&text);
    let name = "7:11: port a, name: \"a\" is already the name of another port (port a, line 6, column 11); \
                give each its own name";
    refused(&text.replace("name: b", "name: a"), &[name]);
    let device = "7:34: port b, device: \"tap-a\" is already the interface of another port (port a, line 6, \
                  column 34); an interface carries one port: join the two, or write the interface of each";
    refused(&text.replace("tap-b", "tap-a"), &[device]);
    let apart = ports("", &["", ", network: other"]).replace("tap-b", "tap-a");
    refused(&apart, &[&device.replace("7:34", "7:22")]);
    let network = "4:11: network n, name: \"n\" is already the name of another network (network n, line 3, \
                   column 11); give each its own name";
    refused(&text.replace("name: other", "name: n"), &[network]);
}

#[test]
fn a_network_that_is_not_there() {
    let known = "6:64: port a, network: \"m\" is no network of this file; write n or other, or add it under networks";
    refused(&ports("", &[", network: m"]), &[known]);
    let none =
        "version: 1\nports: [{ name: a, network: m, device: t, mac: \"02:00:00:00:00:01\" }]\n";
    refused(
        none,
        &["2:29: port a, network: \"m\" is no network of this file; add it under networks"],
    );
    let escape = "version: 1\nnetworks: [{ name: \"x\\e\", kind: private }]\n\
                  ports: [{ name: a, network: m, device: t, mac: \"02:00:00:00:00:01\" }]\n";
    assert!(crate::common::errors(escape)[1].contains("write x\\u{1b}, or add it"));
    let names: String = (0..6)
        .map(|i| format!("{{ name: n{i}, kind: flat }}, "))
        .collect();
    let many = none.replace("\nports", &format!("\nnetworks: [{names}]\nports"));
    refused(
        &many,
        &[
            "3:29: port a, network: \"m\" is no network of this file; write one of the 6 under networks, or add it there",
        ],
    );
}
