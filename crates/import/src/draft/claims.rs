use std::cmp::Reverse;

use ipnet::IpNet;
use vifguard_policy::{LinkLocal, MacAddr};

use super::{Draft, Entry};

/// Where claims meet. Link-locals are a space of their own: what lies around fe80::/10 owns none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Space {
    network: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Mac,
    V4,
    V6,
    LinkLocal,
}

/// Who claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Network(usize),
    Port(usize),
}

/// Which entry of its owner makes the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Address(usize),
    Mac(usize),
}

/// A range of addresses or MACs that somebody claims.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) space: Space,
    pub(super) start: u128,
    pub(super) end: u128,
    pub(super) owner: Owner,
    pub(super) slot: Slot,
    /// The link-local that is formed from a MAC.
    pub(super) derived: bool,
}

/// Every claim, wider ranges before those inside them.
pub(super) fn all(draft: &Draft) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (index, network) in draft.networks.iter().enumerate() {
        let owner = Owner::Network(index);
        add_addresses(&mut claims, index, owner, &network.addresses);
        add_macs(&mut claims, index, owner, &network.macs, true);
    }
    for (index, port) in draft.ports.iter().enumerate() {
        if !port.left_out {
            let owner = Owner::Port(index);
            let derives = port.link_local != LinkLocal::None;
            add_addresses(&mut claims, port.network, owner, &port.addresses);
            add_macs(&mut claims, port.network, owner, &port.macs, derives);
        }
    }
    claims.sort_by_key(|claim| (claim.space, claim.start, Reverse(claim.end)));
    claims
}

fn add_addresses(claims: &mut Vec<Claim>, network: usize, owner: Owner, entries: &[Entry<IpNet>]) {
    claims.extend(entries.iter().enumerate().map(|(index, entry)| {
        let (kind, start, end) = range(entry.value);
        Claim {
            space: Space { network, kind },
            start,
            end,
            owner,
            slot: Slot::Address(index),
            derived: false,
        }
    }));
}

fn add_macs(
    claims: &mut Vec<Claim>,
    network: usize,
    owner: Owner,
    entries: &[Entry<MacAddr>],
    derives: bool,
) {
    for (index, entry) in entries.iter().enumerate() {
        let bytes = entry.value.0.iter();
        let bits = bytes.fold(0, |bits, byte| bits << 8 | u128::from(*byte));
        let derived = entry.value.eui64_link_local().to_bits();
        let both = [(Kind::Mac, bits), (Kind::LinkLocal, derived)];
        claims.extend(
            both.into_iter()
                .take(1 + usize::from(derives))
                .map(|(kind, bits)| Claim {
                    space: Space { network, kind },
                    start: bits,
                    end: bits,
                    owner,
                    slot: Slot::Mac(index),
                    derived: kind == Kind::LinkLocal,
                }),
        );
    }
}

fn range(net: IpNet) -> (Kind, u128, u128) {
    match net {
        IpNet::V4(net) => (
            Kind::V4,
            net.network().to_bits().into(),
            net.broadcast().to_bits().into(),
        ),
        IpNet::V6(net) => {
            let link_local = net.prefix_len() >= 10 && net.network().is_unicast_link_local();
            let kind = if link_local {
                Kind::LinkLocal
            } else {
                Kind::V6
            };
            (kind, net.network().to_bits(), net.broadcast().to_bits())
        }
    }
}
