//! Messages of neighbor discovery (RFC 4861), their checksums left open.

use std::net::Ipv6Addr;

use vifguard_lab::Mac;

/// Source link-layer address.
pub(crate) const SOURCE: u8 = 1;
/// Target link-layer address.
pub(crate) const TARGET: u8 = 2;
/// All nodes of the link, and the MAC that stands for them.
pub(crate) const ALL_NODES: (Ipv6Addr, Mac) = (
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
    [0x33, 0x33, 0, 0, 0, 1],
);

/// An option with a link-layer address.
pub(crate) fn link_layer(kind: u8, mac: Mac) -> Vec<u8> {
    [&[kind, 1][..], &mac].concat()
}

/// An unsolicited advertisement that overrides what the receiver knows.
pub(crate) fn advertisement(target: Ipv6Addr, options: &[u8]) -> Vec<u8> {
    [
        &[136, 0, 0, 0, 0x20, 0, 0, 0][..],
        &target.octets(),
        options,
    ]
    .concat()
}

/// A solicitation.
pub(crate) fn solicitation(target: Ipv6Addr, options: &[u8]) -> Vec<u8> {
    [&[135, 0, 0, 0, 0, 0, 0, 0][..], &target.octets(), options].concat()
}

/// How much a router asks to be preferred (RFC 4191).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Preference {
    Medium = 0x00,
    High = 0x08,
}

/// A router for so many seconds; for none, it takes itself back.
pub(crate) fn router(preference: Preference, seconds: u16, options: &[u8]) -> Vec<u8> {
    let [high, low] = seconds.to_be_bytes();
    let head = [
        134,
        0,
        0,
        0,
        64,
        preference as u8,
        high,
        low,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    ];
    [&head[..], options].concat()
}
