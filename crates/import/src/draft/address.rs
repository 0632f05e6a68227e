use vifguard_policy::{EntryError, IpNet, MacAddr, parse_entry};

use crate::note::Note;
use crate::quote::shown;
use crate::source::Place;

/// An address of the source; if a policy cannot hold it, why.
pub(crate) fn own_address(text: &str, place: &Place, notes: &mut Vec<Note>) -> Option<IpNet> {
    let text_shown = shown(text);
    match parse_entry(text) {
        Ok(address) => Some(address),
        Err(EntryError::HostBits(prefix)) => {
            let was = format!("{text_shown}: the whole prefix");
            notes.push(Note::same(place, was, prefix.to_string()));
            Some(prefix)
        }
        Err(EntryError::NeverOwn(range)) => {
            let becomes = format!("left out: no guest can own anything of {range}");
            notes.push(Note::stricter(place, text_shown, becomes));
            None
        }
        Err(EntryError::Syntax) => {
            let was = format!("{text_shown} is not an address");
            let note = Note::dropped(place, was, "left out");
            notes.push(note.decide("which address is meant"));
            None
        }
    }
}

/// A MAC that a NIC can have.
pub(crate) fn own_mac(text: &str) -> Option<MacAddr> {
    let mac: MacAddr = text.parse().ok()?;
    (!mac.is_group() && !mac.is_zero()).then_some(mac)
}
