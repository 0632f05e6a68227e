use ipnet::IpNet;

use crate::address::is_link_local;
use crate::faults::Faults;
use crate::quote::all_of;
use crate::read::{NetworkDraft, PortDraft, switch_field};
use crate::{Guard, LinkLocal, NetworkKind};

/// The guards without which a port takes what belongs to its neighbors.
const IDENTITY: [Guard; 5] = [Guard::Mac, Guard::Arp, Guard::Ipv4, Guard::Nd, Guard::Ipv6];

/// What a port of a network with many tenants may not do.
pub(super) fn check(port: &PortDraft<'_>, network: &NetworkDraft<'_>, faults: &mut Faults) {
    if network.kind != Some(NetworkKind::Flat) {
        return;
    }
    if !network.relaxed_ports {
        guards(port, network, faults);
        prefixes(port, network, faults);
    }
    link_local(port, network, faults);
}

fn guards(port: &PortDraft<'_>, network: &NetworkDraft<'_>, faults: &mut Faults) {
    let drafted = &port.guards;
    let off = || IDENTITY.into_iter().filter(|guard| drafted.lacks(*guard));
    let of = network.object;
    for guard in off() {
        if let Some(node) = drafted.switched(guard) {
            let message = format!(
                "{guard} may not be off on flat {of}, where tenants meet; \
                 switch it on, or write relaxed_ports: true for the network"
            );
            faults.value(node, port.object.field(switch_field(guard)), message);
        }
    }
    let Some(node) = drafted.profile_node else {
        return;
    };
    let by_profile: Vec<Guard> = off()
        .filter(|guard| drafted.switched(*guard).is_none())
        .collect();
    if !by_profile.is_empty() {
        let profile = drafted.profile;
        let names = all_of(by_profile.iter().map(|guard| guard.name()));
        let message = format!(
            "{profile} switches {names} off, which may not be on flat {of}, where tenants meet; \
             write profile: strict, or relaxed_ports: true for the network"
        );
        faults.value(node, port.object.field("profile"), message);
    }
}

fn prefixes(port: &PortDraft<'_>, network: &NetworkDraft<'_>, faults: &mut Faults) {
    for entry in &port.addresses {
        let net = entry.value.value;
        let least = match net {
            IpNet::V4(_) => 8,
            IpNet::V6(_) => 32,
        };
        if net.prefix_len() < least {
            let message = format!(
                "{} is shorter than /{least}, which may not be on flat {}, where tenants meet; \
                 write a longer prefix, or relaxed_ports: true for the network",
                entry.node.quoted(),
                network.object
            );
            faults.value(entry.node, port.object.field("addresses"), message);
        }
    }
}

/// A port that may use any link-local takes the gateway's as well, unless that is known and excepted.
fn link_local(port: &PortDraft<'_>, network: &NetworkDraft<'_>, faults: &mut Faults) {
    let (Some(LinkLocal::Any), Some(node)) = (port.link_local, port.link_local_node) else {
        return;
    };
    if !network
        .addresses
        .iter()
        .any(|entry| matches!(entry.value.value, IpNet::V6(net) if is_link_local(&net)))
    {
        let message = format!(
            "\"any\" would cover the gateway's link-local on flat {}; \
             list that address under reserved of the network, or write link_local: eui64",
            network.object
        );
        faults.value(node, port.object.field("link_local"), message);
    }
}
