//! Who owns what in the end.

use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_policy::{Identity, LinkLocalRule, MacAddr};

use crate::common::{accepted, identity, port, ports};

fn owns_v4(identity: &Identity, address: &str) -> bool {
    identity.owns_v4(address.parse::<Ipv4Addr>().unwrap())
}

fn owns_v6(identity: &Identity, address: &str) -> bool {
    identity.owns_v6(address.parse::<Ipv6Addr>().unwrap())
}

#[test]
fn listed_addresses_and_prefixes() {
    let one = identity(&port(
        "addresses: [10.0.0.1, 10.1.0.0/24, \"2001:db8::1\", 2001:db8:1::/64]",
    ));
    for own in ["10.0.0.1", "10.1.0.0", "10.1.0.255"] {
        assert!(owns_v4(&one, own), "{own}");
    }
    for foreign in ["10.0.0.0", "10.0.0.2", "10.1.1.0", "0.0.0.0"] {
        assert!(!owns_v4(&one, foreign), "{foreign}");
    }
    for own in ["2001:db8::1", "2001:db8:1::", "2001:db8:1::ffff"] {
        assert!(owns_v6(&one, own), "{own}");
    }
    for foreign in ["2001:db8::2", "2001:db8:1:1::", "::", "fe80::1"] {
        assert!(!owns_v6(&one, foreign), "{foreign}");
    }
}

#[test]
fn an_empty_set_is_none() {
    let one = identity(&port(""));
    assert!(one.v4.is_empty());
    assert_eq!(one.v6.len(), 1);
    assert!(!owns_v4(&one, "10.0.0.1") && !owns_v6(&one, "2001:db8::1"));
}

#[test]
fn never_own_whatever_prefix_is_listed() {
    let one = identity(&port("addresses: [0.0.0.0/0, \"::/0\"]"));
    for never in [
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
    ] {
        assert!(!owns_v4(&one, never), "{never}");
    }
    for never in ["::", "::1", "ff02::1", "ffff::"] {
        assert!(!owns_v6(&one, never), "{never}");
    }
    for own in ["1.0.0.0", "126.255.255.255", "240.0.0.1", "255.255.255.254"] {
        assert!(owns_v4(&one, own), "{own}");
    }
    assert!(owns_v6(&one, "::2") && owns_v6(&one, "fec0::1") && owns_v6(&one, "fe7f::1"));
    // Link-locals come only from entries inside fe80::/10.
    assert!(!owns_v6(&one, "fe80::1") && !owns_v6(&one, "febf::1"));
    assert!(owns_v6(&one, "fe80::ff:fe00:1"));
}

#[test]
fn link_local_eui64_is_the_default() {
    let one = identity(&port(
        "extra_macs: [{ mac: 00:00:5e:00:01:07, shared: true }]",
    ));
    assert_eq!(one.link_local, LinkLocalRule::Listed);
    assert!(owns_v6(&one, "fe80::ff:fe00:1"));
    assert!(owns_v6(&one, "fe80::200:5eff:fe00:107"));
    assert!(!owns_v6(&one, "fe80::1") && !owns_v6(&one, "fe80:0:0:1:0:ff:fe00:1"));
}

#[test]
fn link_local_none_leaves_what_is_listed() {
    let one = identity(&port(
        "link_local: none\n  addresses: [\"fe80::5\", \"fe80:0:0:1::/64\"]",
    ));
    assert!(owns_v6(&one, "fe80::5") && owns_v6(&one, "fe80:0:0:1::9"));
    assert!(!owns_v6(&one, "fe80::ff:fe00:1") && !owns_v6(&one, "fe80::6"));
    assert!(identity(&port("link_local: none")).v6.is_empty());
}

#[test]
fn link_local_any_is_all_but_what_belongs_to_others() {
    let vrrp = "{ mac: \"00:00:5e:00:01:07\", shared: true }";
    let text = ports(
        ", reserved: [\"fe80::1\", \"fe80:0:0:2::/64\", \"02:00:00:00:00:fe\"]",
        &[
            &format!(", link_local: any, extra_macs: [{vrrp}]"),
            ", addresses: [\"fe80::b\", \"fe80:0:0:3::/64\"]",
            &format!(", link_local: none, extra_macs: [{vrrp}]"),
            ", network: other, addresses: [\"fe80::d\"]",
            ", link_local: any",
        ],
    );
    let policy = accepted(&text);
    let one = &policy.identities()[0];
    for foreign in [
        "fe80::1",          // reserved
        "fe80:0:0:2::77",   // inside a reserved prefix
        "fe80::ff:fe00:fe", // of a reserved MAC
        "fe80::b",          // listed by b
        "fe80:0:0:3::1",    // inside a prefix listed by b
        "fe80::ff:fe00:2",  // of b's MAC
        "fe80::ff:fe00:3",  // of c's MAC, though c may not use it
        "fe80::ff:fe00:5",  // of e's MAC
    ] {
        assert!(!owns_v6(one, foreign), "{foreign}");
    }
    for own in [
        "fe80::ff:fe00:1",         // of its own MAC
        "fe80::200:5eff:fe00:107", // of the shared MAC, which is own too
        "fe80::d",                 // listed on another network
        "fe80::ff:fe00:4",         // of a MAC of another network
        "fe80::1234",
        "febf:ffff::1",
    ] {
        assert!(owns_v6(one, own), "{own}");
    }
    assert!(!owns_v6(one, "fec0::1") && !owns_v6(one, "2001:db8::1") && !owns_v6(one, "ff02::1"));
}

#[test]
fn link_local_any_keeps_what_it_lists_itself() {
    let gateway = "{ address: \"fe80::1\", shared: true }";
    let text = ports(
        &format!(", reserved: [{gateway}]"),
        &[
            &format!(", link_local: any, addresses: [{gateway}]"),
            ", link_local: none",
            ", link_local: any",
        ],
    );
    let policy = accepted(&text);
    let identities = policy.identities();
    assert!(owns_v6(&identities[0], "fe80::1"));
    assert!(!owns_v6(&identities[1], "fe80::1") && !owns_v6(&identities[2], "fe80::1"));
}

#[test]
fn any_mac_of_the_set_is_own() {
    let one = identity(&port("extra_macs: [00-00-5E-00-01-07]"));
    let mac = |text: &str| text.parse::<MacAddr>().unwrap();
    assert!(one.owns_mac(mac("02:00:00:00:00:01")) && one.owns_mac(mac("00:00:5e:00:01:07")));
    assert!(!one.owns_mac(mac("02:00:00:00:00:02")));
}

#[test]
fn sets_are_sorted_and_nothing_is_inside_another() {
    let list = "addresses: [10.0.1.0/24, 10.0.0.0/8, 9.0.0.1, 10.0.0.7, \"fe80::/64\", \"fe80::1\", fe80::/9, fec0::1]";
    let one = identity(&port(list));
    let v4: Vec<String> = one.v4.iter().map(ToString::to_string).collect();
    assert_eq!(v4, ["9.0.0.1/32", "10.0.0.0/8"]);
    let v6: Vec<String> = one.v6.iter().map(ToString::to_string).collect();
    assert_eq!(v6, ["fe80::/9", "fe80::/64"]);
}
