//! libvirt's domains: what their interfaces and filters say.
//!
//! `document` reads XML into values that know where they stand (`interface`, `network`, `filter`);
//! `coverage` finds out what a filter does, piece by piece; `port` makes a port of an interface, with
//! `guards` and `parameters` saying what that changes. Only then is it known what networks there are.

mod bypass;
mod coverage;
mod document;
mod element;
mod filter;
mod guards;
mod interface;
mod learning;
mod network;
mod parameters;
mod piece;
mod port;
mod segments;

use std::collections::HashMap;

use vifguard_policy::{Guard, IpNet};

use crate::draft::{Draft, Entry, PortDraft, Unguarded};
use crate::note::Note;
use crate::{ImportError, Imported, Source};

use document::Documents;
use port::Reading;
use segments::Segments;

/// Reads domains, as `virsh dumpxml` writes them, and makes a policy of their interfaces.
///
/// A source may hold several documents, one after the other: domains, snapshots, single interfaces, and,
/// to say more about these, networks (`virsh net-dumpxml`: gateways, DHCP hosts) and filters of one's own
/// (`virsh nwfilter-dumpxml`).
///
/// # Errors
///
/// If a source is not well-formed, or holds something else.
pub fn libvirt(sources: &[Source<'_>]) -> Result<Imported, ImportError> {
    let mut documents = Documents::default();
    for source in sources {
        documents.read(source)?;
    }
    let mut draft = Draft::default();
    let mut segments = Segments::of(&documents);
    for interface in &documents.interfaces {
        if let Some(why) = bypass::find(interface, &documents.networks) {
            draft.unguarded.push(Unguarded {
                name: interface.name(),
                notes: vec![why],
            });
            continue;
        }
        let reading = Reading {
            interface,
            network: segments.of_interface(interface, &mut draft.networks),
            hosts: &documents.networks,
            filters: &documents.filters,
        };
        let port = reading.port(&mut draft.networks);
        draft.ports.push(port);
    }
    let_servers_serve(&mut draft);
    draft.patterns = patterns(&draft.ports);
    let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
    draft.finish(&format!("libvirt: {}", names.join(", ")))
}

/// A guest that holds an address which others name as their DHCP server answers for it.
fn let_servers_serve(draft: &mut Draft) {
    let mut servers: HashMap<(usize, IpNet), String> = HashMap::new();
    for (index, network) in draft.networks.iter().enumerate() {
        // Of the reserved addresses only those of DHCPSERVER are not firm.
        for entry in network.addresses.iter().filter(|entry| !entry.firm) {
            servers.insert((index, entry.value), entry.place.element.clone());
        }
    }
    for port in draft.ports.iter_mut().filter(|port| !port.left_out) {
        let held = |entry: &Entry<IpNet>| servers.get(&(port.network, entry.value)).cloned();
        if let Some(named) = port.addresses.iter().find_map(held) {
            port.off.push(Guard::DhcpServer);
            port.notes.push(Note::same(
                &port.place,
                format!("a DHCP server: another interface says {named}"),
                "guards: { dhcp-server: off }",
            ));
        }
    }
}

/// libvirt's own names for interfaces, as far as they occur.
fn patterns(ports: &[PortDraft]) -> Vec<String> {
    let devices = ports.iter().filter_map(|port| port.device.as_ref());
    let own = devices.filter(|device| device.as_str().starts_with(port::GENERATED));
    own.take(1)
        .map(|_| format!("{}*", port::GENERATED))
        .collect()
}
