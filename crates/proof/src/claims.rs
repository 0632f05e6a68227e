//! What a port may claim, as the rules of the contract ask for it.

use vifguard_policy::{Guard, GuardSet, Identity, Ipv4Net, Ipv6Net, LinkLocalRule, MacAddr};

use crate::Logic;
use crate::member::member;
use crate::word::{Octet, Words};

/// The answers that the contract needs about a port.
pub trait Claims<L: Logic> {
    /// The guards that are on.
    fn guards(&self) -> GuardSet;
    /// Is this MAC own?
    fn owns_mac(&self, mac: &[Octet<L>]) -> L::Bit;
    /// Is this IPv4 address own?
    fn owns_v4(&self, address: &[Octet<L>]) -> L::Bit;
    /// Is this IPv6 address own?
    fn owns_v6(&self, address: &[Octet<L>]) -> L::Bit;
    /// Does this EtherType pass although `l2` is on?
    fn lists(&self, ethertype: &[Octet<L>]) -> L::Bit;

    /// Is this guard on?
    fn has(&self, guard: Guard) -> bool {
        self.guards().has(guard)
    }

    /// Is any of these guards on?
    fn any(&self, guards: &[Guard]) -> bool {
        self.guards().any(GuardSet::of(guards))
    }
}

/// What a policy says of a port, spelled out.
pub struct Owned<'a, L> {
    logic: &'a L,
    identity: &'a Identity,
}

impl<'a, L: Logic> Owned<'a, L> {
    /// The claims of this port.
    pub fn of(logic: &'a L, identity: &'a Identity) -> Owned<'a, L> {
        Owned { logic, identity }
    }

    /// Is it in one of the prefixes, each given by its length and bytes?
    fn in_any(&self, address: &[Octet<L>], nets: &[(u8, Vec<u8>)]) -> L::Bit {
        let bits: Vec<L::Bit> = address.iter().flatten().cloned().collect();
        let mut found = self.logic.constant(false);
        let mut rest = nets;
        while let Some((len, _)) = rest.first() {
            let same = rest.iter().take_while(|(other, _)| other == len).count();
            let (now, later) = rest.split_at(same);
            let keys: Vec<&[u8]> = now.iter().map(|(_, key)| key.as_slice()).collect();
            let bits = &bits[..usize::from(*len)];
            found = self.logic.or(&found, &member(self.logic, bits, &keys));
            rest = later;
        }
        found
    }

    fn in_v6(&self, address: &[Octet<L>], keep: impl Fn(&Ipv6Net) -> bool) -> L::Bit {
        let nets = self.identity.v6.iter().filter(|net| keep(net));
        let nets = nets.map(|net| (net.prefix_len(), net.network().octets().to_vec()));
        self.in_any(address, &sorted(nets.collect()))
    }

    fn in_v4(&self, address: &[Octet<L>], keep: impl Fn(&Ipv4Net) -> bool) -> L::Bit {
        let nets = self.identity.v4.iter().filter(|net| keep(net));
        let nets = nets.map(|net| (net.prefix_len(), net.network().octets().to_vec()));
        self.in_any(address, &sorted(nets.collect()))
    }
}

fn sorted(mut nets: Vec<(u8, Vec<u8>)>) -> Vec<(u8, Vec<u8>)> {
    nets.sort_unstable();
    nets
}

impl<L: Logic> Claims<L> for Owned<'_, L> {
    fn guards(&self) -> GuardSet {
        self.identity.guards
    }

    fn owns_mac(&self, mac: &[Octet<L>]) -> L::Bit {
        let bits: Vec<L::Bit> = mac.iter().flatten().cloned().collect();
        let mut macs: Vec<&[u8]> = self
            .identity
            .macs
            .iter()
            .map(|MacAddr(mac)| mac.as_slice())
            .collect();
        macs.sort_unstable();
        member(self.logic, &bits, &macs)
    }

    fn owns_v4(&self, address: &[Octet<L>]) -> L::Bit {
        let single = self.in_v4(address, |net| net.prefix_len() == 32);
        let prefix = self.in_v4(address, |net| net.prefix_len() < 32);
        let prefix = self
            .logic
            .minus(&prefix, &never_own_v4(self.logic, address));
        self.logic.or(&single, &prefix)
    }

    fn owns_v6(&self, address: &[Octet<L>]) -> L::Bit {
        let logic = self.logic;
        let single = self.in_v6(address, |net| net.prefix_len() == 128);
        let around = self.in_v6(address, |net| net.prefix_len() < 128);
        let inside = self.in_v6(address, |net| {
            net.prefix_len() < 128 && is_link_local_net(net)
        });
        let others = match &self.identity.link_local {
            LinkLocalRule::Listed => logic.constant(false),
            LinkLocalRule::AnyBut(others) => {
                let nets = others.prefixes().iter();
                let nets = nets.map(|net| (net.prefix_len(), net.network().octets().to_vec()));
                logic.not(&self.in_any(address, &sorted(nets.collect())))
            }
        };
        let link_local = logic.or(&inside, &others);
        let prefix = logic.choose(&is_link_local(logic, address), &link_local, &around);
        let prefix = logic.minus(&prefix, &never_own_v6(logic, address));
        logic.or(&single, &prefix)
    }

    fn lists(&self, ethertype: &[Octet<L>]) -> L::Bit {
        let word: Vec<L::Bit> = ethertype.iter().flatten().cloned().collect();
        let listed: Vec<u64> = self
            .identity
            .ethertypes
            .iter()
            .map(|n| u64::from(*n))
            .collect();
        self.logic.is_among(&word, &listed)
    }
}

fn is_link_local_net(net: &Ipv6Net) -> bool {
    net.prefix_len() >= 10 && net.network().is_unicast_link_local()
}

/// 0/8, 127/8, 224/4, 255.255.255.255.
pub(crate) fn never_own_v4<L: Logic>(logic: &L, address: &[Octet<L>]) -> L::Bit {
    let blocks: [(&[u8], usize); 4] = [(&[0], 8), (&[127], 8), (&[0xe0], 4), (&[255; 4], 32)];
    let blocks = blocks.map(|(bytes, bits)| logic.begins(address, bytes, bits));
    logic.any(&blocks)
}

/// `::`, `::1`, ff00::/8.
pub(crate) fn never_own_v6<L: Logic>(logic: &L, address: &[Octet<L>]) -> L::Bit {
    let blocks = [
        logic.begins(address, &[0; 16], 127),
        logic.begins(address, &[0xff], 8),
    ];
    logic.any(&blocks)
}

/// fe80::/10.
pub(crate) fn is_link_local<L: Logic>(logic: &L, address: &[Octet<L>]) -> L::Bit {
    logic.begins(address, &[0xfe, 0x80], 10)
}
