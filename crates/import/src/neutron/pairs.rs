//! Allowed address pairs.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use vifguard_policy::{Guard, MacAddr, Profile};

use super::answer::Found;
use super::body::{Pair, PortBody};
use crate::draft::{Entry, PortDraft, Written, own_address, own_mac};
use crate::note::Note;
use crate::quote::shown;
use crate::source::Place;

/// Reads them all.
pub(super) fn read(found: &Found<PortBody>, port: &mut PortDraft) {
    let pairs = found.body.allowed_address_pairs.iter().flatten();
    let mut nets: Vec<(IpNet, Place)> = Vec::new();
    for (i, pair) in pairs.enumerate() {
        let place = found.place.inside(&format!("allowed_address_pairs[{i}]"));
        if let Some(net) = own_address(&pair.ip_address, &place, &mut port.notes) {
            read_mac(pair, net, &place, port);
            nets.push((net, place));
        }
    }
    let any = Any::of(nets.iter().map(|(net, _)| *net));
    for (net, place) in nets {
        if any.covers(net) && is_short(net) {
            tell_any(net, &place, port);
        } else {
            let becomes = format!("addresses: {}", net.written());
            port.notes
                .push(Note::same(&place, "allowed besides", becomes));
            Entry::new(net, &place).loose().add(&mut port.addresses);
        }
    }
    any.switch_off(port);
}

/// A pair ties an address to a MAC; a port owns its MACs and its addresses as a whole.
fn read_mac(pair: &Pair, net: IpNet, place: &Place, port: &mut PortDraft) {
    let Some(text) = pair.mac_address.as_deref().filter(|text| !text.is_empty()) else {
        return;
    };
    let own = port.macs.first().map(|entry| entry.value);
    match own_mac(text) {
        Some(mac) if Some(mac) == own => {}
        Some(mac) => add_mac(mac, net, place, port),
        None => {
            let was = format!("{} is no MAC that a NIC can have", shown(text));
            let note = Note::dropped(place, was, "the port's own MACs");
            port.notes
                .push(note.decide("which MAC the pair is for; it goes under extra_macs"));
        }
    }
}

fn add_mac(mac: MacAddr, net: IpNet, place: &Place, port: &mut PortDraft) {
    let net = net.written();
    port.notes.push(Note::looser(
        place,
        format!("{net} with {mac} only, and the port's other addresses without it"),
        format!("extra_macs: {mac}; any MAC of the port with any address of the port"),
    ));
    // Without a primary MAC the port is left out, and this must not become it.
    if !port.macs.is_empty() {
        Entry::new(mac, place).loose().add(&mut port.macs);
    }
}

/// Families in which the pairs together allow every address: written as one prefix, or as two halves.
struct Any {
    v4: bool,
    v6: bool,
}

impl Any {
    fn of(nets: impl Iterator<Item = IpNet>) -> Any {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for net in nets {
            match net {
                IpNet::V4(net) => v4.push(net),
                IpNet::V6(net) => v6.push(net),
            }
        }
        Any {
            v4: Ipv4Net::aggregate(&v4)
                .iter()
                .any(|net| net.prefix_len() == 0),
            v6: Ipv6Net::aggregate(&v6)
                .iter()
                .any(|net| net.prefix_len() == 0),
        }
    }

    fn covers(&self, net: IpNet) -> bool {
        match net {
            IpNet::V4(_) => self.v4,
            IpNet::V6(_) => self.v6,
        }
    }

    /// Sources go unchecked. ARP and neighbor discovery do not: to forward for others takes no claim to
    /// their addresses, and such a claim would be one on everybody's.
    fn switch_off(&self, port: &mut PortDraft) {
        match (self.v4, self.v6) {
            _ if port.profile != Profile::Strict => {}
            (true, true) => port.profile = Profile::Forwarder,
            (true, false) => port.off.push(Guard::Ipv4),
            (false, true) => port.off.push(Guard::Ipv6),
            (false, false) => {}
        }
    }
}

/// Parts of "everything" are not listed; what is meant more narrowly is.
fn is_short(net: IpNet) -> bool {
    match net {
        IpNet::V4(net) => net.prefix_len() < 8,
        IpNet::V6(net) => net.prefix_len() < 32,
    }
}

fn tell_any(net: IpNet, place: &Place, port: &mut PortDraft) {
    let (family, guard, claims) = match net {
        IpNet::V4(_) => ("IPv4", Guard::Ipv4, "ARP (guard arp)"),
        IpNet::V6(_) => ("IPv6", Guard::Ipv6, "neighbor discovery (guard nd)"),
    };
    port.notes.push(Note::same(
        place,
        format!("{family} from any source ({net})"),
        format!("guard {guard} off"),
    ));
    port.notes.push(Note::stricter(
        place,
        "the same in answers to others' questions for addresses",
        format!("{claims} for listed addresses only; list those that move between guests"),
    ));
}
