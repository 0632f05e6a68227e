//! What the parameters of a filter become.

use super::coverage::Coverage;
use super::filter::Parameter;
use super::learning;
use super::port::Reading;
use crate::draft::{Entry, NetworkDraft, PortDraft, Written, own_address, own_mac};
use crate::note::Note;
use crate::quote::shown;

/// What becomes of somebody else's address or MAC.
const RESERVED: &str = "reserved on the network: no port may hold it";

/// Reads them all, and what is to be known of the guest's addresses elsewhere.
pub(super) fn read(
    reading: &Reading<'_>,
    coverage: &Coverage,
    port: &mut PortDraft,
    network: &mut NetworkDraft,
) {
    for parameter in &coverage.parameters {
        match parameter.name.as_str() {
            "IP" => add_address(parameter, port),
            "IPV6" if coverage.drops_ipv6() => port.notes.push(Note::dropped(
                &parameter.place,
                "an address that the filter does not let the guest use: it drops all IPv6",
                "left out; to allow it, list it under addresses",
            )),
            "IPV6" => add_address(parameter, port),
            "DHCPSERVER" => reserve_address(parameter, port, network),
            "GATEWAY_MAC" => reserve_mac(parameter, port, network),
            "MAC" => check_mac(parameter, port),
            // Said with the addresses.
            "CTRL_IP_LEARNING" => {}
            _ => port.notes.push(Note::dropped(
                &parameter.place,
                "a parameter of your own filters",
                "no word for it",
            )),
        }
    }
    learning::read(reading, coverage, port);
}

fn add_address(parameter: &Parameter, port: &mut PortDraft) {
    let place = &parameter.place;
    if let Some(address) = own_address(&parameter.value, place, &mut port.notes) {
        let becomes = format!("addresses: {}", address.written());
        port.notes
            .push(Note::same(place, "the guest's own", becomes));
        Entry::new(address, place).add(&mut port.addresses);
    }
}

fn reserve_address(parameter: &Parameter, port: &mut PortDraft, network: &mut NetworkDraft) {
    let place = &parameter.place;
    if let Some(address) = own_address(&parameter.value, place, &mut port.notes) {
        let was = "the DHCP server's address; other guests may have it";
        port.notes.push(Note::stricter(place, was, RESERVED));
        Entry::new(address, place)
            .loose()
            .add(&mut network.addresses);
    }
}

fn reserve_mac(parameter: &Parameter, port: &mut PortDraft, network: &mut NetworkDraft) {
    let place = &parameter.place;
    if let Some(mac) = own_mac(&parameter.value) {
        let was = "the gateway's MAC; other guests may have it";
        port.notes.push(Note::stricter(place, was, RESERVED));
        Entry::new(mac, place).loose().add(&mut network.macs);
        return;
    }
    let was = format!("{} is no MAC", shown(&parameter.value));
    let note = Note::dropped(place, was, "left out");
    port.notes
        .push(note.decide("which MAC the gateway has; it goes under reserved"));
}

fn check_mac(parameter: &Parameter, port: &mut PortDraft) {
    let own = port.macs.first().map(|entry| entry.value);
    if parameter.value.parse().ok() == own && own.is_some() {
        return;
    }
    let note = Note::dropped(
        &parameter.place,
        "another MAC than the interface's",
        "the interface's own MAC",
    );
    let decide = "which MAC the guest sends from; a further one goes under extra_macs";
    port.notes.push(note.decide(decide));
}
