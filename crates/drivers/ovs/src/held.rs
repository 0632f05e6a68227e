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
    flows: HashMap<Key, Counted>,
    /// What the flows at the gate tell.
    notes: HashMap<Key, Note>,
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
        let mut held = Held::default();
        dump.into_iter().for_each(|counted| held.add(counted));
        held
    }

    pub(crate) fn add(&mut self, counted: Counted) {
        let key = counted.flow.key.clone();
        if let Some(note) = Note::read(&counted.flow.actions) {
            self.notes.insert(key.clone(), note);
        }
        self.flows.insert(key, counted);
    }

    /// Every flow.
    pub fn flows(&self) -> impl Iterator<Item = &Counted> {
        self.flows.values()
    }

    /// The flow that has a key.
    pub fn flow(&self, key: &Key) -> Option<&Flow> {
        self.flows.get(key).map(|counted| &counted.flow)
    }

    /// The numbers of interfaces that are let through unjudged.
    pub(crate) fn let_through(&self, gate: u8) -> BTreeSet<u32> {
        let hosts = self.flows().map(|counted| &counted.flow);
        let hosts = hosts.filter(|flow| flow.cookie == HOST && flow.key.table == gate);
        let untold = hosts.filter(|flow| !self.notes.contains_key(&flow.key));
        untold.filter_map(|flow| flow.key.in_port()).collect()
    }

    /// Is there anything?
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// Ports, by the number of their interface.
    pub fn ports(&self) -> BTreeMap<u32, HeldPort> {
        let entry = |(key, note): (&Key, &Note)| {
            let Note::Port(note) = note else {
                return None;
            };
            let number = key.in_port()?;
            let port = HeldPort {
                note: note.clone(),
                number,
                cookie: self.flow(key)?.cookie,
            };
            Some((number, port))
        };
        self.notes.iter().filter_map(entry).collect()
    }

    /// Guarded interfaces without a port, by their number.
    pub fn unknown(&self) -> BTreeMap<u32, String> {
        let entry = |(key, note): (&Key, &Note)| match note {
            Note::Unknown { device } => Some((key.in_port()?, device.clone())),
            Note::Port(_) | Note::Seal(_) => None,
        };
        self.notes.iter().filter_map(entry).collect()
    }

    /// What holds for all.
    pub fn seal(&self) -> Option<Seal> {
        self.notes.values().find_map(|note| match note {
            Note::Seal(seal) => Some(seal.clone()),
            Note::Port(_) | Note::Unknown { .. } => None,
        })
    }

    /// What is not as it was left, by the digests that were left with it.
    pub fn drift(&self) -> Vec<Drift> {
        let mut by_cookie: HashMap<u64, Vec<&Flow>> = HashMap::new();
        for counted in self.flows() {
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
