//! Single values: MACs, addresses, devices, words and numbers.

use crate::common::{accepted, port, refused};

const ADDRESS: &str = "write one such as 192.0.2.10, 192.0.2.0/28 or 2001:db8::/64";

#[test]
fn macs() {
    let mac = |text: &str| port("").replace("02:00:00:00:00:01", text);
    for good in [
        "02:00:00:00:00:01",
        "\"02:00:00:00:00:01\"",
        "02-00-00-00-00-0A",
        "{ mac: 00:00:5e:00:01:07, shared: true }",
    ] {
        accepted(&mac(good));
    }
    for bad in [
        "02:00",
        "02:00:00:00:00:0g",
        "02:00-00:00:00:01",
        "020000000001",
        "02:00:00:00:00:01:02",
    ] {
        let error = format!(
            "8:8: port a, mac: \"{bad}\" is not a MAC address; write six pairs of hexadecimal digits, such as 02:00:00:00:00:01"
        );
        refused(&mac(bad), &[&error]);
    }
    let group = "8:8: port a, mac: \"01:00:5e:00:00:01\" is a group address: its first byte is odd, and no NIC sends from it; write the NIC's MAC";
    refused(&mac("01:00:5e:00:00:01"), &[group]);
    let zero = "8:8: port a, mac: \"00:00:00:00:00:00\" is zero, which is nobody's MAC; write the NIC's MAC";
    refused(&mac("00:00:00:00:00:00"), &[zero]);
    let none = "8:8: port a, mac: the entry holds no mac; write { mac: … }";
    refused(&mac("{ shared: true }"), &[none]);
}

#[test]
fn addresses_and_prefixes() {
    for good in [
        "10.0.0.1",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "10.0.0.5/32",
        "2001:db8::1",
        "\"2001:db8::/32\"",
        "\"::/0\"",
        "fe80::1",
        "fe00::/8",
        "240.0.0.1",
    ] {
        accepted(&port(&format!("addresses: [{good}]")));
    }
    for bad in [
        "x",
        "10.0.0",
        "10.0.0.1/33",
        "10.0.0.01",
        "2001:db8::1/129",
        "fe80::1%eth0",
        "10.0.0.1/",
        "10.0.0.1-10.0.0.9",
    ] {
        let error =
            format!("9:15: port a, addresses: \"{bad}\" is not an address or prefix; {ADDRESS}");
        refused(&port(&format!("addresses: [{bad}]")), &[&error]);
    }
}

#[test]
fn host_bits_are_an_error_and_never_a_guess() {
    let v4 = "9:15: port a, addresses: \"10.0.0.1/24\" has host bits; write 10.0.0.0/24 for the prefix or leave the length out for the one address";
    refused(&port("addresses: [10.0.0.1/24]"), &[v4]);
    let v6 = "9:15: port a, addresses: \"2001:db8::1/64\" has host bits; write 2001:db8::/64 for the prefix or leave the length out for the one address";
    refused(&port("addresses: [2001:db8::1/64]"), &[v6]);
}

#[test]
fn ranges_that_nobody_owns() {
    let ranges = [
        ("0.0.0.0", "0.0.0.0/8"),
        ("0.1.2.3", "0.0.0.0/8"),
        ("0.0.0.0/8", "0.0.0.0/8"),
        ("127.0.0.1", "127.0.0.0/8"),
        ("224.0.0.0/4", "224.0.0.0/4"),
        ("239.255.255.255", "224.0.0.0/4"),
        ("255.255.255.255", "255.255.255.255"),
        ("\"::\"", "::"),
        ("\"::1\"", "::1"),
        ("\"ff02::1\"", "ff00::/8"),
        ("\"ff00::/8\"", "ff00::/8"),
    ];
    for (address, range) in ranges {
        let bare = address.trim_matches('"');
        let error = format!(
            "9:15: port a, addresses: \"{bare}\" lies inside {range}, which no guest can own; remove it"
        );
        refused(&port(&format!("addresses: [{address}]")), &[&error]);
    }
}

#[test]
fn an_address_that_yaml_takes_for_a_key() {
    let error = "a colon at the end makes a key; write quotes: \"2001:db8::\"";
    refused(
        &port("addresses: [2001:db8::, 10.0.0.1]"),
        &[&format!("9:15: port a, addresses: {error}")],
    );
    refused(
        &port("addresses:\n  - 2001:db8::"),
        &[&format!("10:5: port a, addresses: {error}")],
    );
    accepted(&port("addresses: [\"2001:db8::\", 2001:db8::/64]"));
}

#[test]
fn devices() {
    let device = |text: &str| port("").replace("tap-a", text);
    accepted(&device("fifteen-bytes-1"));
    accepted(&device("eth0.100"));
    let long = "7:11: port a, device: \"sixteen-bytes-12\": 16 bytes long; Linux allows at most 15";
    refused(&device("sixteen-bytes-12"), &[long]);
    let forbidden = "no interface can have this name; use letters, digits, '-', '_' and '.'";
    for bad in ["a b", "a/b", "a:b", "..", "."] {
        refused(
            &device(bad),
            &[&format!("7:11: port a, device: \"{bad}\": {forbidden}")],
        );
    }
    refused(
        &device("\"\""),
        &["7:11: port a, device: \"\": an interface needs a name"],
    );
    let star =
        "7:11: port a, device: \"tap*\": a port has one interface, not a pattern; write its name";
    refused(&device("tap*"), &[star]);
    let lo = "7:11: port a, device: \"lo\" is the host's own loopback and carries no guest; write the guest's interface, such as device: tap-web1";
    refused(&device("lo"), &[lo]);
}

#[test]
fn guarded_interfaces() {
    let host =
        |text: &str| format!("version: 1\nhost: {{ guarded_interfaces: [{text}] }}\nports: []\n");
    accepted(&host("\"tap*\", vnet0, \"l-*\", \"lo-*\", lo1"));
    for covers in ["lo", "\"lo*\"", "\"l*\""] {
        let bare = covers.trim_matches('"');
        let error = format!(
            "2:30: host, guarded_interfaces: \"{bare}\" covers lo, over which the host talks to itself; write a longer prefix, such as tap*"
        );
        refused(&host(covers), &[&error]);
    }
    for star in ["*", "t*p", "tap**"] {
        let error = format!(
            "2:30: host, guarded_interfaces: \"{star}\": a pattern is a name or a prefix followed by one '*', such as tap*"
        );
        refused(&host(&format!("\"{star}\"")), &[&error]);
    }
    let twice = "2:38: host, guarded_interfaces: \"tap*\" is listed twice; keep one";
    refused(&host("\"tap*\", \"tap*\""), &[twice]);
    refused(
        "version: 1\nhost: { unknown: pass }\nports: []\n",
        &["2:18: host, unknown: \"pass\" is not known here; write refuse or audit"],
    );
    accepted("version: 1\nhost: { unknown: audit }\nports: []\n");
}

#[test]
fn words() {
    let words = [
        (
            "profile",
            "strikt",
            "strict, forwarder, self-addressed or open",
        ),
        ("link_local", "eui-64", "eui64, any or none"),
        ("mode", "off", "enforce or audit"),
        ("enforcement", "besteffort", "required or best-effort"),
    ];
    for (key, bad, good) in words {
        let column = key.len() + 5;
        let error = format!("9:{column}: port a, {key}: \"{bad}\" is not known here; write {good}");
        refused(&port(&format!("{key}: {bad}")), &[&error]);
        for good in good
            .split([',', ' '])
            .filter(|word| !["", "or"].contains(word))
        {
            accepted(&port(&format!("{key}: {good}")));
        }
    }
}

#[test]
fn guards_are_on_or_off_and_nothing_else() {
    for bad in ["true", "false", "yes", "ON", "1"] {
        let error =
            format!("9:18: port a, guards.mac: \"{bad}\" is not known here; write on or off");
        refused(&port(&format!("guards: {{ mac: {bad} }}")), &[&error]);
    }
    let policy = accepted(&port("guards: { mac: off, arp: \"off\", ipv4: on }"));
    assert_eq!(
        format!("{:?}", policy.ports()[0].guards),
        r#"{"ipv4", "nd", "ipv6", "router", "dhcp-server", "l2"}"#
    );
}

#[test]
fn shared_is_true_or_false() {
    let entry = |shared: &str| {
        port(&format!(
            "addresses: [{{ address: 10.0.0.1, shared: {shared} }}]"
        ))
    };
    assert!(accepted(&entry("true")).ports()[0].addresses[0].shared);
    assert!(!accepted(&entry("false")).ports()[0].addresses[0].shared);
    for bad in ["yes", "on", "True"] {
        let error =
            format!("9:44: port a, addresses: \"{bad}\" is not known here; write true or false");
        refused(&entry(bad), &[&error]);
    }
}

#[test]
fn ethertype_numbers() {
    let policy = accepted(&port(
        "ethertypes: [0x88cc, 35021, 0x600, \"0x88B7\", 65535]",
    ));
    assert_eq!(
        policy.ports()[0].ethertypes,
        [0x88cc, 0x88cd, 0x600, 0x88b7, 0xffff]
    );
    let instead = "write an EtherType from 0x0600 to 0xffff, such as 0x88cc";
    for bad in ["1535", "0x5ff", "65536", "0"] {
        refused(
            &port(&format!("ethertypes: [{bad}]")),
            &[&format!(
                "9:16: port a, ethertypes: \"{bad}\" is no EtherType; {instead}"
            )],
        );
    }
    for bad in ["lldp", "-1", "88cc", "0x", "0x+88cc", "1e4", "2048.0"] {
        refused(
            &port(&format!("ethertypes: [{bad}]")),
            &[&format!(
                "9:16: port a, ethertypes: \"{bad}\" is not a number; {instead}"
            )],
        );
    }
    refused(
        &port("ethertypes: [02048]"),
        &[&format!(
            "9:16: port a, ethertypes: \"02048\" begins with a zero; {instead}"
        )],
    );
}

#[test]
fn the_version_is_one() {
    accepted("version: 1\nports: []");
    refused(
        "version: 2\nports: []",
        &["1:10: version: \"2\" is not known here; write version: 1"],
    );
    refused(
        "version: 1.0\nports: []",
        &["1:10: version: \"1.0\" is not a number; write version: 1"],
    );
    refused(
        "version:\nports: []\n",
        &["1:8: version: has no value; write version: 1"],
    );
}

#[test]
fn names() {
    let name = |text: &str| port("").replace("name: a", &format!("name: {text}"));
    accepted(&name("\"10.0.0.1/vif:3@host_é\""));
    refused(
        &name("\"a b\""),
        &[
            "5:9: port a b, name: \"a b\" holds white space or a control character; write a word, such as name: web-1",
        ],
    );
    refused(
        &name("\"\""),
        &["5:9: port number 1, name: is empty; write a word, such as name: web-1"],
    );
    let long = "x".repeat(129);
    let shown = format!("{}…", "x".repeat(60));
    refused(
        &name(&long),
        &[&format!(
            "5:9: port {shown}, name: \"{shown}\" is 129 bytes long; write a name of at most 128"
        )],
    );
}
