//! Devices: every change arrives in the kernel, and a refusal says what was refused.

use vifguard_lab::{AddressOptions, Error, Netns, available};

use crate::support::{mac, net};

#[test]
fn every_change_arrives() {
    if !available() {
        return;
    }
    let netns = Netns::new("changes").unwrap();
    let bridge = netns.bridge("br0").unwrap();
    let mut link = netns.veth("a", &netns, "b").unwrap().here;
    link.set_mac(mac(7)).unwrap();
    link.set_mtu(1400).unwrap();
    link.set_master(&bridge).unwrap();
    link.rename("renamed").unwrap();
    link.up().unwrap();
    let info = link.info().unwrap();
    assert_eq!(
        (info.name.as_str(), info.kind.as_str()),
        ("renamed", "veth")
    );
    assert_eq!(
        (info.mac, info.mtu, info.up, info.carrier),
        (mac(7), 1400, true, false)
    );
    assert_eq!(info.master, Some(bridge.index()));
    netns.link("b").unwrap().up().unwrap();
    assert!(link.info().unwrap().carrier);
    link.nomaster().unwrap();
    link.down().unwrap();
    assert_eq!(
        (link.info().unwrap().master, link.info().unwrap().up),
        (None, false)
    );
    link.delete().unwrap();
    let left: Vec<_> = netns
        .links()
        .unwrap()
        .into_iter()
        .map(|link| link.name)
        .collect();
    assert_eq!(left, ["lo", "br0"]);
}

#[test]
fn a_device_moves_between_namespaces() {
    if !available() {
        return;
    }
    let (one, two) = (Netns::new("one").unwrap(), Netns::new("two").unwrap());
    let link = one.veth("a", &one, "b").unwrap().here;
    let link = link.move_to(&two).unwrap();
    assert_eq!(link.netns(), &two);
    assert!(!one.has_link("a").unwrap() && two.has_link("a").unwrap());
}

#[test]
fn addresses_and_routes_come_and_go() {
    if !available() {
        return;
    }
    let netns = Netns::new("addresses").unwrap();
    let link = netns.veth("a", &netns, "b").unwrap().here;
    let (v4, v6) = (net("192.0.2.1/24"), net("2001:db8::1/64"));
    link.add_address(v4).unwrap();
    link.add_address_with(
        v6,
        AddressOptions {
            nodad: true,
            ..AddressOptions::default()
        },
    )
    .unwrap();
    link.up().unwrap();
    netns.link("b").unwrap().up().unwrap();
    let found = link.addresses().unwrap();
    assert!(found.iter().any(|a| a.net == v4) && found.iter().any(|a| a.net == v6 && !a.tentative));
    let to = net("203.0.113.0/24");
    link.add_route(to, Some("192.0.2.9".parse().unwrap()))
        .unwrap();
    let has_route = || {
        netns
            .routes()
            .unwrap()
            .iter()
            .any(|route| route.to == to && route.device == "a")
    };
    assert!(has_route());
    link.delete_route(to).unwrap();
    assert!(!has_route());
    link.delete_address(v4).unwrap();
    assert!(
        !link
            .addresses()
            .unwrap()
            .iter()
            .any(|address| address.net == v4)
    );
}

#[test]
fn a_refusal_names_the_object() {
    if !available() {
        return;
    }
    let netns = Netns::new("refusals").unwrap();
    let bridge = netns.bridge("br0").unwrap();
    let twice = netns.bridge("br0").unwrap_err();
    assert_eq!(twice.os_error(), Some(17));
    assert!(
        twice
            .to_string()
            .contains("namespace refusals: cannot make bridge br0"),
        "{twice}"
    );
    let none = netns.link("eth9").unwrap_err();
    assert!(matches!(none, Error::NoDevice { .. }), "{none}");
    // The kernel's own words come along.
    let looped = bridge.set_master(&bridge).unwrap_err().to_string();
    assert!(
        looped.contains("(Can not enslave a bridge to a bridge)"),
        "{looped}"
    );
    let unnamed = netns
        .tap("a-name-that-is-too-long")
        .unwrap_err()
        .to_string();
    assert!(unnamed.contains("tap a-name-that-is-too-long"), "{unnamed}");
}
