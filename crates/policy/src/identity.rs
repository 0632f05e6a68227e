use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::address::is_link_local;
use crate::{
    GuardSet, LinkLocal, MacAddr, Mode, NetworkLinkLocals, Port, never_own_v4, never_own_v6,
};

/// Everything a port may claim, spelled out: derived link-locals included, duplicates gone.
///
/// The judge and every driver start here. A list may be empty, and empty means none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The port's name.
    pub port: String,
    /// Its network, as an index into [`crate::Policy::networks`].
    pub network: usize,
    /// The guards that are on.
    pub guards: GuardSet,
    /// Whether refusals are carried out or only counted.
    pub mode: Mode,
    /// Own MACs, sorted.
    pub macs: Vec<MacAddr>,
    /// Own IPv4 prefixes, single addresses as /32, sorted, none inside another.
    pub v4: Vec<Ipv4Net>,
    /// Own IPv6 prefixes, single addresses and derived link-locals as /128, sorted, none inside
    /// another. Prefixes from outside fe80::/10 own no link-local, so that these stand beside them.
    pub v6: Vec<Ipv6Net>,
    /// Which further link-locals are own.
    pub link_local: LinkLocalRule,
    /// EtherTypes that pass although `l2` is on, sorted.
    pub ethertypes: Vec<u16>,
}

/// Which link-local addresses are own besides those in [`Identity::v6`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkLocalRule {
    /// No more.
    Listed,
    /// All that belong to nobody else on the network.
    AnyBut(Arc<NetworkLinkLocals>),
}

impl Identity {
    pub(crate) fn of(port: &Port, link_locals: &Arc<NetworkLinkLocals>) -> Identity {
        let macs = sorted(port.macs.iter().map(|mac| mac.value));
        let derived = match port.link_local {
            LinkLocal::Eui64 | LinkLocal::Any => macs.as_slice(),
            LinkLocal::None => &[],
        };
        let v4 = port.addresses.iter().filter_map(|entry| match entry.value {
            IpNet::V4(net) => Some(net),
            IpNet::V6(_) => None,
        });
        let v6 = port
            .addresses
            .iter()
            .filter_map(|entry| v6_net(entry.value));
        Identity {
            port: port.name.clone(),
            network: port.network,
            guards: port.guards,
            mode: port.mode,
            v4: outermost_v4(v4.collect()),
            v6: outermost_v6(v6.chain(derived.iter().map(link_local)).collect()),
            link_local: match port.link_local {
                LinkLocal::Any => LinkLocalRule::AnyBut(Arc::clone(link_locals)),
                LinkLocal::Eui64 | LinkLocal::None => LinkLocalRule::Listed,
            },
            ethertypes: sorted(port.ethertypes.iter().copied()),
            macs,
        }
    }

    /// Is this MAC own?
    pub fn owns_mac(&self, mac: MacAddr) -> bool {
        self.macs.binary_search(&mac).is_ok()
    }

    /// Is this IPv4 address own?
    pub fn owns_v4(&self, address: Ipv4Addr) -> bool {
        !never_own_v4(address) && self.v4.iter().any(|net| net.contains(&address))
    }

    /// Is this IPv6 address own?
    pub fn owns_v6(&self, address: Ipv6Addr) -> bool {
        if never_own_v6(address) {
            return false;
        }
        if !address.is_unicast_link_local() {
            return self.v6.iter().any(|net| net.contains(&address));
        }
        if self
            .v6
            .iter()
            .any(|net| is_link_local(net) && net.contains(&address))
        {
            return true;
        }
        match &self.link_local {
            LinkLocalRule::Listed => false,
            LinkLocalRule::AnyBut(others) => !others.contains(address),
        }
    }
}

fn outermost_v4(mut nets: Vec<Ipv4Net>) -> Vec<Ipv4Net> {
    nets.sort_unstable();
    nets.dedup_by(|net, outer| outer.contains(&*net));
    nets
}

/// Link-locals apart: what lies around fe80::/10 does not own them.
fn outermost_v6(mut nets: Vec<Ipv6Net>) -> Vec<Ipv6Net> {
    nets.sort_unstable_by_key(|net| (is_link_local(net), *net));
    nets.dedup_by(|net, outer| is_link_local(net) == is_link_local(outer) && outer.contains(&*net));
    nets.sort_unstable();
    nets
}

fn link_local(mac: &MacAddr) -> Ipv6Net {
    Ipv6Net::from(mac.eui64_link_local())
}

fn v6_net(net: IpNet) -> Option<Ipv6Net> {
    match net {
        IpNet::V6(net) => Some(net),
        IpNet::V4(_) => None,
    }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}
