//! What a port of a flat network may not do, and a port of a private or relaxed one may.

use crate::common::{accepted, flat, port, refused};

const RELAXED: &str = ", relaxed_ports: true";

fn guard(at: &str, name: &str) -> String {
    format!(
        "{at}: port a, guards.{name}: {name} may not be off on flat network lab, where tenants meet; \
         switch it on, or write relaxed_ports: true for the network"
    )
}

#[test]
fn identity_guards_stay_on() {
    for name in ["mac", "arp", "ipv4", "nd", "ipv6"] {
        let keys = format!("guards: {{ {name}: off }}");
        let at = format!("9:{}", 15 + name.len());
        refused(&flat("", &keys), &[&guard(&at, name)]);
        refused(&flat(", relaxed_ports: false", &keys), &[&guard(&at, name)]);
        accepted(&flat(RELAXED, &keys));
        accepted(&port(&keys));
    }
    for name in ["router", "dhcp-server"] {
        accepted(&flat("", &format!("guards: {{ {name}: off }}")));
    }
}

#[test]
fn profiles_that_switch_them_off() {
    let profiles = [
        ("forwarder", "ipv4 and ipv6"),
        ("self-addressed", "arp, ipv4, nd and ipv6"),
        ("open", "mac, arp, ipv4, nd and ipv6"),
    ];
    for (profile, guards) in profiles {
        let keys = format!("profile: {profile}");
        let error = format!(
            "9:12: port a, profile: {profile} switches {guards} off, which may not be on flat network lab, \
             where tenants meet; write profile: strict, or relaxed_ports: true for the network"
        );
        refused(&flat("", &keys), &[&error]);
        accepted(&flat(RELAXED, &keys));
        accepted(&port(&keys));
    }
    accepted(&flat("", "profile: strict"));
    accepted(&flat(
        "",
        "profile: forwarder\n  guards: { ipv4: on, ipv6: on }",
    ));
}

#[test]
fn both_are_said_where_they_are_written() {
    let profile = "9:12: port a, profile: forwarder switches ipv6 off, which may not be on flat network lab, \
                   where tenants meet; write profile: strict, or relaxed_ports: true for the network";
    let text = flat("", "profile: forwarder\n  guards: { ipv4: off, arp: off }");
    refused(
        &text,
        &[profile, &guard("10:19", "ipv4"), &guard("10:29", "arp")],
    );
}

#[test]
fn prefixes_that_cover_half_a_world() {
    for (prefix, least) in [
        ("10.0.0.0/7", 8),
        ("0.0.0.0/0", 8),
        ("2001:da8::/31", 32),
        ("2000::/3", 32),
    ] {
        let keys = format!("addresses: [{prefix}]");
        let error = format!(
            "9:15: port a, addresses: \"{prefix}\" is shorter than /{least}, which may not be on flat network \
             lab, where tenants meet; write a longer prefix, or relaxed_ports: true for the network"
        );
        refused(&flat("", &keys), &[&error]);
        accepted(&flat(RELAXED, &keys));
        accepted(&port(&keys));
    }
    accepted(&flat("", "addresses: [10.0.0.0/8, 2001:db8::/32]"));
}

#[test]
fn any_link_local_needs_to_know_the_gateways() {
    let error = "9:15: port a, link_local: \"any\" would cover the gateway's link-local on flat network lab; list \
                 that address under reserved of the network, or write link_local: eui64";
    let any = "link_local: any";
    refused(&flat("", any), &[error]);
    refused(&flat(RELAXED, any), &[error]);
    refused(
        &flat(
            ", reserved: [192.0.2.1, \"2001:db8::1\", \"02:00:00:00:00:fe\"]",
            any,
        ),
        &[error],
    );
    accepted(&flat(", reserved: [\"fe80::1\"]", any));
    accepted(&flat(", reserved: [\"fe80::/64\"]", "link_local: none"));
    accepted(&flat("", "link_local: none"));
    accepted(&port(any));
}
