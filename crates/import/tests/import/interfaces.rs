//! Interfaces: which can be ports, and of what.

use vifguard_import::{Change, Imported, libvirt};

use crate::common::{data, decisions, only_port, policy, remark, xml};

/// An interface of this type and with these attributes, on br0, with this inside.
fn interface(attributes: &str, inside: &str) -> Imported {
    xml(&format!(
        "<domain><name>web</name><devices><interface {attributes}>
           <mac address='52:54:00:00:00:01'/><ip address='192.0.2.1'/>{inside}
         </interface></devices></domain>"
    ))
}

const TAP: &str = "<source bridge='br0'/><target dev='tap-1'/>";

#[test]
fn taps_are_ports() {
    for kind in ["network", "bridge", "ethernet"] {
        let source = format!("<source {kind}='x'/><target dev='tap-1'/>");
        let imported = interface(&format!("type='{kind}'"), &source);
        let port = only_port(&imported);
        assert_eq!(
            (port.name.as_str(), port.binding.device().unwrap().as_str()),
            ("web-net0", "tap-1")
        );
        let network = if kind == "ethernet" { "ethernet" } else { "x" };
        assert_eq!(policy(&imported).networks()[0].name, network);
        assert_eq!(imported.left_out, 0);
    }
}

#[test]
fn what_bypasses_the_host_is_no_port() {
    for (kind, reason) in [
        ("direct", "macvtap"),
        ("hostdev", "passed through"),
        ("vhostuser", "user space"),
        ("vdpa", "vDPA"),
        ("server", "socket"),
        ("mcast", "socket"),
        ("internal", "no interface of the host"),
        ("", "no interface of the host"),
    ] {
        let imported = interface(&format!("type='{kind}'"), TAP);
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{kind}");
        assert_eq!(policy(&imported).networks().len(), 0, "{kind}");
        remark(&imported, Change::NotCarriedOver, reason);
        assert_eq!(decisions(&imported).len(), 1, "{kind}");
    }
    // Such a guest reaches no segment, so nothing is to be decided.
    let user = interface("type='user'", "");
    assert_eq!(
        (user.ports, user.left_out, decisions(&user).len()),
        (0, 1, 0)
    );
}

#[test]
fn networks_without_a_bridge_hand_out_what_bypasses_the_host() {
    let network = |forward: &str| {
        xml(&format!(
            "<network><name>n</name>{forward}</network>
             <interface type='network'><mac address='52:54:00:00:00:01'/><source network='n'/>
             <target dev='tap-1'/></interface>"
        ))
    };
    for forward in [
        "<forward mode='hostdev'/>",
        "<forward mode='passthrough'/>",
        "<forward mode='bridge'><interface dev='eth0'/></forward>",
    ] {
        let imported = network(forward);
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{forward}");
    }
    for forward in [
        "<forward mode='bridge'/><bridge name='br0'/>",
        "<forward mode='nat'/><bridge name='virbr0'/>",
        "",
    ] {
        assert_eq!(network(forward).ports, 1, "{forward}");
    }
    let running = interface(
        "type='network'",
        "<source network='n'/><target dev='macvtap0'/>",
    );
    assert_eq!((running.ports, running.left_out), (0, 1));
}

#[test]
fn an_interface_without_a_name_is_a_comment() {
    let imported = interface("type='network'", "<source network='default'/>");
    assert_eq!((imported.ports, imported.left_out), (0, 1));
    assert!(imported.policy.contains("ports: []\n"));
    assert!(
        imported
            .policy
            .contains("\n  # - name: web-net0\n  #   network: default\n")
    );
    assert!(imported.policy.contains("  #   device: \"?\"\n"));
    assert!(decisions(&imported)[0].contains("<target dev='…'/>"));
}

#[test]
fn names_that_no_tap_can_have_are_comments() {
    for device in ["a-name-over-15-bytes", "lo", "a/b", "tap*"] {
        let imported = interface(
            "type='bridge'",
            &format!("<source bridge='br0'/><target dev='{device}'/>"),
        );
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{device}");
        remark(
            &imported,
            Change::NotCarriedOver,
            "is no interface of a guest",
        );
    }
}

#[test]
fn a_port_needs_a_mac() {
    for mac in [
        "",
        "<mac address='zz'/>",
        "<mac address='ff:ff:ff:ff:ff:ff'/>",
    ] {
        let imported = xml(&format!("<interface type='bridge'>{mac}{TAP}</interface>"));
        assert_eq!((imported.ports, imported.left_out), (0, 1), "{mac}");
        assert!(decisions(&imported)[0].contains("which MAC"), "{mac}");
    }
}

#[test]
fn names_given_by_libvirt_do_not_last() {
    let numbered = interface(
        "type='bridge'",
        "<source bridge='br0'/><target dev='vnet3'/>",
    );
    remark(&numbered, Change::NotCarriedOver, "anew at each start");
    assert!(
        numbered
            .policy
            .contains("# host: { guarded_interfaces: [\"vnet*\"] }")
    );
    let named = interface("type='bridge'", TAP);
    assert!(!named.policy.contains("guarded_interfaces"));
}

#[test]
fn what_a_policy_has_no_word_for_is_said() {
    let imported = interface(
        "type='bridge' trustGuestRxFilters='yes'",
        &format!("{TAP}<port isolated='yes'/><vlan trunk='yes'><tag id='4'/></vlan>"),
    );
    remark(&imported, Change::Stricter, "may change its MAC");
    remark(&imported, Change::NotCarriedOver, "other isolated ports");
    remark(&imported, Change::Stricter, "the guest tags frames itself");
    assert_eq!(decisions(&imported).len(), 1);
    let plain = interface(
        "type='bridge' trustGuestRxFilters='no'",
        &format!("{TAP}<port isolated='no'/>"),
    );
    assert_eq!(plain.remarks.len(), 2);
}

#[test]
fn two_guests_on_one_interface_are_one_too_many() {
    let imported = xml(&format!(
        "<interface type='bridge'><mac address='52:54:00:00:00:01'/>{TAP}</interface>
         <interface type='bridge'><mac address='52:54:00:00:00:02'/>{TAP}</interface>"
    ));
    assert_eq!((imported.ports, imported.left_out), (1, 1));
    remark(
        &imported,
        Change::NotCarriedOver,
        "which port interface-net0 has too",
    );
}

#[test]
fn documents_of_every_kind_are_read() {
    let files = [
        data!("web.xml"),
        data!("db-inactive.xml"),
        data!("snapshot.xml"),
    ];
    let imported = libvirt(&files).unwrap();
    let policy = policy(&imported);
    let names: Vec<&str> = policy
        .ports()
        .iter()
        .map(|port| port.name.as_str())
        .collect();
    let expected = [
        "web-net0",
        "web-net1",
        "db-net1",
        "mail-net0",
        "interface-net6",
    ];
    assert_eq!(names, expected);
    for root in ["domstatus", "domaincheckpoint"] {
        let text = format!(
            "<?xml version='1.0'?>\n<{root}><domain><name>d</name><devices><interface type='bridge'>
             <mac address='52:54:00:00:00:01'/>{TAP}</interface></devices></domain></{root}>"
        );
        assert_eq!(only_port(&xml(&text)).name, "d-net0");
    }
}
