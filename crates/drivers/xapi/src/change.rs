//! The single steps from what the pool holds to what it is to hold.
//!
//! XAPI has no transactions. So the steps of a VIF are ordered: addresses are listed before it is
//! locked, and taken from the list after it was unlocked; a list that is in force changes in one call.
//! Whatever step is the last, the VIF passes nothing that both the old and the new state refuse.

use std::fmt;

#[cfg(test)]
mod tests;

use vifguard_driver::Applied;

use crate::held::{Claim, Held, Seat};
use crate::mark::{BEFORE, Before, Mode, Note, PORT};
use crate::plan::{Plan, list};
use crate::record::{LockingMode, Vif};

/// Everything that is to be done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// VIF by VIF.
    pub vifs: Vec<VifChange>,
    /// What it comes to once it is done.
    pub applied: Applied,
}

/// What is to be done on a VIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VifChange {
    /// The port, if it is known.
    pub port: Option<String>,
    /// The VIF's reference.
    pub reference: String,
    /// The VIF in words.
    pub vif: String,
    /// In this order.
    pub steps: Vec<Step>,
}

/// One call, and what takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub act: Act,
    /// What undoes it.
    pub undo: Act,
}

/// A call that changes a VIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `set_locking_mode`.
    Mode(LockingMode),
    /// `set_ipv4_allowed`.
    V4(Vec<String>),
    /// `set_ipv6_allowed`.
    V6(Vec<String>),
    /// `add_to_other_config`.
    Mark(&'static str, String),
    /// `remove_from_other_config`.
    Unmark(&'static str),
}

impl Change {
    /// What makes the pool so.
    pub fn between(held: &Held, plan: &Plan) -> Change {
        let mut change = Change::default();
        for (device, wanted) in &plan.vifs {
            if let Some(seat) = held.here.get(device) {
                change.guard(seat, &wanted.note);
            }
        }
        for (device, seat) in &held.here {
            let is_ours = match &seat.claim {
                // What a vifguard on another host locked stays locked when its guest comes here.
                Claim::Ours(note, _) | Claim::Taken(Some(note)) => note.host == held.host,
                Claim::CutShort(_) | Claim::Taken(None) => true,
                Claim::Free | Claim::Foreign | Claim::Unreadable => false,
            };
            if is_ours && !plan.vifs.contains_key(device) {
                change.release(seat);
            }
        }
        change.applied.note_moves();
        change
    }

    /// Is there nothing to do?
    pub fn is_empty(&self) -> bool {
        self.vifs.is_empty()
    }

    /// In words, one line each.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.vifs.iter().flat_map(|vif| {
            let head = match &vif.port {
                Some(port) => format!("port {port}, {}", vif.vif),
                None => vif.vif.clone(),
            };
            let step = move |step: &Step| format!("{head}: {}", step.act);
            vif.steps.iter().map(step)
        });
        lines.collect()
    }

    fn guard(&mut self, seat: &Seat, wanted: &Note) {
        let steps = guard(seat, wanted);
        let port = &wanted.port;
        let noted = seat.note();
        if steps.is_empty() {
            self.applied.unchanged += 1;
            return;
        }
        match noted {
            // As it should be noted: it is the VIF that somebody changed.
            Some(note) if note == wanted => {
                let what = step_words(&steps);
                self.applied.repaired.push(format!("port {port}: {what}"));
            }
            Some(note) if note.port == *port => self.applied.changed.push(port.clone()),
            Some(note) => {
                self.applied.removed.push(note.port.clone());
                self.applied.added.push(port.clone());
            }
            None => self.applied.added.push(port.clone()),
        }
        self.push(seat, Some(port.clone()), steps);
    }

    /// Gives a VIF free.
    pub fn release(&mut self, seat: &Seat) {
        let port = seat.note().map(|note| note.port.clone());
        match &port {
            Some(port) => self.applied.removed.push(port.clone()),
            None => self.applied.otherwise = true,
        }
        self.push(seat, port, release(seat));
    }

    fn push(&mut self, seat: &Seat, port: Option<String>, steps: Vec<Step>) {
        self.vifs.push(VifChange {
            port,
            reference: seat.reference.clone(),
            vif: seat.describe(),
            steps,
        });
    }
}

fn step_words(steps: &[Step]) -> String {
    let words: Vec<String> = steps.iter().map(|step| step.act.to_string()).collect();
    words.join(", ")
}

fn guard(seat: &Seat, wanted: &Note) -> Vec<Step> {
    let vif = &seat.vif;
    let mut steps = Vec::new();
    if !vif.other_config.contains_key(BEFORE) {
        let before = match &seat.claim {
            Claim::Ours(_, before) | Claim::CutShort(before) => before.clone(),
            Claim::Free | Claim::Foreign | Claim::Taken(_) | Claim::Unreadable => Before::of(vif),
        };
        steps.push(mark(BEFORE, before.text()));
    }
    let mode = wanted.mode.locking_mode();
    let mut first = wanted.clone();
    // From one mode of ours to the other: both are ours until the change is through.
    first.from =
        Mode::of(&vif.locking_mode).filter(|there| *there != wanted.mode && seat.is_marked());
    write(&mut steps, vif, &first);
    let mut flip = Vec::new();
    if vif.locking_mode != mode {
        flip.push(Step {
            act: Act::Mode(mode.clone()),
            undo: Act::Mode(vif.locking_mode.clone()),
        });
    }
    let lists = lists(vif, wanted);
    if mode == LockingMode::Locked {
        steps.extend(lists);
        steps.append(&mut flip);
    } else {
        steps.append(&mut flip);
        steps.extend(lists);
    }
    if first != *wanted {
        steps.push(unmark(PORT, first.text()));
        steps.push(mark(PORT, wanted.text()));
    }
    steps
}

/// Writes a note, unless it stands there.
fn write(steps: &mut Vec<Step>, vif: &Vif, note: &Note) {
    match vif.other_config.get(PORT) {
        Some(there) if Note::read(there).as_ref() == Some(note) => return,
        Some(there) => steps.push(unmark(PORT, there.clone())),
        None => {}
    }
    steps.push(mark(PORT, note.text()));
}

fn lists(vif: &Vif, wanted: &Note) -> Vec<Step> {
    let mut steps = Vec::new();
    if !vif.lists_v4(&wanted.v4) {
        steps.push(Step {
            act: Act::V4(wanted.v4.iter().map(ToString::to_string).collect()),
            undo: Act::V4(vif.ipv4_allowed.clone()),
        });
    }
    if !vif.lists_v6(&wanted.v6) {
        steps.push(Step {
            act: Act::V6(wanted.v6.iter().map(ToString::to_string).collect()),
            undo: Act::V6(vif.ipv6_allowed.clone()),
        });
    }
    steps
}

/// Puts back what was before, unless somebody else has set a mode since: then only our marks go.
fn release(seat: &Seat) -> Vec<Step> {
    let vif = &seat.vif;
    let mut steps = Vec::new();
    if let Claim::Ours(_, before) | Claim::CutShort(before) = &seat.claim {
        if vif.locking_mode != LockingMode::NetworkDefault {
            steps.push(Step {
                act: Act::Mode(LockingMode::NetworkDefault),
                undo: Act::Mode(vif.locking_mode.clone()),
            });
        }
        if vif.ipv4_allowed != before.ipv4_allowed {
            steps.push(Step {
                act: Act::V4(before.ipv4_allowed.clone()),
                undo: Act::V4(vif.ipv4_allowed.clone()),
            });
        }
        if vif.ipv6_allowed != before.ipv6_allowed {
            steps.push(Step {
                act: Act::V6(before.ipv6_allowed.clone()),
                undo: Act::V6(vif.ipv6_allowed.clone()),
            });
        }
    }
    for key in [PORT, BEFORE] {
        if let Some(text) = vif.other_config.get(key) {
            steps.push(unmark(key, text.clone()));
        }
    }
    steps
}

fn mark(key: &'static str, text: String) -> Step {
    Step {
        act: Act::Mark(key, text),
        undo: Act::Unmark(key),
    }
}

fn unmark(key: &'static str, text: String) -> Step {
    Step {
        act: Act::Unmark(key),
        undo: Act::Mark(key, text),
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Mode(mode) => write!(f, "locking_mode {mode}"),
            Act::V4(all) => write!(f, "ipv4_allowed {}", list(all)),
            Act::V6(all) => write!(f, "ipv6_allowed {}", list(all)),
            Act::Mark(key, text) => write!(f, "other_config + {key} = {text}"),
            Act::Unmark(key) => write!(f, "other_config - {key}"),
        }
    }
}
