use crate::faults::{Faults, Place};
use crate::read::{At, NetworkDraft, PortDraft};

/// Entries that a port lists twice. An address inside a listed prefix is no error: it says nothing
/// wrong, and it may well say `shared` where the prefix does not.
pub(super) fn in_port(port: &PortDraft<'_>, faults: &mut Faults) {
    let object = port.object;
    twice(
        &port.addresses,
        |entry| entry.value,
        object.field("addresses"),
        faults,
    );
    twice(
        &port.macs,
        |entry| entry.value,
        object.field("extra_macs"),
        faults,
    );
    twice(
        &port.ethertypes,
        |value| *value,
        object.field("ethertypes"),
        faults,
    );
}

/// Entries that a network reserves twice.
pub(super) fn in_network(network: &NetworkDraft<'_>, faults: &mut Faults) {
    let place = network.object.field("reserved");
    twice(&network.addresses, |entry| entry.value, place, faults);
    twice(&network.macs, |entry| entry.value, place, faults);
}

/// Up to here comparing each entry with each is cheaper than sorting a copy of them.
const FEW: usize = 8;

fn twice<T, K: Ord + Copy>(
    entries: &[At<'_, T>],
    key: impl Fn(&T) -> K,
    place: Place<'_>,
    faults: &mut Faults,
) {
    let is_first = |(i, entry): (usize, &At<'_, T>)| {
        entries[..i]
            .iter()
            .all(|earlier| key(&earlier.value) != key(&entry.value))
    };
    if entries.len() <= FEW && entries.iter().enumerate().all(is_first) {
        return;
    }
    let mut sorted: Vec<(K, usize)> = entries
        .iter()
        .enumerate()
        .map(|(i, entry)| (key(&entry.value), i))
        .collect();
    sorted.sort_unstable();
    let mut first = sorted[0];
    for (value, i) in sorted.into_iter().skip(1) {
        if value != first.0 {
            first = (value, i);
            continue;
        }
        let (node, earlier) = (entries[i].node, entries[first.1].node);
        let (entry, spot) = (node.quoted(), earlier.spot());
        let message = format!("{entry} is listed twice, first in {spot}; keep one");
        faults.conflict(node, place, message, (earlier, place.object));
    }
}
