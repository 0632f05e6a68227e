use crate::address::parse_entry;
use crate::faults::{Faults, Place};
use crate::quote::quoted;
use crate::yaml::Node;
use crate::{EntryError, IpNet, MacAddr, Shareable};

use super::draft::At;
use super::entry::{ADDRESS, MAC, bare_address, bare_mac, is_entry_map, read_shared};
use super::fields::fields;
use super::value::text;

pub(super) const KEYS: [&str; 3] = ["address", "mac", "shared"];

/// Something that no port may hold.
pub(super) enum ReservedEntry<'t> {
    Address(At<'t, Shareable<IpNet>>),
    Mac(At<'t, Shareable<MacAddr>>),
}

/// A reserved address or MAC, alone or with `shared`.
pub(super) fn read<'t>(
    node: Node<'t>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<ReservedEntry<'t>> {
    if !is_entry_map(node, place, faults)? {
        return bare_reserved(node, place, faults);
    }
    let [address, mac, shared] = fields(node, &KEYS, place, faults)?;
    let shared = read_shared(shared, place, faults);
    match (address, mac) {
        (Some(node), None) => bare_address(node, shared, place, faults).map(ReservedEntry::Address),
        (None, Some(node)) => bare_mac(node, shared, place, faults).map(ReservedEntry::Mac),
        (Some(_), Some(mac)) => {
            faults.value(
                mac,
                place,
                "one entry holds an address and a MAC; write two entries",
            );
            None
        }
        (None, None) => {
            faults.value(
                node,
                place,
                "the entry holds neither address nor mac; write one of them",
            );
            None
        }
    }
}

fn bare_reserved<'t>(
    node: Node<'t>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<ReservedEntry<'t>> {
    let value = text(node, place, "an address, a prefix or a MAC", faults)?;
    if value.parse::<MacAddr>().is_ok() {
        return bare_mac(node, false, place, faults).map(ReservedEntry::Mac);
    }
    if let Err(EntryError::Syntax) = parse_entry(value) {
        let value = quoted(value);
        let message = format!("{value} is neither an address nor a MAC; write {ADDRESS}, or {MAC}");
        faults.value(node, place, message);
        return None;
    }
    bare_address(node, false, place, faults).map(ReservedEntry::Address)
}
