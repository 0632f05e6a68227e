use std::net::Ipv4Addr;

use proptest::prelude::*;
use proptest::sample::select;

use super::v4s;
use crate::frame::{ICMP, IGMP, Ip, PIM, TCP, UDP, udp};

/// Whole IPv4 packets.
pub(crate) fn packets() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        6 => Just(0),
        1 => Just(0x4000),
        1 => Just(0x2000),
        1 => 1_u16..0x2000,
    ];
    let destination = prop_oneof![
        v4s(),
        Just(Ipv4Addr::BROADCAST),
        Just(Ipv4Addr::new(224, 0, 0, 1))
    ];
    (v4s(), destination, upper(), fragment).prop_map(
        |(source, destination, (protocol, payload), fragment)| {
            Ip::new(source, destination, protocol)
                .fragment(fragment)
                .frame(&payload)
        },
    )
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
