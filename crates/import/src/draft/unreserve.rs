use std::collections::HashMap;
use std::hash::Hash;

use super::{Draft, Entry, NetworkDraft, PortDraft, Written};
use crate::note::Note;

/// Takes reservations away that are not firm where a port holds exactly that as its own: there the gateway
/// or the server is a guest. An address that a port is merely allowed does not make it the gateway.
pub(super) fn settle(draft: &mut Draft) {
    let addresses = holders(&draft.ports, |port| &port.addresses);
    let macs = holders(&draft.ports, |port| &port.macs);
    for (index, network) in draft.networks.iter_mut().enumerate() {
        let NetworkDraft {
            addresses: reserved_addresses,
            macs: reserved_macs,
            notes,
            ..
        } = network;
        make_room(reserved_addresses, index, &addresses, notes);
        make_room(reserved_macs, index, &macs, notes);
    }
}

type Holders<T> = HashMap<(usize, T), String>;

fn holders<T: Copy + Eq + Hash>(
    ports: &[PortDraft],
    entries: impl Fn(&PortDraft) -> &Vec<Entry<T>>,
) -> Holders<T> {
    let kept = ports.iter().filter(|port| !port.left_out);
    kept.flat_map(|port| {
        let firm = entries(port).iter().filter(|entry| entry.firm);
        firm.map(|entry| ((port.network, entry.value), port.name.clone()))
    })
    .collect()
}

fn make_room<T: Copy + Eq + Hash + Written>(
    entries: &mut Vec<Entry<T>>,
    network: usize,
    holders: &Holders<T>,
    notes: &mut Vec<Note>,
) {
    entries.retain(|entry| {
        let Some(holder) = holders.get(&(network, entry.value)).filter(|_| !entry.firm) else {
            return true;
        };
        let value = entry.value.written();
        notes.push(Note::same(
            &entry.place,
            format!("{value} is held by port {holder}"),
            "not reserved",
        ));
        false
    });
}
