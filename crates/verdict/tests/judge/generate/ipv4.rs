use std::net::Ipv4Addr;

use proptest::prelude::*;
use proptest::sample::select;

use super::v4s;
use crate::frame::{ICMP, IGMP, Ip, PIM, TCP, UDP, udp};

const IGMP_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 22);

/// Whole IPv4 packets.
pub(crate) fn packets() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        6 => Just(0),
        1 => Just(0x4000),
        1 => Just(0x2000),
        // Each bit of the offset alone: a mask that is short of one makes heads of later fragments.
        1 => (0..13).prop_map(|bit| 1_u16 << bit),
        1 => any::<u16>(),
    ];
    let claims = prop_oneof![
        6 => (v4s(), destinations(), upper()).boxed(),
        1 => without_address().boxed(),
    ];
    (claims, fragment).prop_map(|((source, destination, (protocol, payload)), fragment)| {
        Ip::new(source, destination, protocol)
            .fragment(fragment)
            .frame(&payload)
    })
}

type Claims = (Ipv4Addr, Ipv4Addr, (u8, Vec<u8>));

/// What a host may send before it has an address, if in one piece.
fn without_address() -> impl Strategy<Value = Claims> {
    let discover = (Ipv4Addr::BROADCAST, (UDP, udp(68, 67)));
    let report = (IGMP_GROUP, (IGMP, vec![0x22, 0, 0, 0, 0, 0, 0, 0]));
    select(vec![discover, report])
        .prop_map(|(destination, upper)| (Ipv4Addr::UNSPECIFIED, destination, upper))
}

fn destinations() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![v4s(), Just(Ipv4Addr::BROADCAST), Just(IGMP_GROUP)]
}

fn upper() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let port = || select(&[67, 68, 53, 1024][..]);
    let typed = |protocol, kind| (protocol, vec![kind, 0, 0, 0, 0, 0, 0, 0]);
    prop_oneof![
        3 => (port(), port()).prop_map(|(source, destination)| (UDP, udp(source, destination))),
        2 => select(&[5, 9, 8, 0][..]).prop_map(move |kind| typed(ICMP, kind)),
        3 => select(&[0x11, 0x12, 0x16, 0x17, 0x22, 0x30][..])
            .prop_map(move |kind| typed(IGMP, kind)),
        1 => Just((TCP, vec![0; 20])),
        1 => Just((PIM, vec![0x20, 0, 0, 0])),
    ]
}
