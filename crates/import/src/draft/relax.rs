use ipnet::IpNet;
use vifguard_policy::{Guard, NetworkKind};

use super::{Draft, PortDraft};
use crate::note::Note;
use crate::quote::some_of;

/// The guards without which a port takes what belongs to its neighbors.
const IDENTITY: [Guard; 5] = [Guard::Mac, Guard::Arp, Guard::Ipv4, Guard::Nd, Guard::Ipv6];

/// Flat networks with ports that may more than a flat network allows say so, as they did before.
pub(super) fn settle(draft: &mut Draft) {
    for (index, network) in draft.networks.iter_mut().enumerate() {
        if network.kind != NetworkKind::Flat {
            continue;
        }
        let kept = draft.ports.iter().filter(|port| !port.left_out);
        let wide: Vec<&PortDraft> = kept
            .filter(|port| port.network == index && is_wide(port))
            .collect();
        let Some(first) = wide.first() else { continue };
        let names: Vec<String> = wide.iter().map(|port| port.name.clone()).collect();
        let names = some_of(&names);
        network.relaxed = true;
        let note = Note::same(
            &first.place,
            format!("{names}: more than a flat network lets a port have"),
            "relaxed_ports: true",
        );
        network.notes.push(note.decide(
            "kind: private if one tenant alone uses this network (then relaxed_ports goes); if tenants \
             meet here, profile: strict and longer prefixes for these ports, and relaxed_ports goes",
        ));
    }
}

fn is_wide(port: &PortDraft) -> bool {
    let short = |net: &IpNet| match net {
        IpNet::V4(net) => net.prefix_len() < 8,
        IpNet::V6(net) => net.prefix_len() < 32,
    };
    IDENTITY.into_iter().any(|guard| !port.has(guard))
        || port.addresses.iter().any(|entry| short(&entry.value))
}
