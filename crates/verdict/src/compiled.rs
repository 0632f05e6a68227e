use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use vifguard_policy::{
    Guard, GuardSet, Identity, LinkLocalRule, MacAddr, NetworkLinkLocals, never_own_v4,
    never_own_v6,
};

/// One port's policy, laid out for [`crate::decide`]: look-ups without allocation.
#[derive(Clone, Debug)]
pub struct CompiledPort {
    guards: GuardSet,
    macs: Box<[MacAddr]>,
    v4: Box<[u32]>,
    v4_prefixes: Box<[Prefix<u32>]>,
    v6: Box<[u128]>,
    v6_prefixes: Box<[Prefix<u128>]>,
    others: Option<Arc<NetworkLinkLocals>>,
    ethertypes: Box<[u16]>,
}

#[derive(Clone, Copy, Debug)]
struct Prefix<T> {
    base: T,
    mask: T,
}

impl CompiledPort {
    /// Lays out what a port may claim.
    pub fn new(identity: &Identity) -> CompiledPort {
        let v4 = identity.v4.iter().filter(|net| net.prefix_len() == 32);
        let v4_prefixes = identity.v4.iter().filter(|net| net.prefix_len() < 32);
        let v6 = identity.v6.iter().filter(|net| net.prefix_len() == 128);
        let v6_prefixes = identity.v6.iter().filter(|net| net.prefix_len() < 128);
        CompiledPort {
            guards: identity.guards,
            macs: identity.macs.as_slice().into(),
            v4: v4.map(|net| net.network().to_bits()).collect(),
            v4_prefixes: v4_prefixes
                .map(|net| Prefix {
                    base: net.network().to_bits(),
                    mask: net.netmask().to_bits(),
                })
                .collect(),
            v6: v6.map(|net| net.network().to_bits()).collect(),
            v6_prefixes: v6_prefixes
                .map(|net| Prefix {
                    base: net.network().to_bits(),
                    mask: net.netmask().to_bits(),
                })
                .collect(),
            others: match &identity.link_local {
                LinkLocalRule::Listed => None,
                LinkLocalRule::AnyBut(others) => Some(Arc::clone(others)),
            },
            ethertypes: identity.ethertypes.as_slice().into(),
        }
    }

    /// Is this guard on?
    pub fn has(&self, guard: Guard) -> bool {
        self.guards.has(guard)
    }

    /// Is any of these guards on?
    pub fn any(&self, guards: &[Guard]) -> bool {
        self.guards.any(GuardSet::of(guards))
    }

    /// Is this MAC own?
    pub fn owns_mac(&self, mac: [u8; 6]) -> bool {
        self.macs.contains(&MacAddr(mac))
    }

    /// Is this IPv4 address own?
    pub fn owns_v4(&self, address: Ipv4Addr) -> bool {
        let bits = address.to_bits();
        // Single addresses are never of the kind that nobody owns: the policy saw to that.
        self.v4.binary_search(&bits).is_ok()
            || !never_own_v4(address)
                && self
                    .v4_prefixes
                    .iter()
                    .any(|net| bits & net.mask == net.base)
    }

    /// Is this IPv6 address own?
    pub fn owns_v6(&self, address: Ipv6Addr) -> bool {
        let bits = address.to_bits();
        if self.v6.binary_search(&bits).is_ok() {
            return true;
        }
        if never_own_v6(address) {
            return false;
        }
        if !address.is_unicast_link_local() {
            return self
                .v6_prefixes
                .iter()
                .any(|net| bits & net.mask == net.base);
        }
        // A prefix that merely covers fe80::/10, such as ::/0, owns no link-local.
        self.v6_prefixes
            .iter()
            .any(|net| is_link_local(*net) && bits & net.mask == net.base)
            || self
                .others
                .as_ref()
                .is_some_and(|others| !others.contains(address))
    }

    /// Does this EtherType pass although `l2` is on?
    pub fn lists(&self, ethertype: u16) -> bool {
        self.ethertypes.contains(&ethertype)
    }
}

fn is_link_local(net: Prefix<u128>) -> bool {
    net.mask.leading_ones() >= 10 && Ipv6Addr::from_bits(net.base).is_unicast_link_local()
}
