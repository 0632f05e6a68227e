use super::answer::Found;
use super::body::PortBody;
use crate::draft::{Entry, NetworkDraft, Written, own_address, own_mac};
use crate::note::Note;
use crate::quote::shown;

/// Reserves what a port of Neutron's own holds: its routers, DHCP servers and floating addresses are no
/// guests, and no guest may speak for them.
pub(super) fn add(port: &Found<PortBody>, network: &mut NetworkDraft) {
    let mut held = Vec::new();
    let fixed = port.body.fixed_ips.iter().flatten();
    for (i, fixed) in fixed.enumerate() {
        let place = port.place.inside(&format!("fixed_ips[{i}]"));
        if let Some(address) = own_address(&fixed.ip_address, &place, &mut network.notes) {
            held.push(address.written());
            Entry::new(address, &place).add(&mut network.addresses);
        }
    }
    if let Some(mac) = own_mac(&port.body.mac_address) {
        held.push(mac.to_string());
        let place = port.place.inside("mac_address");
        Entry::new(mac, &place).add(&mut network.macs);
    }
    let was = format!("a port of Neutron's own ({})", shown(port.body.owner()));
    let becomes = format!("reserved, no port may hold it: {}", held.join(", "));
    network
        .notes
        .push(Note::stricter(&port.place, was, becomes));
}
