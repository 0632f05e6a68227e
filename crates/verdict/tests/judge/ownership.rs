//! Section 1: what is own. `Identity` answers the same from its plain lists: two ways, one answer.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use vifguard_policy::MacAddr;
use vifguard_verdict::CompiledPort;

use crate::generate::{identities, v4s, v6s};
use crate::port::identity;

/// Addresses near those that ports hold, where an edge may be off by one, and any others.
fn near_v4() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        4 => (v4s(), -2_i32..=2)
            .prop_map(|(address, by)| address.to_bits().wrapping_add_signed(by).into()),
        1 => any::<u32>().prop_map(Ipv4Addr::from),
    ]
}

fn near_v6() -> impl Strategy<Value = Ipv6Addr> {
    prop_oneof![
        4 => (v6s(), -2_i128..=2)
            .prop_map(|(address, by)| address.to_bits().wrapping_add_signed(by).into()),
        2 => (0xfe70_u16..=0xfec1, any::<u16>())
            .prop_map(|(first, last)| Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last)),
        1 => any::<u128>().prop_map(Ipv6Addr::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8192))]

    #[test]
    fn the_compiled_port_owns_what_the_identity_owns(
        identity in identities(), mac in any::<[u8; 6]>(), v4 in near_v4(), v6 in near_v6()
    ) {
        let port = CompiledPort::new(&identity);
        prop_assert_eq!(port.owns_v4(v4), identity.owns_v4(v4), "{}", v4);
        prop_assert_eq!(port.owns_v6(v6), identity.owns_v6(v6), "{}", v6);
        prop_assert_eq!(port.owns_mac(mac), identity.owns_mac(MacAddr(mac)));
    }
}

#[test]
fn every_list_entry_is_own() {
    for link_local in ["eui64", "any", "none"] {
        let identity = identity(link_local);
        let port = CompiledPort::new(&identity);
        assert!(identity.macs.iter().all(|mac| port.owns_mac(mac.0)));
        assert!(identity.v4.iter().all(|net| port.owns_v4(net.network())));
        assert!(identity.v6.iter().all(|net| port.owns_v6(net.network())));
        assert!(identity.ethertypes.iter().all(|number| port.lists(*number)));
    }
}

#[test]
fn without_the_others_list_a_link_local_is_only_own_if_listed() {
    let foreign = "fe80::1234".parse().unwrap();
    let owns = |link_local, address| CompiledPort::new(&identity(link_local)).owns_v6(address);
    assert!(owns("any", foreign));
    assert!(!owns("eui64", foreign) && !owns("none", foreign));
    let derived = "fe80::ff:fe00:a".parse().unwrap();
    assert!(owns("any", derived) && owns("eui64", derived) && !owns("none", derived));
    let reserved = "fe80::1".parse().unwrap();
    assert!(!owns("any", reserved));
}
