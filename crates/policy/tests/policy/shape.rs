//! Keys: unknown, missing, twice, and values of the wrong shape.

use vifguard_policy::Policy;

use crate::common::{accepted, port, refused};

#[test]
fn unknown_keys_suggest_the_nearest() {
    let rest = "version: 1\n";
    refused(
        &format!("{rest}network: []\nports: []\n"),
        &["2:1: unknown key \"network\"; did you mean networks?"],
    );
    let all = "2:1: unknown key \"x\"; the keys here are version, host, networks and ports";
    refused(&format!("{rest}x: 1\nports: []\n"), &[all]);
    let host = "2:9: host: unknown key \"guarded-interface\"; did you mean guarded_interfaces?";
    refused(
        &format!("{rest}host: {{ guarded-interface: [] }}\nports: []\n"),
        &[host],
    );
    refused(
        &port("adresses: []"),
        &["9:3: port a: unknown key \"adresses\"; did you mean addresses?"],
    );
    refused(
        &port("Link-Local: any"),
        &["9:3: port a: unknown key \"Link-Local\"; did you mean link_local?"],
    );
    let guard = "9:13: port a, guards: unknown key \"dhcp\"; did you mean dhcp-server?";
    refused(&port("guards: { dhcp: off }"), &[guard]);
    let entry = "9:36: port a, addresses: unknown key \"share\"; did you mean shared?";
    refused(
        &port("addresses: [{ address: 10.0.0.1, share: true }]"),
        &[entry],
    );
    refused(
        "version: 1\n? [a]\n: b\nports: []\n",
        &["2:3: a list is no key; the keys here are version, host, networks and ports"],
    );
}

#[test]
fn keys_that_are_missing() {
    let ports = "1:1: ports: is missing; write ports: [] for a policy without ports";
    refused("{}", &["1:1: version: is missing; write version: 1", ports]);
    // So does a file end that was cut off.
    refused(
        "version: 1\nnetworks: [{ name: n, kind: flat }]\n",
        &[ports],
    );
    let text = "version: 1\nnetworks:\n- {}\nports:\n- {}\n";
    refused(
        text,
        &[
            "3:3: network number 1, name: is missing; write a word, such as name: public",
            "3:3: network number 1, kind: is missing; write kind: flat (many tenants) or kind: private (one)",
            "5:3: port number 1, name: is missing; write a word, such as name: web-1",
            "5:3: port number 1, network: is missing; write the name of a network, such as network: public",
            "5:3: port number 1, mac: is missing; write mac: \"02:00:00:00:00:01\"",
            "5:3: port number 1, device: is missing; write the guest's interface, such as device: tap-web1, or where the guest is: libvirt, ovs or xen",
        ],
    );
}

#[test]
fn keys_that_are_written_twice() {
    let twice =
        "9:3: port a: the key \"mac\" is written twice, first in line 8, column 3; keep one";
    refused(&port("mac: x"), &[twice]);
    let guard = "9:21: port a, guards: the key \"l2\" is written twice, first in line 9, column 13; keep one";
    refused(&port("guards: { l2: on, l2: on }"), &[guard]);
}

#[test]
fn a_list_is_a_list_even_of_one() {
    let lone = "9:14: port a, addresses: \"10.0.0.1\" is written where a list is wanted; write addresses: [\"10.0.0.1\"]";
    refused(&port("addresses: 10.0.0.1"), &[lone]);
    let map = "9:14: port a, addresses: a mapping is written where a list is wanted; write addresses: [192.0.2.10, \"2001:db8::10\"]";
    refused(&port("addresses: { address: 10.0.0.1 }"), &[map]);
    let none = "9:12: port a, addresses: has no value; write addresses: [] for none, or addresses: [192.0.2.10, \"2001:db8::10\"]";
    refused(&port("addresses:"), &[none]);
    accepted(&port("addresses: []"));
    let ports = "2:8: ports: a mapping is written where a list is wanted; write ports: [{ name: web-1, network: public, … }]";
    refused("version: 1\nports: { name: a }\n", &[ports]);
    let networks = "2:11: networks: \"x\" is written where a list is wanted; write networks: [{ name: public, kind: flat }]";
    refused("version: 1\nnetworks: x\nports: []\n", &[networks]);
}

#[test]
fn a_value_is_one_value() {
    let list = "9:12: port a, profile: a list is written where one value is wanted; write strict, forwarder, self-addressed or open";
    refused(&port("profile: [strict]"), &[list]);
    let none = "9:9: port a, mode: has no value; write enforce or audit";
    refused(&port("mode: ~"), &[none]);
    let root = "1:1: \"version 1\" is written where a mapping is wanted; write key: value pairs; the keys are version, host, networks and ports";
    refused("version 1\n", &[root]);
    let guards = "9:11: port a, guards: \"off\" is written where a mapping is wanted; write key: value pairs; the keys are mac, arp, ipv4, nd, ipv6, router, dhcp-server and l2";
    refused(&port("guards: off"), &[guards]);
}

#[test]
fn unreadable_networks_are_reported_once() {
    let ports = "ports:\n- { name: a, network: n, device: t1, mac: \"02:00:00:00:00:01\" }\n";
    let networks = "2:11: networks: has no value; write networks: [] for none, or networks: [{ name: public, kind: flat }]";
    refused(&format!("version: 1\nnetworks: null\n{ports}"), &[networks]);
    let name = "2:28: network n, kind: \"fiat\" is not known here; write flat or private";
    refused(
        &format!("version: 1\nnetworks: [{{name: n, kind: fiat}}]\n{ports}"),
        &[name],
    );
}

#[test]
fn errors_come_in_the_order_of_the_file() {
    let text = "ports:\n- name: b\n  mode: x\nversion: 3\nhost: []\n";
    let errors = Policy::parse(text, "p").unwrap_err();
    let lines: Vec<usize> = errors.as_slice().iter().map(|error| error.line).collect();
    assert_eq!(lines, [2, 2, 2, 3, 4, 5]);
}

#[test]
fn an_error_carries_its_parts() {
    let errors = Policy::parse(&port("mode: \"x\\e'\""), "etc/p.yaml").unwrap_err();
    let error = &errors.as_slice()[0];
    assert_eq!(
        (error.file.as_str(), error.line, error.column),
        ("etc/p.yaml", 9, 9)
    );
    assert_eq!(error.object.as_deref(), Some("port a"));
    assert_eq!(error.field.as_deref(), Some("mode"));
    assert_eq!(error.text.as_deref(), Some("x\\u{1b}'"));
    assert_eq!(
        error.snippet(),
        r#"etc/p.yaml:9:9: port a, mode: "x\u{1b}'" is not known here; write enforce or audit
   |
 9 |   mode: "x\e'"
   |         ^^^^^^"#
    );
    assert_eq!(errors.to_string(), error.to_string());
}

#[test]
fn long_lines_are_shown_in_part() {
    let text = format!(
        "{{ {} version: 2, {} ports: [] }}",
        " ".repeat(100),
        " ".repeat(100)
    );
    let errors = Policy::parse(&text, "p").unwrap_err();
    let excerpt = &errors.as_slice()[0].excerpt;
    assert_eq!(excerpt.text.chars().count(), 1 + 60 + 60 + 1);
    assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
    assert_eq!(excerpt.text.chars().nth(excerpt.marked.start), Some('2'));
}
