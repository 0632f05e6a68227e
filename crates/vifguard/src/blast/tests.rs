use vifguard_driver::PortState;
use vifguard_policy::{GuardSet, Mode, Policy};

use super::*;
use vifguard_inventory::DefaultRoute;

const BRIDGE: u32 = 10;

fn link(index: u32, name: &str, kind: &str) -> Link {
    Link {
        index,
        name: name.to_owned(),
        kind: kind.to_owned(),
        up: true,
        carrier: true,
        ethernet: true,
        ..Link::default()
    }
}

fn member(index: u32, name: &str, kind: &str, master: u32) -> Link {
    Link {
        master: Some(master),
        ..link(index, name, kind)
    }
}

fn host(links: impl IntoIterator<Item = Link>) -> Links {
    let lo = Link {
        loopback: true,
        ..link(1, "lo", "")
    };
    Links {
        links: [lo].into_iter().chain(links).collect(),
        default_routes: Vec::new(),
    }
}

/// In the main table.
fn default(device: u32, to: &str) -> DefaultRoute {
    DefaultRoute {
        device,
        to: to.parse().unwrap(),
        length: 0,
        table: 254,
    }
}

fn policy(guarded: &str, devices: &[&str]) -> Policy {
    let ports: String = devices
        .iter()
        .enumerate()
        .map(|(i, device)| {
            format!("  - {{name: p{i}, network: n, device: {device}, mac: \"02:00:00:00:00:{i:02x}\"}}\n")
        })
        .collect();
    let ports = if ports.is_empty() {
        "ports: []".to_owned()
    } else {
        format!("ports:\n{ports}")
    };
    let text =
        format!("version: 1\nhost: {guarded}\nnetworks: [{{name: n, kind: private}}]\n{ports}\n");
    Policy::parse(&text, "test.yaml").unwrap()
}

fn guards(pattern: &str) -> Policy {
    policy(&format!("{{guarded_interfaces: [\"{pattern}\"]}}"), &[])
}

fn refused(host: &Links, policy: &Policy) -> Vec<String> {
    radius(host, None, &Desired::of(policy))
        .refused
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn silent(host: &Links, policy: &Policy) -> Vec<String> {
    radius(host, None, &Desired::of(policy))
        .silent
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn loopback_is_never_guarded() {
    // Patterns that cover lo are refused by the policy already, whatever the loopback is called here.
    let renamed = Link {
        loopback: true,
        ..link(2, "tap-lo", "")
    };
    let expected =
        "host.guarded_interfaces: tap* would guard tap-lo, which is the host's own loopback";
    assert_eq!(refused(&host([renamed]), &guards("tap*")), [expected]);
}

#[test]
fn the_default_route_is_never_guarded() {
    let mut host = host([link(2, "eth0", ""), link(3, "eth1", "")]);
    host.default_routes = vec![default(3, "::")];
    let expected =
        "host.guarded_interfaces: eth* would guard eth1, which carries the IPv6 default route";
    assert_eq!(refused(&host, &guards("eth*")), [expected]);
    assert_eq!(silent(&host, &guards("eth*")), ["eth0 (up)"]);
    assert_eq!(
        refused(&host, &policy("{}", &["eth0"])),
        Vec::<String>::new()
    );
    assert_eq!(refused(&host, &policy("{}", &["eth1"])).len(), 1);
}

#[test]
fn what_a_default_route_stands_on_is_never_guarded() {
    let vlan = Link {
        lower: Some(4),
        ..link(5, "bond0.7", "vlan")
    };
    let mut host = host([
        member(2, "eth0", "", 4),
        member(3, "eth1", "", 4),
        link(4, "bond0", "bond"),
        vlan,
    ]);
    host.default_routes = vec![default(5, "0.0.0.0")];
    let refused = refused(&host, &guards("e*"));
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(
        refused[0].contains("eth0, which is under bond0, which is under bond0.7, which carries")
    );
}

#[test]
fn a_default_route_may_be_halved_or_stand_in_any_table() {
    let mut host = host([link(2, "eth0", ""), link(3, "eth1", "")]);
    host.default_routes = vec![
        DefaultRoute {
            length: 1,
            ..default(2, "128.0.0.0")
        },
        DefaultRoute {
            table: 7,
            ..default(3, "::")
        },
    ];
    let asked = "host.guarded_interfaces: eth* would guard";
    let expected = [
        format!("{asked} eth0, which carries half of the IPv4 default route (128.0.0.0/1)"),
        format!("{asked} eth1, which carries the IPv6 default route of table 7"),
    ];
    assert_eq!(refused(&host, &guards("eth*")), expected);
}

/// Tenants' taps may be in a VRF that the host itself uses; what carries its routes counts by itself.
#[test]
fn members_of_a_vrf_stand_for_themselves() {
    let mut host = host([
        link(BRIDGE, "vrf0", "vrf"),
        member(2, "eth0", "", BRIDGE),
        member(3, "tap0", "tun", BRIDGE),
    ]);
    host.default_routes = vec![
        default(BRIDGE, "0.0.0.0"),
        DefaultRoute {
            table: 10,
            ..default(2, "0.0.0.0")
        },
    ];
    assert_eq!(refused(&host, &guards("tap*")), Vec::<String>::new());
    assert_eq!(silent(&host, &guards("tap*")), ["tap0 (up, in vrf0)"]);
    assert_eq!(refused(&host, &guards("eth*")).len(), 1);
    assert_eq!(refused(&host, &guards("vrf*")).len(), 1);
}

#[test]
fn a_bridge_with_the_default_route_keeps_its_taps_guardable() {
    let mut host = host([
        link(BRIDGE, "br0", "bridge"),
        member(2, "eth0", "", BRIDGE),
        member(3, "tap0", "tun", BRIDGE),
    ]);
    host.default_routes = vec![default(BRIDGE, "0.0.0.0")];
    assert_eq!(refused(&host, &guards("tap*")), Vec::<String>::new());
    assert_eq!(silent(&host, &guards("tap*")), ["tap0 (up, in br0)"]);
    assert_eq!(refused(&host, &guards("br*")).len(), 1);
}

#[test]
fn uplinks_are_told_from_guests() {
    let vif = Link {
        bus: XEN_BACK_END.to_owned(),
        ..member(5, "vif1.0", "", BRIDGE)
    };
    let nic = Link {
        bus: "pci".to_owned(),
        ..member(6, "enp1s0", "", BRIDGE)
    };
    let host = host([
        link(BRIDGE, "br0", "bridge"),
        member(2, "x-veth", "veth", BRIDGE),
        member(3, "x-vxlan", "vxlan", BRIDGE),
        member(4, "x-new", "kind-of-tomorrow", BRIDGE),
        vif,
        nic,
    ]);
    let named = |pattern: &str| refused(&host, &guards(pattern)).len();
    assert_eq!(named("x-veth"), 0);
    assert_eq!(named("x-vxlan"), 1);
    assert_eq!(named("x-new"), 1);
    assert_eq!(named("vif*"), 0);
    assert_eq!(named("enp*"), 1);
    assert_eq!(
        refused(&host, &policy("{}", &["enp1s0"])),
        ["port p0 would guard enp1s0, which is an uplink of bridge br0"]
    );
}

#[test]
fn what_has_a_port_or_is_unused_does_not_fall_silent() {
    let unused = Link {
        up: false,
        carrier: false,
        ..link(4, "tap2", "tun")
    };
    let host = host([link(2, "tap0", "tun"), link(3, "tap1", "tun"), unused]);
    let one = policy("{guarded_interfaces: [\"tap*\"]}", &["tap0"]);
    assert_eq!(silent(&host, &one), ["tap1 (up)"]);
}

#[test]
fn in_audit_nothing_falls_silent() {
    let host = host([link(2, "tap0", "tun")]);
    let audit = policy("{guarded_interfaces: [\"tap*\"], unknown: audit}", &[]);
    assert_eq!(silent(&host, &audit), Vec::<String>::new());
}

#[test]
fn what_was_silent_before_is_not_news() {
    let host = host([link(2, "tap0", "tun"), link(3, "tap1", "tun")]);
    let before = State {
        present: true,
        guarded: vec!["tap*".to_owned()],
        ports: vec![PortState {
            port: "p".to_owned(),
            device: "tap1".to_owned(),
            guards: GuardSet::NONE,
            mode: Mode::Enforce,
            degraded: Vec::new(),
        }],
        ..State::default()
    };
    let mut radius = radius(&host, None, &Desired::of(&guards("tap*")));
    radius.spare_silent(&before);
    // tap1 had a port and loses it: it falls silent now.
    assert_eq!(radius.silent.len(), 1);
    assert_eq!(radius.silent[0].device, "tap1");
}

#[test]
fn what_was_only_audited_before_is_news() {
    let before = State {
        present: true,
        guarded: vec!["tap*".to_owned()],
        unknown: Unknown::Audit,
        ..State::default()
    };
    let mut radius = radius(
        &host([link(2, "tap0", "tun")]),
        None,
        &Desired::of(&guards("tap*")),
    );
    radius.spare_silent(&before);
    assert_eq!(radius.silent.len(), 1);
}

/// A bridge in userspace is none of the kernel's.
#[test]
fn uplinks_of_a_switch_in_userspace_are_never_guarded() {
    let host = host([
        link(2, "eth0", ""),
        link(3, "tap1", "tun"),
        link(4, "br0", "tun"),
    ]);
    let switch = Switch {
        bridges: vec![Bridge {
            name: "br0".to_owned(),
            userspace: true,
            offloads: false,
            interfaces: ["eth0", "tap1", "br0"].map(str::to_owned).into(),
            detached: ["eth0".to_owned()].into(),
        }],
        vifs: Vec::new(),
    };
    let desired = Desired::of(&guards("eth*"));
    assert!(radius(&host, None, &desired).refused.is_empty());
    let refused = radius(&host, Some(&switch), &desired).refused;
    assert_eq!(
        refused[0].to_string(),
        "host.guarded_interfaces: eth* would guard eth0, which is an uplink of bridge br0"
    );
    let desired = Desired::of(&guards("tap*"));
    assert!(radius(&host, Some(&switch), &desired).refused.is_empty());
}
