//! Taking guards away.

use vifguard_driver::{Error, Result, Scope};

use crate::change::Edit;
use crate::cookie::{ALL, exactly};
use crate::held::Held;

/// What the switch is told, and the ports that it releases. Nothing but the cookie is asked: so nothing
/// of ours remains, and nothing of others goes.
pub(crate) fn changes(held: &Held, scope: &Scope) -> Result<(Vec<Edit<'static>>, Vec<String>)> {
    let mut edits = Vec::new();
    let mut released = Vec::new();
    let ports = held.ports();
    match scope {
        Scope::All => {
            if !held.is_empty() {
                edits.push(Edit::DeleteAll(ALL));
            }
            released.extend(ports.into_values().map(|port| port.note.port));
        }
        Scope::Port(name) => {
            for port in ports.into_values().filter(|port| port.note.port == *name) {
                edits.push(Edit::DeleteAll(exactly(port.cookie)));
                released.push(port.note.port);
            }
            if released.is_empty() {
                return Err(Error::NoSuchPort(name.clone()));
            }
        }
    }
    released.sort_unstable();
    released.dedup();
    Ok((edits, released))
}
