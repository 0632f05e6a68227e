//! Allowed address pairs.

use vifguard_import::{Change, Imported};
use vifguard_policy::{Guard, Profile};

use crate::common::{
    addresses, all, answers, decisions, no_remark, only_port, policy, ports, remark,
};
use crate::neutron::guest;

/// A guest with 192.0.2.10 and these pairs, each an address and perhaps a MAC.
fn with(number: u8, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(ip, mac)| match *mac {
            "" => format!("{{ \"ip_address\": \"{ip}\" }}"),
            mac => format!("{{ \"ip_address\": \"{ip}\", \"mac_address\": \"{mac}\" }}"),
        })
        .collect();
    let fixed = u16::from(number) + 9;
    guest(
        number,
        &format!(
            ", \"fixed_ips\": [{{ \"ip_address\": \"192.0.2.{fixed}\" }}],
             \"allowed_address_pairs\": [{}]",
            pairs.join(", ")
        ),
    )
}

fn pairs(pairs: &[(&str, &str)]) -> Imported {
    ports(&with(1, pairs))
}

#[test]
fn a_pair_is_an_address_more() {
    let imported = pairs(&[
        ("192.0.2.100", ""),
        ("198.51.100.0/28", "fa:16:3e:00:00:01"),
        ("2001:db8::/64", "FA-16-3E-00-00-01"),
        ("192.0.2.10", ""),
    ]);
    let port = only_port(&imported);
    let expected = [
        "192.0.2.10/32",
        "192.0.2.100/32",
        "198.51.100.0/28",
        "2001:db8::/64",
    ];
    assert_eq!(addresses(&port), expected);
    assert_eq!(port.macs.len(), 1);
    assert_eq!(port.profile, Profile::Strict);
    no_remark(&imported, "extra_macs");
    remark(&imported, Change::Same, "allowed_address_pairs[1]");
}

#[test]
fn a_pair_with_another_mac_becomes_looser() {
    let imported = pairs(&[("192.0.2.100", "00:00:5e:00:01:07")]);
    let port = only_port(&imported);
    assert_eq!(port.macs[1].value.to_string(), "00:00:5e:00:01:07");
    remark(
        &imported,
        Change::Looser,
        "any MAC of the port with any address of the port",
    );
    let wrong = pairs(&[("192.0.2.100", "01:00:5e:00:01:07")]);
    assert_eq!(only_port(&wrong).macs.len(), 1);
    assert_eq!(
        addresses(&only_port(&wrong)),
        ["192.0.2.10/32", "192.0.2.100/32"]
    );
    assert_eq!(decisions(&wrong).len(), 1);
}

#[test]
fn a_pair_of_two_ports_is_shared() {
    let vrrp = [("192.0.2.100", "00:00:5e:00:01:07")];
    let imported = ports(&format!("{}, {}", with(1, &vrrp), with(2, &vrrp)));
    let policy = policy(&imported);
    for port in policy.ports() {
        assert_eq!(addresses(port)[1], "192.0.2.100/32+");
        assert!(!port.macs[0].shared && port.macs[1].shared);
    }
    assert_eq!(
        decisions(&imported),
        Vec::<String>::new(),
        "{}",
        all(&imported)
    );
    remark(
        &imported,
        Change::Same,
        "192.0.2.100 is held by port g2 too",
    );
    remark(
        &imported,
        Change::Same,
        "192.0.2.100 is held by port g1 too",
    );
}

#[test]
fn a_pair_that_covers_a_neighbour_is_shared() {
    let imported = ports(&format!(
        "{}, {}",
        with(1, &[("192.0.2.0/24", "")]),
        with(2, &[])
    ));
    let policy = policy(&imported);
    assert_eq!(
        addresses(&policy.ports()[0]),
        ["192.0.2.10/32", "192.0.2.0/24+"]
    );
    assert_eq!(addresses(&policy.ports()[1]), ["192.0.2.11/32+"]);
    remark(
        &imported,
        Change::Same,
        "192.0.2.0/24 and 192.0.2.11 of port g2 overlap",
    );
    // One's own address inside one's own prefix concerns nobody.
    let alone = pairs(&[("192.0.2.0/24", "")]);
    assert_eq!(
        addresses(&only_port(&alone)),
        ["192.0.2.10/32", "192.0.2.0/24"]
    );
}

/// The neighbour is the usual case; that the gateway is inside too must not be lost over it.
#[test]
fn a_pair_that_covers_the_gateway_is_to_be_decided() {
    let gateway = "{ \"network_id\": \"net\", \"gateway_ip\": \"192.0.2.1\" }";
    for wide in ["192.0.2.0/24", "192.0.2.1"] {
        let both = format!("{}, {}", with(1, &[(wide, "")]), with(2, &[(wide, "")]));
        let imported = answers(&both, "", gateway);
        let policy = policy(&imported);
        assert!(policy.networks()[0].reserved.addresses[0].shared);
        let decided = decisions(&imported);
        assert_eq!(decided.len(), 2, "{}", all(&imported));
        assert!(
            decided[0].contains("192.0.2.1, which is reserved"),
            "{decided:?}"
        );
    }
    let apart = answers(&with(1, &[("192.0.2.128/25", "")]), "", gateway);
    assert_eq!(decisions(&apart), Vec::<String>::new());
}

#[test]
fn a_pair_with_a_neighbours_link_local_is_shared() {
    let imported = ports(&format!(
        "{}, {}",
        with(1, &[("fe80::f816:3eff:fe00:2", "")]),
        with(2, &[])
    ));
    let policy = policy(&imported);
    assert!(policy.ports()[0].addresses[1].shared);
    assert!(policy.ports()[1].macs[0].shared);
    remark(
        &imported,
        Change::Same,
        "the link-local of fa:16:3e:00:00:02",
    );
}

#[test]
fn any_source_switches_the_source_guard_off_and_no_more() {
    for (allowed, profile, off) in [
        (&["0.0.0.0/0"][..], Profile::Strict, &[Guard::Ipv4][..]),
        (&["::/0"], Profile::Strict, &[Guard::Ipv6]),
        (
            &["0.0.0.0/0", "::/0"],
            Profile::Forwarder,
            &[Guard::Ipv4, Guard::Ipv6],
        ),
        (
            &["0.0.0.0/1", "128.0.0.0/1"],
            Profile::Strict,
            &[Guard::Ipv4],
        ),
        (&["::/1", "8000::/1"], Profile::Strict, &[Guard::Ipv6]),
    ] {
        let allowed: Vec<(&str, &str)> = allowed.iter().map(|ip| (*ip, "")).collect();
        let imported = pairs(&allowed);
        let port = only_port(&imported);
        assert_eq!(port.profile, profile, "{allowed:?}");
        for guard in Guard::ALL {
            assert_eq!(
                port.guards.has(guard),
                !off.contains(&guard),
                "{allowed:?} {guard}"
            );
        }
        assert_eq!(addresses(&port), ["192.0.2.10/32"], "{allowed:?}");
        assert!(policy(&imported).networks()[0].relaxed_ports, "{allowed:?}");
        remark(&imported, Change::Same, "from any source");
        remark(&imported, Change::Stricter, "for listed addresses only");
        assert_eq!(decisions(&imported).len(), 1, "{allowed:?}");
    }
}

#[test]
fn half_of_everything_is_not_everything() {
    let imported = pairs(&[("0.0.0.0/1", "")]);
    let port = only_port(&imported);
    assert!(port.guards.has(Guard::Ipv4));
    assert_eq!(addresses(&port), ["192.0.2.10/32", "0.0.0.0/1"]);
    assert!(policy(&imported).networks()[0].relaxed_ports);
    let narrow = pairs(&[("0.0.0.0/0", ""), ("192.0.2.100", "")]);
    assert_eq!(
        addresses(&only_port(&narrow)),
        ["192.0.2.10/32", "192.0.2.100/32"]
    );
}

#[test]
fn pairs_that_a_policy_cannot_hold_are_named() {
    let imported = pairs(&[("224.0.0.0/4", ""), ("nonsense", ""), ("192.0.2.17/28", "")]);
    let port = only_port(&imported);
    assert_eq!(addresses(&port), ["192.0.2.10/32", "192.0.2.16/28"]);
    remark(&imported, Change::Stricter, "224.0.0.0/4");
    assert!(
        remark(&imported, Change::NotCarriedOver, "nonsense")
            .decide
            .is_some()
    );
    remark(&imported, Change::Same, "192.0.2.17/28: the whole prefix");
}
