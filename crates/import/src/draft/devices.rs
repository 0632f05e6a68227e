use std::collections::HashMap;

use super::Draft;
use crate::note::Note;

/// Leaves out what has no interface or MAC of its own: a policy names both for every port.
pub(super) fn settle(draft: &mut Draft) {
    let mut holders: HashMap<String, String> = HashMap::new();
    for port in draft.ports.iter_mut().filter(|port| !port.left_out) {
        if port.macs.is_empty() || port.device.is_none() {
            // Whoever read the source has said why.
            port.left_out = true;
            continue;
        }
        let Some(device) = &port.device else { continue };
        let name = device.as_str().to_owned();
        match holders.get(&name) {
            None => drop(holders.insert(name, port.name.clone())),
            Some(holder) => {
                let was = format!("interface {name}, which port {holder} has too");
                let note = Note::dropped(&port.place, was, "left out").decide(format!(
                    "an interface carries one port: which guest has {name} now?"
                ));
                port.leave_out(note);
            }
        }
    }
}
