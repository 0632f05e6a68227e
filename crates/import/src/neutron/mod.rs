//! Neutron's ports, as its API gives them.
//!
//! `answer` finds the objects in what the API says, `body` knows their keys; `networks` finds out what a network is called and who uses it;
//! `guest` makes a port of a guest's, with `binding` (is there an interface here?) and `pairs`; what
//! belongs to Neutron itself is `reserved`.

mod answer;
mod binding;
mod body;
mod guest;
mod networks;
mod pairs;
mod reserved;

use std::collections::HashSet;

use crate::draft::{Draft, Unguarded};
use crate::note::Note;
use crate::quote::{shown, some_of};
use crate::source::Place;
use crate::{ImportError, Imported, Source};

use answer::{Found, read};
use body::PortBody;
use networks::Networks;

/// What the Networking API says, and for which host.
///
/// Each source is the body of an answer: of many (`{"ports": […]}`) or of one (`{"port": {…}}`).
#[derive(Clone, Debug, Default)]
pub struct Neutron<'a> {
    /// `GET /v2.0/ports`.
    pub ports: Vec<Source<'a>>,
    /// `GET /v2.0/networks`: names, and whether a network is one project's alone.
    pub networks: Vec<Source<'a>>,
    /// `GET /v2.0/subnets`: gateways.
    pub subnets: Vec<Source<'a>>,
    /// Only guests bound to this host (`binding:host_id`); all if nothing is said.
    pub host: Option<&'a str>,
}

impl Neutron<'_> {
    /// Makes a policy of the ports.
    ///
    /// # Errors
    ///
    /// If a source is not JSON, or not such an answer.
    pub fn import(&self) -> Result<Imported, ImportError> {
        let mut draft = Draft::default();
        let mut ports = Vec::new();
        for source in &self.ports {
            ports.extend(read::<PortBody>(source, &mut draft.notes)?);
        }
        // Whoever asks for a port by itself and for all of them means the same port.
        let mut seen = HashSet::new();
        ports.retain(|port| seen.insert(port.body.id.clone()));
        let mut networks = Networks::of(self, &ports, &mut draft.notes)?;
        self.hosts(&ports, &mut draft.notes);
        for port in &ports {
            if port.body.is_infrastructure() {
                let network = networks.of_port(port, &mut draft.networks);
                reserved::add(port, &mut draft.networks[network]);
            } else if self.is_wanted(port) {
                match binding::find(port) {
                    Some(why) => draft.unguarded.push(Unguarded {
                        name: port.body.name().to_owned(),
                        notes: vec![why],
                    }),
                    None => {
                        let network = networks.of_port(port, &mut draft.networks);
                        draft.ports.push(guest::port(port, network));
                    }
                }
            }
        }
        if draft.ports.iter().any(|port| !port.left_out) {
            draft.patterns.push("tap*".to_owned());
        }
        draft.finish(&format!("Neutron: {}", self.names().join(", ")))
    }

    fn names(&self) -> Vec<&str> {
        let sources = [&self.ports, &self.networks, &self.subnets];
        let sources = sources.into_iter().flatten();
        sources.map(|source| source.name).collect()
    }

    fn is_wanted(&self, port: &Found<PortBody>) -> bool {
        self.host.is_none_or(|host| port.body.host() == Some(host))
    }

    /// Says what is left out because of its host, or that nothing is.
    fn hosts(&self, ports: &[Found<PortBody>], notes: &mut Vec<Note>) {
        let guests = || ports.iter().filter(|port| !port.body.is_infrastructure());
        let Some(first) = guests().next() else { return };
        let place = Place {
            file: first.place.file.clone(),
            line: None,
            element: "binding:host_id".to_owned(),
        };
        if let Some(host) = self.host {
            let others = guests().filter(|port| !self.is_wanted(port)).count();
            if others > 0 {
                let was = format!(
                    "{others} of {} ports not bound to {}",
                    guests().count(),
                    shown(host)
                );
                notes.push(Note::dropped(&place, was, "left out"));
            }
            return;
        }
        let mut hosts: Vec<String> = guests().filter_map(|p| p.body.host()).map(shown).collect();
        hosts.sort_unstable();
        hosts.dedup();
        if hosts.len() > 1 {
            let was = format!("ports of {} hosts: {}", hosts.len(), some_of(&hosts));
            let note = Note::same(&place, was, "ports of all of them");
            notes.push(
                note.decide("for which host the policy is; import again with its name as host"),
            );
        }
    }
}
