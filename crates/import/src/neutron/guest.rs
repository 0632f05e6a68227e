use vifguard_policy::Profile;

use super::answer::Found;
use super::body::PortBody;
use super::{binding, pairs};
use crate::draft::{Entry, PortDraft, Written, own_address, own_mac};
use crate::note::Note;
use crate::quote::shown;

/// The port of a guest.
pub(super) fn port(found: &Found<PortBody>, network: usize) -> PortDraft {
    let body = &found.body;
    let mut port = PortDraft::new(body.name(), network, &found.place);
    read_mac(found, &mut port);
    read_device(found, &mut port);
    if body.port_security_enabled == Some(false) {
        port.profile = Profile::Open;
        let place = found.place.inside("port_security_enabled");
        let was = "no port security: nothing is checked";
        port.notes.push(Note::same(&place, was, "profile: open"));
    } else {
        secured(found, &mut port);
    }
    read_fixed(found, &mut port);
    pairs::read(found, &mut port);
    if port.profile == Profile::Strict && port.addresses.is_empty() && port.off.is_empty() {
        let note = Note::stricter(
            &found.place.inside("fixed_ips"),
            "no address; some drivers of Neutron let any source pass then",
            "no address is own: of IPv4 only a DHCP client's broadcast and IGMP pass",
        );
        port.notes
            .push(note.decide("which addresses the guest uses; write them under addresses"));
    }
    read_rest(found, &mut port);
    port
}

fn read_mac(found: &Found<PortBody>, port: &mut PortDraft) {
    let place = found.place.inside("mac_address");
    if let Some(mac) = own_mac(&found.body.mac_address) {
        Entry::new(mac, &place).add(&mut port.macs);
        return;
    }
    let was = format!(
        "{} is no MAC that a NIC can have",
        shown(&found.body.mac_address)
    );
    let note = Note::dropped(&place, was, "left out");
    port.notes
        .push(note.decide("which MAC the guest has; a policy names it"));
}

fn read_device(found: &Found<PortBody>, port: &mut PortDraft) {
    port.device = binding::device(&found.body);
    if port.device.is_none() {
        let was = format!("{} gives no tap a name", shown(&found.body.id));
        let note = Note::dropped(&found.place.inside("id"), was, "left out");
        port.notes
            .push(note.decide("which interface carries the guest's frames"));
    }
}

/// What port security does by itself, beside addresses.
fn secured(found: &Found<PortBody>, port: &mut PortDraft) {
    let place = found.place.inside("port_security_enabled");
    port.notes.push(Note::same(
        &place,
        "MAC, ARP, IPv4 and IPv6 checked; no DHCP server, no router advertisements",
        "profile: strict",
    ));
    // What Neutron's drivers do beyond that differs between them.
    port.notes.push(Note::stricter(
        &place,
        "as Neutron's driver has it: redirects, queries, PIM, DHCP relays, VLAN tags, other EtherTypes, \
         foreign targets in neighbor discovery, malformed packets",
        "refused (guards router, dhcp-server, l2 and nd)",
    ));
    port.notes.push(Note::looser(
        &place,
        "as Neutron's driver has it: the link-local of the MAC without an IPv6 address, router \
         solicitations from ::, IGMP from 0.0.0.0",
        "they pass",
    ));
}

fn read_fixed(found: &Found<PortBody>, port: &mut PortDraft) {
    for (i, fixed) in found.body.fixed_ips.iter().flatten().enumerate() {
        let place = found.place.inside(&format!("fixed_ips[{i}]"));
        if let Some(address) = own_address(&fixed.ip_address, &place, &mut port.notes) {
            let becomes = format!("addresses: {}", address.written());
            port.notes
                .push(Note::same(&place, "the guest's own", becomes));
            Entry::new(address, &place).add(&mut port.addresses);
        }
    }
}

/// What has nothing to do with addresses.
fn read_rest(found: &Found<PortBody>, port: &mut PortDraft) {
    let body = &found.body;
    let at = |path: &str| found.place.inside(path);
    let groups = body.security_groups.as_ref().map_or(0, Vec::len);
    if groups > 0 {
        port.notes.push(Note::dropped(
            &at("security_groups"),
            format!("security groups ({groups}) filter what the guest sends and receives"),
            "no word for it: they stay Neutron's",
        ));
    }
    if body
        .trunk_details
        .as_ref()
        .is_some_and(|details| !details.is_null())
    {
        let note = Note::stricter(
            &at("trunk_details"),
            "a trunk's parent: the guest tags frames",
            "VLAN tags are refused (guard l2)",
        );
        port.notes.push(note.decide(
            "tags pass with l2: off only, and then no guard may look at addresses; better give the guest \
             a port for each network",
        ));
    }
    if body.admin_state_up == Some(false) {
        port.notes.push(Note::dropped(
            &at("admin_state_up"),
            "the port is switched off",
            "no word for it: it stays Neutron's",
        ));
    }
}
