use crate::address::is_link_local;
use crate::read::{Draft, NetworkDraft, PortDraft};
use crate::yaml::Node;
use crate::{IpNet, LinkLocal, MacAddr, Shareable};

use super::claim::{Claim, Field, Kind, Space};

/// Collects claims of one owner.
struct Collector<'c, 't> {
    claims: &'c mut Vec<Claim<'t>>,
    network: u32,
    owner: u32,
}

/// What all ports claim.
pub(super) fn of_ports<'t>(draft: &Draft<'t>) -> Vec<Claim<'t>> {
    let mut claims = Vec::with_capacity(draft.ports.len() * 4);
    for (owner, port) in (0..).zip(&draft.ports) {
        if let Some(network) = port.network.and_then(|network| u32::try_from(network).ok()) {
            Collector {
                claims: &mut claims,
                network,
                owner,
            }
            .port(port);
        }
    }
    claims.sort_unstable_by(Claim::order);
    claims
}

/// What all networks reserve.
pub(super) fn of_networks<'t>(draft: &Draft<'t>) -> Vec<Claim<'t>> {
    let mut claims = Vec::new();
    for (network, reserving) in (0..).zip(&draft.networks) {
        Collector {
            claims: &mut claims,
            network,
            owner: network,
        }
        .network(reserving);
    }
    claims.sort_unstable_by(Claim::order);
    claims
}

impl<'t> Collector<'_, 't> {
    fn port(&mut self, port: &PortDraft<'t>) {
        for entry in &port.addresses {
            self.address(entry.value, entry.node, Field::Addresses);
        }
        for (i, entry) in port.macs.iter().enumerate() {
            let field = if port.has_primary && i == 0 {
                Field::Mac
            } else {
                Field::ExtraMacs
            };
            self.mac(entry.value, entry.node, field);
            if matches!(port.link_local, Some(LinkLocal::Eui64 | LinkLocal::Any)) {
                self.derived(entry.value, entry.node, field);
            }
        }
    }

    /// The link-locals of reserved MACs count as reserved: a gateway's MAC speaks from there.
    fn network(&mut self, network: &NetworkDraft<'t>) {
        for entry in &network.addresses {
            self.address(entry.value, entry.node, Field::Reserved);
        }
        for entry in &network.macs {
            self.mac(entry.value, entry.node, Field::Reserved);
            self.derived(entry.value, entry.node, Field::Reserved);
        }
    }

    fn address(&mut self, entry: Shareable<IpNet>, node: Node<'t>, field: Field) {
        let (kind, start, end) = match entry.value {
            IpNet::V4(net) => (
                Kind::V4,
                net.network().to_bits().into(),
                net.broadcast().to_bits().into(),
            ),
            IpNet::V6(net) => {
                let kind = if is_link_local(&net) {
                    Kind::LinkLocal
                } else {
                    Kind::V6
                };
                (kind, net.network().to_bits(), net.broadcast().to_bits())
            }
        };
        self.push(kind, (start, end), entry.shared, false, (node, field));
    }

    fn mac(&mut self, entry: Shareable<MacAddr>, node: Node<'t>, field: Field) {
        let bits = entry
            .value
            .0
            .iter()
            .fold(0, |bits, byte| bits << 8 | u128::from(*byte));
        self.push(Kind::Mac, (bits, bits), entry.shared, false, (node, field));
    }

    fn derived(&mut self, entry: Shareable<MacAddr>, node: Node<'t>, field: Field) {
        let bits = entry.value.eui64_link_local().to_bits();
        self.push(
            Kind::LinkLocal,
            (bits, bits),
            entry.shared,
            true,
            (node, field),
        );
    }

    fn push(
        &mut self,
        kind: Kind,
        (start, end): (u128, u128),
        shared: bool,
        derived: bool,
        (node, field): (Node<'t>, Field),
    ) {
        let space = Space {
            network: self.network,
            kind,
        };
        let owner = self.owner;
        self.claims.push(Claim {
            space,
            start,
            end,
            shared,
            derived,
            owner,
            node,
            field,
        });
    }
}
