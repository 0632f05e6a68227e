use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use vifguard_policy::{GuardSet, Identity, Ipv4Net, Ipv6Net, MacAddr};

use super::{OTHER_LINK_LOCAL, VRRP_MAC, v4s, v6s};
use crate::frame::{OTHER_MAC, OWN_MAC};
use crate::port::identity;

/// Any guards, and any set of claims, empty ones included.
pub(crate) fn identities() -> impl Strategy<Value = Identity> {
    let sets = (own_macs(), vec(v4_nets(), 0..5), vec(v6_nets(), 0..5));
    let ethertypes = select(vec![vec![], vec![0x88cc], vec![0x8100, 0x88b5]]);
    (bases(), any::<u8>(), sets, ethertypes).prop_map(
        |(base, guards, (macs, v4, v6), ethertypes)| {
            let mut identity = Identity {
                guards: GuardSet::from_bits(guards),
                ethertypes,
                ..base
            };
            claim(&mut identity, macs, v4, v6);
            identity
        },
    )
}

/// A port, and the same port with more in its sets.
pub(crate) fn larger() -> impl Strategy<Value = (Identity, Identity)> {
    let more = (own_macs(), vec(v4_nets(), 0..3), vec(v6_nets(), 0..3));
    (identities(), more).prop_map(|(identity, (macs, v4, v6))| {
        let mut more = identity.clone();
        claim(&mut more, macs, v4, v6);
        (identity, more)
    })
}

/// The standard port for each choice of link-locals, at times without anything in its sets.
fn bases() -> impl Strategy<Value = Identity> {
    static BASES: OnceLock<Vec<Identity>> = OnceLock::new();
    let bases = BASES.get_or_init(|| ["eui64", "any", "none"].map(identity).to_vec());
    (select(bases.as_slice()), proptest::bool::weighted(0.2)).prop_map(|(base, empty)| {
        if empty {
            Identity {
                macs: Vec::new(),
                v4: Vec::new(),
                v6: Vec::new(),
                ..base
            }
        } else {
            base
        }
    })
}

/// Adds claims and keeps the lists as an identity promises them.
fn claim(identity: &mut Identity, macs: Vec<MacAddr>, v4: Vec<Ipv4Net>, v6: Vec<Ipv6Net>) {
    identity.macs.extend(macs);
    identity.macs.sort_unstable();
    identity.macs.dedup();
    identity.v4.extend(v4);
    identity.v4.sort_unstable();
    identity.v4.dedup();
    identity.v6.extend(v6);
    identity.v6.sort_unstable();
    identity.v6.dedup();
}

fn own_macs() -> impl Strategy<Value = Vec<MacAddr>> {
    subsequence([OWN_MAC, VRRP_MAC, OTHER_MAC].map(MacAddr).to_vec(), 0..=3)
}

fn v4_nets() -> impl Strategy<Value = Ipv4Net> {
    let address = v4s().prop_filter("nobody owns it", |address| {
        !vifguard_policy::never_own_v4(*address)
    });
    let wide = Just(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));
    prop_oneof![
        8 => address.clone().prop_map(Ipv4Net::from),
        4 => (address, 8_u8..32).prop_map(|(base, len)| Ipv4Net::new_assert(base, len).trunc()),
        1 => wide,
    ]
}

fn v6_nets() -> impl Strategy<Value = Ipv6Net> {
    let address = v6s().prop_filter("nobody owns it", |address| {
        !vifguard_policy::never_own_v6(*address)
    });
    let wide = Just(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0));
    let around = (8_u8..12).prop_map(|len| Ipv6Net::new_assert(OTHER_LINK_LOCAL, len).trunc());
    prop_oneof![
        8 => address.clone().prop_map(Ipv6Net::from),
        4 => (address, 32_u8..128).prop_map(|(base, len)| Ipv6Net::new_assert(base, len).trunc()),
        1 => around,
        1 => wide,
    ]
}
