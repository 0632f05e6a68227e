//! Taking guards away.

use std::fmt::Write;

use vifguard_driver::{Error, Result, Scope};

use crate::cookie::{all_of_ours, exactly};
use crate::held::Held;

/// What `ovs-ofctl` is given, and the ports that it releases. Nothing but the cookie is asked: so nothing
/// of ours remains, and nothing of others goes.
pub(crate) fn changes(held: &Held, scope: &Scope) -> Result<(String, Vec<String>)> {
    let mut text = String::new();
    let mut released = Vec::new();
    let ports = held.ports();
    match scope {
        Scope::All => {
            if !held.is_empty() {
                let _ = writeln!(text, "delete {}", all_of_ours());
            }
            released.extend(ports.into_values().map(|port| port.note.port));
        }
        Scope::Port(name) => {
            for port in ports.into_values().filter(|port| port.note.port == *name) {
                let _ = writeln!(text, "delete {}", exactly(port.cookie));
                released.push(port.note.port);
            }
            if released.is_empty() {
                return Err(Error::NoSuchPort(name.clone()));
            }
        }
    }
    released.sort_unstable();
    released.dedup();
    Ok((text, released))
}
