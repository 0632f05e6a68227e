use std::collections::HashMap;

use vifguard_policy::{IpNet, NetworkKind, parse_entry};

use super::document::Documents;
use super::interface::{Interface, Said};
use super::network::Network;
use crate::draft::{Entry, NetworkDraft, own_mac};
use crate::note::Note;

/// What a tap is called that no bridge of libvirt's holds.
const ETHERNET: &str = "ethernet";

/// Which interfaces meet: a libvirt network and the bridge below it are one segment, a VLAN on it another.
pub(super) struct Segments<'d> {
    documents: &'d Documents,
    /// The bridge of each libvirt network, as far as it is known.
    bridges: HashMap<&'d str, &'d str>,
    /// The first network that is known to use a bridge.
    names: HashMap<&'d str, &'d str>,
    /// The networks of the draft.
    drafted: HashMap<(Segment<'d>, Option<&'d str>), usize>,
}

/// Without its VLAN.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Segment<'d> {
    Bridge(&'d str),
    Network(&'d str),
    Ethernet,
}

impl<'d> Segments<'d> {
    pub(super) fn of(documents: &'d Documents) -> Segments<'d> {
        let given = documents
            .networks
            .iter()
            .map(|network| (Some(&network.name), network.bridge.as_ref()));
        let running = documents.interfaces.iter().map(|interface| {
            let source = &interface.source;
            (source.network.as_ref(), source.bridge.as_ref())
        });
        let (mut bridges, mut names) = (HashMap::new(), HashMap::new());
        for (network, bridge) in given.chain(running) {
            if let (Some(network), Some(bridge)) = (network, bridge) {
                bridges.entry(network.as_str()).or_insert(bridge.as_str());
                names.entry(bridge.as_str()).or_insert(network.as_str());
            }
        }
        Segments {
            documents,
            bridges,
            names,
            drafted: HashMap::new(),
        }
    }

    /// The network of this interface in the draft; a new one if it is the first there.
    pub(super) fn of_interface(
        &mut self,
        interface: &'d Interface,
        networks: &mut Vec<NetworkDraft>,
    ) -> usize {
        let segment = self.segment(interface);
        let vlan = interface.vlan.as_ref().and_then(|vlan| vlan.access());
        if let Some(index) = self.drafted.get(&(segment, vlan)) {
            return *index;
        }
        let mut name = self.name(segment).to_owned();
        if let Some(vlan) = vlan {
            name += &format!("-vlan{vlan}");
        }
        let mut network = NetworkDraft::new(name, NetworkKind::Flat);
        if vlan.is_none() {
            self.reserve(segment, &mut network);
        }
        networks.push(network);
        self.drafted.insert((segment, vlan), networks.len() - 1);
        networks.len() - 1
    }

    fn segment(&self, interface: &'d Interface) -> Segment<'d> {
        let source = &interface.source;
        match (&source.bridge, &source.network) {
            (Some(bridge), _) => Segment::Bridge(bridge),
            (None, Some(network)) => self.of_network(network),
            (None, None) => Segment::Ethernet,
        }
    }

    fn of_network(&self, network: &'d str) -> Segment<'d> {
        match self.bridges.get(network) {
            Some(bridge) => Segment::Bridge(bridge),
            None => Segment::Network(network),
        }
    }

    fn name(&self, segment: Segment<'d>) -> &'d str {
        match segment {
            Segment::Bridge(bridge) => self.names.get(bridge).copied().unwrap_or(bridge),
            Segment::Network(network) => network,
            Segment::Ethernet => ETHERNET,
        }
    }

    /// What the host itself has on the segment is no guest's.
    fn reserve(&self, segment: Segment<'d>, draft: &mut NetworkDraft) {
        let networks = self.documents.networks.iter();
        for network in networks.filter(|network| self.of_network(&network.name) == segment) {
            reserve(network, draft);
        }
    }
}

fn reserve(network: &Network, draft: &mut NetworkDraft) {
    for said in &network.addresses {
        if let Ok(address) = parse_entry(&said.value) {
            Entry::<IpNet>::new(address, &said.place).add(&mut draft.addresses);
            draft.notes.push(reserved(said));
        }
    }
    if let Some(said) = &network.mac
        && let Some(mac) = own_mac(&said.value)
    {
        Entry::new(mac, &said.place).add(&mut draft.macs);
        draft.notes.push(reserved(said));
    }
}

fn reserved(said: &Said) -> Note {
    let was = format!(
        "{} is the host's own; only guests' filters keep it",
        said.value
    );
    Note::stricter(&said.place, was, "reserved: no port may hold it")
}
