use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv6Net};

use crate::address::is_link_local;
use crate::{LinkLocal, MacAddr, Policy, Shareable};

/// The link-locals of a network that belong to somebody: reserved ones, those that ports list, and
/// the EUI-64 forms of reserved and of ports' MACs. Sorted, none inside another.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NetworkLinkLocals(Vec<Ipv6Net>);

impl NetworkLinkLocals {
    /// Those of each network, in one pass over the ports; left empty where no port asks.
    pub(crate) fn of_each(policy: &Policy) -> Vec<NetworkLinkLocals> {
        let mut wanted = vec![false; policy.networks.len()];
        for port in &policy.ports {
            wanted[port.network] |= port.link_local == LinkLocal::Any;
        }
        let mut all = vec![NetworkLinkLocals::default(); policy.networks.len()];
        for port in policy.ports.iter().filter(|port| wanted[port.network]) {
            all[port.network].add(&port.addresses, &port.macs);
        }
        for (own, network) in all.iter_mut().zip(&policy.networks) {
            own.add(&network.reserved.addresses, &network.reserved.macs);
            own.0.sort_unstable();
            own.0.dedup_by(|net, outer| outer.contains(&*net));
        }
        all
    }

    fn add(&mut self, addresses: &[Shareable<IpNet>], macs: &[Shareable<MacAddr>]) {
        self.0
            .extend(addresses.iter().filter_map(|entry| match entry.value {
                IpNet::V6(net) if is_link_local(&net) => Some(net),
                IpNet::V6(_) | IpNet::V4(_) => None,
            }));
        self.0.extend(
            macs.iter()
                .map(|mac| Ipv6Net::from(mac.value.eui64_link_local())),
        );
    }

    /// Does this link-local belong to somebody?
    pub fn contains(&self, address: Ipv6Addr) -> bool {
        let behind = self.0.partition_point(|net| net.network() <= address);
        behind
            .checked_sub(1)
            .is_some_and(|last| self.0[last].contains(&address))
    }

    /// The prefixes, sorted, none inside another.
    pub fn prefixes(&self) -> &[Ipv6Net] {
        &self.0
    }
}
