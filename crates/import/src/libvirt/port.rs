use std::collections::HashMap;

use vifguard_policy::{DeviceName, LinkLocal};

use super::coverage::Coverage;
use super::filter::Filter;
use super::guards;
use super::interface::{Interface, Said};
use super::network::Network;
use super::parameters;
use crate::draft::{Entry, NetworkDraft, PortDraft, own_mac};
use crate::note::Note;
use crate::quote::shown;

/// How libvirt begins the names of taps that it numbers itself.
pub(super) const GENERATED: &str = "vnet";

/// An interface, and what else there is to know about it.
pub(super) struct Reading<'d> {
    pub(super) interface: &'d Interface,
    /// Its network in the draft.
    pub(super) network: usize,
    /// Networks, for their DHCP hosts.
    pub(super) hosts: &'d [Network],
    pub(super) filters: &'d HashMap<String, Filter>,
}

impl Reading<'_> {
    /// Its port. What its parameters say of others goes to its network.
    pub(super) fn port(&self, networks: &mut [NetworkDraft]) -> PortDraft {
        let interface = self.interface;
        let mut port = PortDraft::new(interface.name(), self.network, &interface.place);
        self.read_mac(&mut port);
        self.read_target(&mut port);
        let coverage = interface
            .filter
            .as_ref()
            .map(|filter| Coverage::of(filter, self.filters));
        match (&interface.filter, &coverage) {
            (Some(filter), Some(coverage)) => guards::explain(filter, coverage, &mut port.notes),
            _ => port.notes.push(Note::stricter(
                &interface.place,
                "no filter: any MAC, address and protocol",
                "every guard (profile strict)",
            )),
        }
        let coverage = coverage.unwrap_or_default();
        if coverage.drops_ipv6() {
            port.link_local = LinkLocal::None;
        }
        parameters::read(self, &coverage, &mut port, &mut networks[self.network]);
        self.read_rest(&mut port);
        port
    }

    fn read_mac(&self, port: &mut PortDraft) {
        let decide = "which MAC the guest has; a policy names it";
        let Some(said) = &self.interface.mac else {
            let note = Note::dropped(&self.interface.place, "no <mac>", "left out");
            port.notes.push(note.decide(decide));
            return;
        };
        match own_mac(&said.value) {
            Some(mac) => Entry::new(mac, &said.place).add(&mut port.macs),
            None => {
                let note = Note::dropped(&said.place, "not a MAC that a NIC can have", "left out");
                port.notes.push(note.decide(decide));
            }
        }
    }

    fn read_target(&self, port: &mut PortDraft) {
        let Some(said) = &self.interface.target else {
            let was = "no <target dev>: libvirt names the interface when the guest starts";
            let note = Note::dropped(&self.interface.place, was, "left out");
            port.notes.push(note.decide(
                "give the guest's interface a name (<target dev='…'/>, not vnet…), or import what virsh \
                 dumpxml says while it runs",
            ));
            return;
        };
        match said.value.parse::<DeviceName>() {
            Ok(device) if said.value != "lo" => port.device = Some(device),
            _ => {
                let was = format!("{} is no interface of a guest", shown(&said.value));
                let note = Note::dropped(&said.place, was, "left out");
                port.notes
                    .push(note.decide("which interface carries the guest's frames"));
            }
        }
        if said.value.starts_with(GENERATED) {
            port.notes.push(Note::dropped(
                &said.place,
                "a name that libvirt gives anew at each start",
                format!(
                    "device: {} while this guest runs; to keep it, name it in the domain with another \
                     beginning than {GENERATED}",
                    shown(&said.value)
                ),
            ));
        }
    }

    /// What has nothing to do with the filter.
    fn read_rest(&self, port: &mut PortDraft) {
        let interface = self.interface;
        if let Some(vlan) = interface
            .vlan
            .as_ref()
            .filter(|vlan| vlan.access().is_none())
        {
            let note = Note::stricter(
                &vlan.place,
                "the guest tags frames itself",
                "VLAN tags are refused (guard l2)",
            );
            port.notes.push(note.decide(
                "tags pass with l2: off only, and then no guard may look at addresses; better give the \
                 guest an interface for each VLAN",
            ));
        }
        if interface.trusts_guest {
            port.notes.push(Note::stricter(
                &interface.place,
                "trustGuestRxFilters: the guest may change its MAC",
                "only the MACs listed are its own",
            ));
        }
        if let Some(place) = &interface.isolated {
            port.notes.push(Note::dropped(
                place,
                "the bridge hands no frames to other isolated ports",
                "no word for it: it stays libvirt's",
            ));
        }
    }

    /// What is said elsewhere about the guest's addresses: by the domain, or by its DHCP server.
    pub(super) fn known_addresses(&self, port: &PortDraft) -> Vec<&Said> {
        let source = &self.interface.source;
        let here = |network: &&Network| {
            source.network.as_ref() == Some(&network.name)
                || source.bridge.is_some() && source.bridge == network.bridge
        };
        let networks = self.hosts.iter().filter(here);
        let given = networks.flat_map(|network| {
            let own = port.macs.iter();
            own.filter_map(|mac| network.hosts.get(&mac.value))
        });
        let told = self.interface.addresses.iter();
        told.chain(given.flatten()).collect()
    }
}
