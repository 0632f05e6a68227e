//! Sets of numbers that rules look into: part of the program, the same for every policy.

use vifguard_netlink::nft::{Element, Set, SetData};

use crate::names::fixed;

/// Operations of ARP: request and reply.
pub(crate) const ARP_OPERATIONS: &str = "arp-operations";
/// IPv4 protocols whose heads are looked into: ICMP, IGMP, UDP.
pub(crate) const IP4_HEADS: &str = "ip4-heads";
/// IPv4 protocols that need more than a source check: those and PIM.
pub(crate) const IP4_SPECIAL: &str = "ip4-special";
/// Version, header length and total length of IPv4 packets with fewer than 8 bytes behind the header.
pub(crate) const IP4_SHORT: &str = "ip4-short";
/// IGMP reports and leaves.
pub(crate) const IGMP_REPORTS: &str = "igmp-reports";
/// IPv6 next headers that need more than a source check.
pub(crate) const IP6_SPECIAL: &str = "ip6-special";
/// Hop-by-hop options, routing, fragment, destination options.
pub(crate) const IP6_EXTENSIONS: &str = "ip6-extensions";
/// Upper layers of IPv6 of which a head must have 8 bytes: UDP, AH, ICMPv6.
pub(crate) const IP6_HEADS: &str = "ip6-heads";
/// Router solicitation, neighbor solicitation, neighbor advertisement.
pub(crate) const ND: &str = "nd";
/// What only routers say in ICMPv6.
pub(crate) const IP6_ROUTERS: &str = "ip6-routers";
/// Multicast listener reports and done.
pub(crate) const MLD_REPORTS: &str = "mld-reports";
/// Inverse neighbor discovery.
pub(crate) const INVERSE_ND: &str = "inverse-nd";
/// Source and target link-layer address options.
pub(crate) const LINK_LAYER_OPTIONS: &str = "link-layer-options";
/// Low byte of an IPv6 payload length and of the frame's length: the carry of adding 40.
pub(crate) const FILL_LOW: &str = "fill-low";
/// High byte of an IPv6 payload length, of the frame's length, and the carry: the sums that are right.
pub(crate) const FILL_HIGH: &str = "fill-high";

/// Length of an IPv6 header.
const IP6_HEADER: u16 = 40;

/// All of them with their elements.
pub(crate) fn sets() -> Vec<(Set, Vec<Element>)> {
    vec![
        words(ARP_OPERATIONS, &[[0, 1, 0, 0], [0, 2, 0, 0]]),
        bytes(IP4_HEADS, &[1, 2, 17]),
        bytes(IP4_SPECIAL, &[1, 2, 17, 103]),
        short_heads(),
        bytes(IGMP_REPORTS, &[0x12, 0x16, 0x17, 0x22]),
        bytes(IP6_SPECIAL, &[0, 43, 44, 60, 17, 51, 58, 59, 103]),
        bytes(IP6_EXTENSIONS, &[0, 43, 44, 60]),
        bytes(IP6_HEADS, &[17, 51, 58]),
        bytes(ND, &[133, 135, 136]),
        bytes(IP6_ROUTERS, &[130, 134, 137, 151]),
        bytes(MLD_REPORTS, &[131, 132, 143]),
        bytes(INVERSE_ND, &[141, 142]),
        bytes(LINK_LAYER_OPTIONS, &[1, 2]),
        fill_low(),
        fill_high(),
    ]
}

fn words(name: &str, keys: &[[u8; 4]]) -> (Set, Vec<Element>) {
    let elements = keys.iter().map(|key| Element::of(key.to_vec())).collect();
    (fixed(name, 4, SetData::None, keys.len()), elements)
}

fn bytes(name: &str, keys: &[u8]) -> (Set, Vec<Element>) {
    let keys: Vec<[u8; 4]> = keys.iter().map(|byte| [*byte, 0, 0, 0]).collect();
    words(name, &keys)
}

/// nf_tables cannot subtract; but there are only 88 ways to have too little.
fn short_heads() -> (Set, Vec<Element>) {
    let mut keys = Vec::new();
    for words_in_header in 5..=15u8 {
        for behind in 0..8u8 {
            keys.push([words_in_header, 0, 0, words_in_header * 4 + behind]);
        }
    }
    words(IP4_SHORT, &keys)
}

/// nf_tables cannot add, but it can look a sum up, byte by byte.
fn fill_low() -> (Set, Vec<Element>) {
    let elements = (0..=0xffu8).map(|low| {
        let [carry, sum] = (u16::from(low) + IP6_HEADER).to_be_bytes();
        Element::mapping(
            vec![low, 0, 0, 0, 0, 0, 0, sum],
            vec![0, 0, 0, 0, carry, 0, 0, 0],
        )
    });
    let elements: Vec<_> = elements.collect();
    (
        fixed(FILL_LOW, 8, SetData::Bytes(8), elements.len()),
        elements,
    )
}

fn fill_high() -> (Set, Vec<Element>) {
    let mut elements = Vec::new();
    for high in 0..=0xffu8 {
        for carry in 0..=1u8 {
            let [top, sum] = (u16::from(high) + u16::from(carry)).to_be_bytes();
            elements.push(Element::of(vec![
                high, 0, 0, 0, 0, top, sum, 0, carry, 0, 0, 0,
            ]));
        }
    }
    (
        fixed(FILL_HIGH, 12, SetData::None, elements.len()),
        elements,
    )
}
