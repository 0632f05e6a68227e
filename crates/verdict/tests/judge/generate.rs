//! Frames that are nearly good, so that the deep rules are reached, and ports of every kind.

mod arp;
mod ipv4;
mod ipv6;
mod port;

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use vifguard_verdict::VlanTag;

use crate::frame::{OTHER_MAC, OTHER_V4, OTHER_V6, OWN_MAC, OWN_V4, OWN_V6, ethernet};

pub(crate) use ipv4::packets as ipv4_packets;
pub(crate) use ipv6::packets as ipv6_packets;
pub(crate) use port::{identities, larger};

/// The virtual MAC of the standard port.
const VRRP_MAC: [u8; 6] = [0, 0, 0x5e, 0, 1, 7];
/// The EUI-64 link-local of [`OWN_MAC`].
const OWN_LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0xa);
/// The EUI-64 link-local of [`OTHER_MAC`].
const OTHER_LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 0xb);

/// Any frame: most of them good but for one thing.
pub(crate) fn frames() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => near_good(),
        1 => vec(any::<u8>(), 0..120),
    ]
}

/// A tag beside the frame, mostly none.
pub(crate) fn tags() -> impl Strategy<Value = Option<VlanTag>> {
    let tpid = prop_oneof![Just(0x8100), Just(0x88a8), any::<u16>()];
    let tag = (tpid, any::<u16>()).prop_map(|(tpid, tci)| VlanTag { tpid, tci });
    proptest::option::weighted(0.1, tag)
}

fn near_good() -> impl Strategy<Value = Vec<u8>> {
    (good(), macs(), mostly_none(tag_bytes()), damage()).prop_map(
        |(mut frame, mac, tag, damage)| {
            frame[6..12].copy_from_slice(&mac);
            frame.splice(12..12, tag.into_iter().flatten());
            damage.apply(frame)
        },
    )
}

fn good() -> impl Strategy<Value = Vec<u8>> {
    // Boxed: unboxed value trees of all of them would fill the stack of a test's thread.
    prop_oneof![
        1 => plain().boxed(),
        2 => arp::messages().boxed(),
        3 => ipv4::packets().boxed(),
        6 => ipv6::packets().boxed(),
    ]
}

/// EtherTypes that no rule opens.
fn plain() -> impl Strategy<Value = Vec<u8>> {
    let ethertype = prop_oneof![Just(0x88cc), Just(0x9100), 0_u16..0x600, any::<u16>()];
    ethertype.prop_map(|ethertype| ethernet(OWN_MAC, ethertype, &[0; 46]))
}

pub(crate) fn tag_bytes() -> impl Strategy<Value = [u8; 4]> {
    let tpid = prop_oneof![Just([0x81, 0]), Just([0x88, 0xa8])];
    (tpid, any::<[u8; 2]>()).prop_map(|([a, b], [c, d])| [a, b, c, d])
}

fn mostly_none<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.05, strategy)
}

/// What happened to a frame after it was built.
#[derive(Clone, Debug)]
struct Damage {
    bytes: Vec<(Index, u8)>,
    cut: Option<Index>,
    behind: Vec<u8>,
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = prop_oneof![
        3 => Just(Vec::new()),
        2 => vec(any::<(Index, u8)>(), 1..4),
    ];
    let behind = prop_oneof![
        6 => Just(Vec::new()),
        1 => vec(any::<u8>(), 1..24),
    ];
    let damage = (
        bytes,
        proptest::option::weighted(0.1, any::<Index>()),
        behind,
    );
    damage.prop_map(|(bytes, cut, behind)| Damage { bytes, cut, behind })
}

impl Damage {
    fn apply(self, mut frame: Vec<u8>) -> Vec<u8> {
        for (at, byte) in self.bytes {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
        if let Some(cut) = self.cut {
            frame.truncate(cut.index(frame.len()));
        }
        frame.extend(self.behind);
        frame
    }
}

fn macs() -> impl Strategy<Value = [u8; 6]> + Clone {
    prop_oneof![
        30 => Just(OWN_MAC),
        3 => Just(VRRP_MAC),
        1 => Just(OTHER_MAC),
        1 => Just([0; 6]),
    ]
}

pub(crate) fn v4s() -> impl Strategy<Value = Ipv4Addr> + Clone {
    prop_oneof![
        8 => Just(OWN_V4),
        2 => (0_u8..18).prop_map(|last| Ipv4Addr::new(198, 51, 100, last)),
        2 => Just(OTHER_V4),
        2 => Just(Ipv4Addr::UNSPECIFIED),
        1 => Just(Ipv4Addr::BROADCAST),
        1 => Just(Ipv4Addr::LOCALHOST),
        1 => Just(Ipv4Addr::new(224, 0, 0, 22)),
    ]
}

pub(crate) fn v6s() -> impl Strategy<Value = Ipv6Addr> + Clone {
    prop_oneof![
        8 => Just(OWN_V6),
        4 => Just(OWN_LINK_LOCAL),
        2 => any::<u16>().prop_map(|last| Ipv6Addr::new(0x2001, 0xdb8, 5, 0, 0, 0, 0, last)),
        2 => Just(OTHER_V6),
        1 => Just(OTHER_LINK_LOCAL),
        1 => Just(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1)),
        3 => Just(Ipv6Addr::UNSPECIFIED),
        1 => Just(Ipv6Addr::LOCALHOST),
    ]
}
