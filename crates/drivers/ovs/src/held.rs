//! What of ours is in the switch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use vifguard_driver::Drift;

use crate::cookie::{HOST, PROGRAM};
use crate::flow::{Counted, Flow, Key};
use crate::note::{Note, PortNote, Seal};
use crate::plan::digest_of;

/// All flows of ours, as they were read.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Each flow, with the frames that it matched.
    pub flows: HashMap<Key, Counted>,
}

/// A port as the switch has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPort {
    /// What its flow at the gate says.
    pub note: PortNote,
    /// The number of its interface when it was guarded.
    pub number: u32,
    /// The cookie of its flows.
    pub cookie: u64,
}

impl Held {
    /// What a dump holds.
    pub fn of(dump: Vec<Counted>) -> Held {
        let keyed = dump
            .into_iter()
            .map(|counted| (counted.flow.key.clone(), counted));
        Held {
            flows: keyed.collect(),
        }
    }

    /// The numbers of interfaces that are let through unjudged.
    pub(crate) fn let_through(&self, gate: u8) -> BTreeSet<u32> {
        let is_host =
            |counted: &&Counted| counted.flow.cookie == HOST && counted.flow.key.table == gate;
        let hosts = self.flows.values().filter(is_host);
        let numbers = hosts.filter(|counted| Note::read(&counted.flow.actions).is_none());
        numbers
            .filter_map(|counted| counted.flow.key.in_port())
            .collect()
    }

    /// Is there anything?
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// Ports, by the number of their interface.
    pub fn ports(&self) -> BTreeMap<u32, HeldPort> {
        let entry = |counted: &Counted| {
            let flow = &counted.flow;
            let Some(Note::Port(note)) = Note::read(&flow.actions) else {
                return None;
            };
            let number = flow.key.in_port()?;
            let cookie = flow.cookie;
            Some((
                number,
                HeldPort {
                    note,
                    number,
                    cookie,
                },
            ))
        };
        self.flows.values().filter_map(entry).collect()
    }

    /// Guarded interfaces without a port, by their number.
    pub fn unknown(&self) -> BTreeMap<u32, String> {
        let entry = |counted: &Counted| match Note::read(&counted.flow.actions) {
            Some(Note::Unknown { device }) => Some((counted.flow.key.in_port()?, device)),
            _ => None,
        };
        self.flows.values().filter_map(entry).collect()
    }

    /// What holds for all.
    pub fn seal(&self) -> Option<Seal> {
        self.flows
            .values()
            .find_map(|counted| match Note::read(&counted.flow.actions) {
                Some(Note::Seal(seal)) => Some(seal),
                _ => None,
            })
    }

    /// What is not as it was left, by the digests that were left with it.
    pub fn drift(&self) -> Vec<Drift> {
        let mut by_cookie: HashMap<u64, Vec<&Flow>> = HashMap::new();
        for counted in self.flows.values() {
            by_cookie
                .entry(counted.flow.cookie)
                .or_default()
                .push(&counted.flow);
        }
        let mut drift = Vec::new();
        let [program, host] =
            [PROGRAM, HOST].map(|cookie| by_cookie.remove(&cookie).unwrap_or_default());
        match self.seal() {
            Some(seal) => {
                if seal.program != digest_of(program) {
                    drift.push(of_all("flows that are asked of all ports were changed"));
                }
                if seal.digest != digest_of(host) {
                    drift.push(of_all(
                        "flows that lead to the guards, or around them, were changed",
                    ));
                }
            }
            None if self.is_empty() => {}
            None => drift.push(of_all(
                "the flow that refuses unknown ports is gone or changed",
            )),
        }
        for port in self.ports().into_values() {
            let flows = by_cookie.remove(&port.cookie).unwrap_or_default();
            if port.note.digest != digest_of(flows) {
                drift.push(Drift {
                    port: Some(port.note.port),
                    what: format!("flows of {} were changed", port.note.device),
                });
            }
        }
        if !by_cookie.is_empty() {
            drift.push(of_all("flows of a port whose entry is gone or changed"));
        }
        drift.sort_unstable();
        drift
    }
}

fn of_all(what: &str) -> Drift {
    Drift {
        port: None,
        what: what.to_owned(),
    }
}
