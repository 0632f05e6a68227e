use std::collections::{HashMap, HashSet};

use vifguard_policy::NetworkKind;

use super::Neutron;
use super::answer::{Found, read};
use super::body::{NetworkBody, PortBody, SubnetBody};
use crate::ImportError;
use crate::draft::{Entry, NetworkDraft, Written, own_address};
use crate::note::Note;
use crate::quote::shown;

/// What is known of networks, and which of them the draft has.
pub(super) struct Networks {
    given: HashMap<String, Found<NetworkBody>>,
    /// By their networks.
    subnets: HashMap<String, Vec<Found<SubnetBody>>>,
    /// The projects whose guests are on a network, as far as they were given.
    projects: HashMap<String, HashSet<String>>,
    drafted: HashMap<String, usize>,
}

impl Networks {
    pub(super) fn of(
        neutron: &Neutron<'_>,
        ports: &[Found<PortBody>],
        notes: &mut Vec<Note>,
    ) -> Result<Networks, ImportError> {
        let mut given = HashMap::new();
        for source in &neutron.networks {
            let networks = read::<NetworkBody>(source, notes)?;
            given.extend(
                networks
                    .into_iter()
                    .map(|found| (found.body.id.clone(), found)),
            );
        }
        let mut subnets: HashMap<String, Vec<Found<SubnetBody>>> = HashMap::new();
        for source in &neutron.subnets {
            for subnet in read::<SubnetBody>(source, notes)? {
                let network = subnets.entry(subnet.body.network_id.clone()).or_default();
                network.push(subnet);
            }
        }
        let mut projects: HashMap<String, HashSet<String>> = HashMap::new();
        let guests = ports.iter().filter(|port| !port.body.is_infrastructure());
        for body in guests.map(|port| &port.body) {
            if let Some(project) = body.project() {
                let network = projects.entry(body.network_id.clone()).or_default();
                network.insert(project.to_owned());
            }
        }
        Ok(Networks {
            given,
            subnets,
            projects,
            drafted: HashMap::new(),
        })
    }

    /// The network of this port in the draft; a new one if it is the first there.
    pub(super) fn of_port(
        &mut self,
        port: &Found<PortBody>,
        networks: &mut Vec<NetworkDraft>,
    ) -> usize {
        let id = &port.body.network_id;
        if let Some(index) = self.drafted.get(id) {
            return *index;
        }
        let mut network = self.network(port);
        self.gateways(id, &mut network);
        networks.push(network);
        self.drafted.insert(id.clone(), networks.len() - 1);
        networks.len() - 1
    }

    /// Several projects meet on it unless it is known to be one project's alone.
    fn network(&self, port: &Found<PortBody>) -> NetworkDraft {
        let id = &port.body.network_id;
        let several = self.projects.get(id).map_or(0, HashSet::len) > 1;
        let Some(given) = self.given.get(id) else {
            let mut network = NetworkDraft::new(id, NetworkKind::Flat);
            network.notes.push(Note::same(
                &port.place.inside("network_id"),
                "it is not said who uses the network",
                "kind: flat, as if tenants met there; the body of GET /v2.0/networks tells, and its name",
            ));
            return network;
        };
        let named = given.body.name.as_ref().filter(|name| !name.is_empty());
        let is_true = |flag: Option<bool>| flag == Some(true);
        let (kind, was) = if is_true(given.body.shared) {
            (NetworkKind::Flat, "shared between projects")
        } else if is_true(given.body.external) {
            (NetworkKind::Flat, "an external network")
        } else if several {
            (NetworkKind::Flat, "ports of several projects")
        } else {
            (NetworkKind::Private, "one project's own")
        };
        let mut network = NetworkDraft::new(named.unwrap_or(id), kind);
        let becomes = format!("kind: {}", kind.name());
        network.notes.push(Note::same(&given.place, was, becomes));
        network
    }

    fn gateways(&self, id: &str, network: &mut NetworkDraft) {
        for subnet in self.subnets.get(id).into_iter().flatten() {
            let Some(gateway) = subnet.body.gateway_ip.as_ref().filter(|ip| !ip.is_empty()) else {
                continue;
            };
            let place = subnet.place.inside("gateway_ip");
            if let Some(address) = own_address(gateway, &place, &mut network.notes) {
                let was = format!(
                    "the gateway {}; a pair may name it",
                    shown(&address.written())
                );
                let note = Note::stricter(&place, was, "reserved: no port may hold it");
                network.notes.push(note);
                Entry::new(address, &place)
                    .loose()
                    .add(&mut network.addresses);
            }
        }
    }
}
