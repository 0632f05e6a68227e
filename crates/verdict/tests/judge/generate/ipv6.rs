use std::net::Ipv6Addr;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{macs, v6s};
use crate::frame::{
    ALL_NODES, FRAGMENT, ICMPV6, Ip, NO_NEXT, PIM, SOLICITED, TCP, UDP, extension, fragment,
    link_layer, neighbor, udp,
};

/// Whole IPv6 packets; some of their chains are of a kind that is refused.
pub(crate) fn packets() -> impl Strategy<Value = Vec<u8>> {
    let destination = prop_oneof![3 => Just(SOLICITED), 2 => Just(ALL_NODES), 1 => v6s()];
    let hops = prop_oneof![6 => Just(255), 1 => any::<u8>()];
    (v6s(), destination, hops, chain(), upper()).prop_map(
        |(source, destination, hops, chain, upper)| {
            let (next, payload) = chain.over(upper);
            Ip::new(source, destination, next)
                .hops(hops)
                .frame(&payload)
        },
    )
}

/// Extension headers, and where among them a fragment header stands.
#[derive(Clone, Debug)]
struct Chain {
    kinds: Vec<u8>,
    fragment: u16,
}

fn chain() -> impl Strategy<Value = Chain> {
    let kinds = prop_oneof![
        6 => Just(Vec::new()),
        1 => Just(vec![FRAGMENT]),
        1 => vec(select(&[0, 43, 60][..]), 1..4),
        2 => vec(select(&[0, 43, 60, FRAGMENT][..]), 1..4),
    ];
    let fragment = prop_oneof![
        // A head: more fragments or not, and the reserved bits, which mean nothing.
        2 => 0_u16..8,
        // Each bit of the offset alone: a mask that is short of one makes heads of later fragments.
        1 => (3..16).prop_map(|bit| 1_u16 << bit),
        1 => any::<u16>(),
    ];
    (kinds, fragment).prop_map(|(kinds, fragment)| Chain { kinds, fragment })
}

impl Chain {
    /// The first next header, and the chain with its upper layer.
    fn over(&self, (protocol, upper): (u8, Vec<u8>)) -> (u8, Vec<u8>) {
        self.kinds
            .iter()
            .rev()
            .fold((protocol, upper), |(next, rest), kind| {
                let header = if *kind == FRAGMENT {
                    fragment(next, self.fragment)
                } else {
                    extension(next)
                };
                (*kind, [header, rest].concat())
            })
    }
}

fn upper() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let port = || select(&[546, 547, 53, 1024][..]);
    let kinds = &[128, 130, 131, 132, 134, 137, 141, 142, 143, 151][..];
    prop_oneof![
        6 => discovery().prop_map(|message| (ICMPV6, message)).boxed(),
        3 => (port(), port()).prop_map(|(source, destination)| (UDP, udp(source, destination))),
        4 => select(kinds).prop_map(|kind| (ICMPV6, vec![kind, 0, 0, 0, 0, 0, 0, 0])),
        1 => Just((TCP, vec![0; 20])),
        1 => Just((PIM, vec![0x20, 0, 0, 0])),
        1 => Just((NO_NEXT, Vec::new())),
        // ESP.
        1 => Just((50, vec![0; 16])),
    ]
}

fn discovery() -> impl Strategy<Value = Vec<u8>> {
    let option = prop_oneof![
        3 => (1_u8..=2, macs()).prop_map(|(kind, mac)| link_layer(kind, mac)),
        1 => Just(vec![14, 1, 0, 0, 0, 0, 0, 0]),
    ];
    let options = prop_oneof![
        4 => vec(option.clone(), 0..3),
        1 => vec(option, 3..6),
    ];
    let message = (select(&[133, 135, 136][..]), v6s(), options);
    message.prop_map(|(kind, target, options)| message_of(kind, target, &options.concat()))
}

fn message_of(kind: u8, target: Ipv6Addr, options: &[u8]) -> Vec<u8> {
    if kind == 133 {
        [&[133, 0, 0, 0, 0, 0, 0, 0], options].concat()
    } else {
        neighbor(kind, target, options)
    }
}
