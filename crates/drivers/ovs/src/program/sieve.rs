//! Comparing a field with a register, bit by bit.
//!
//! A look-up that misses an exact match tells the switch to remember every bit of the field: a guest
//! that makes addresses up would fill the cache with a flow for each. So a field is first compared in
//! the bits in which all own values agree, the first bits first. A made-up value differs in one of the
//! first, and what the switch remembers is no more than that: as many flows as there are bits.
//!
//! The values lie in registers, so these flows are the same for all ports.

use std::net::Ipv6Addr;

use vifguard_policy::{Ipv6Net, MacAddr};

use crate::flow::{Field, Match};

/// The first of the priorities that bits have; each has one less than the one before.
pub(crate) const FIRST_BIT: u16 = 900;

/// A value, and the bits of it that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The bits in which all agree; zero elsewhere.
    pub value: u64,
    /// Which these are.
    pub mask: u64,
}

impl Agreed {
    /// What MACs agree in, as the lower 48 bits.
    pub fn of_macs(macs: &[MacAddr]) -> Agreed {
        let bits = |mac: &MacAddr| {
            let [a, b, c, d, e, f] = mac.0;
            u64::from_be_bytes([0, 0, a, b, c, d, e, f])
        };
        let Some(first) = macs.first().map(bits) else {
            return Agreed { value: 0, mask: 0 };
        };
        let mask = macs
            .iter()
            .fold((1 << 48) - 1, |mask, mac| mask & !(bits(mac) ^ first));
        Agreed {
            value: first & mask,
            mask,
        }
    }

    /// What the last 64 bits of prefixes agree in.
    pub fn of_v6(nets: impl IntoIterator<Item = Ipv6Net>) -> Agreed {
        let last = |address: Ipv6Addr| {
            let [.., a, b, c, d, e, f, g, h] = address.octets();
            u64::from_be_bytes([a, b, c, d, e, f, g, h])
        };
        let mut agreed: Option<Agreed> = None;
        for net in nets {
            let (value, mask) = (last(net.network()), last(net.netmask()));
            let both = match agreed {
                None => mask,
                Some(other) => mask & other.mask & !(value ^ other.value),
            };
            agreed = Some(Agreed {
                value: value & both,
                mask: both,
            });
        }
        agreed.unwrap_or(Agreed { value: 0, mask: 0 })
    }
}

/// Frames whose hardware address in a field differs from the port's MACs, by the first bit in which it
/// does, with the priority that its flow must have.
pub(crate) fn other_mac(base: &Match, field: Field) -> Vec<(u16, Match)> {
    differing(48, |bit| {
        let at = 47 - bit;
        let (register, inside) = if at < 32 { (5, at) } else { (4, at - 32) };
        let set = |set: bool| {
            base.clone()
                .mac_bits(field, if set { 1 << at } else { 0 }, 1 << at)
        };
        [false, true].map(|own| held(set(!own), register, 2, inside, own))
    })
}

/// The same of the last 64 bits of IPv6 addresses, which tell guests apart.
pub(crate) fn other_v6(base: &Match, field: Field) -> Vec<(u16, Match)> {
    differing(64, |bit| {
        let at = 63 - bit;
        let (register, inside) = if at < 32 { (1, at) } else { (0, at - 32) };
        let set = |set: bool| base.clone().v6_bit(field, 1 << at, set);
        [false, true].map(|own| held(set(!own), register, 2, inside, own))
    })
}

/// Frames in which a hardware address is not zero, by the first bit that is set.
pub(crate) fn some_mac(base: &Match, field: Field) -> Vec<(u16, Match)> {
    differing(48, |bit| {
        [base
            .clone()
            .mac_bits(field, 1 << (47 - bit), 1 << (47 - bit))]
    })
}

/// Frames in which an IPv6 address is not zero, by the first bit that is set.
pub(crate) fn some_v6(base: &Match, field: Field) -> Vec<(u16, Match)> {
    differing(128, |bit| {
        let length = u8::try_from(bit + 1).unwrap_or(128);
        let first = Ipv6Net::new_assert(Ipv6Addr::from_bits(1 << (127 - bit)), length);
        [base.clone().v6(field, first)]
    })
}

/// The port's own bit has this value, and counts; its mask lies so many registers further on.
fn held(frames: Match, register: u8, further: u8, bit: u32, own: bool) -> Match {
    let mask = 1 << bit;
    frames
        .reg(register, if own { mask } else { 0 }, mask)
        .reg(register + further, mask, mask)
}

fn differing<const N: usize>(bits: u32, flows: impl Fn(u32) -> [Match; N]) -> Vec<(u16, Match)> {
    let with_priority = |bit: u32| {
        let priority = FIRST_BIT - u16::try_from(bit).unwrap_or(FIRST_BIT);
        flows(bit).map(|frames| (priority, frames))
    };
    (0..bits).flat_map(with_priority).collect()
}
