use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::{macs, v4s};
use crate::frame::Arp;

/// ARP and RARP.
pub(super) fn messages() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![2 => arp(), 1 => rarp()].prop_map(|message| message.frame())
}

fn arp() -> impl Strategy<Value = Arp> {
    (1_u16..=2, (macs(), v4s()), (macs(), v4s())).prop_map(|(operation, sender, target)| Arp {
        ethertype: 0x0806,
        operation,
        sender,
        target,
    })
}

fn rarp() -> impl Strategy<Value = Arp> {
    let address = prop_oneof![5 => Just(Ipv4Addr::UNSPECIFIED), 1 => v4s()];
    let target = (macs(), address.clone());
    (3_u16..=4, (macs(), address), target).prop_map(|(operation, sender, target)| Arp {
        ethertype: 0x8035,
        operation,
        sender,
        target,
    })
}
