//! Who sent what came through, also when it came late or changed.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use vifguard_policy::Mode;

use crate::run::untagged;
use crate::{Counted, Observed, Trial};

/// The EtherType of what the lab itself says (IEEE 802, local experimental 2).
const LABS: [u8; 2] = [0x88, 0xb6];

/// All frames that were sent on a stage, and all that came out of it.
///
/// A driver has done with a frame when it is written, so what belongs to it comes at once. What comes later, or
/// comes changed, was held back by somebody and let out all the same: it is a leak, whoever did it. Only a
/// frame that had to pass and did not come in time may come late.
pub(crate) struct Ledger<'t, 'a> {
    mode: Mode,
    entries: Vec<Entry<'t, 'a>>,
    strays: Vec<(usize, Vec<u8>)>,
}

struct Entry<'t, 'a> {
    trial: &'t Trial<'a>,
    came_through: bool,
    taught: bool,
    counted: Option<Counted>,
}

impl<'t, 'a> Ledger<'t, 'a> {
    pub(crate) fn new(mode: Mode) -> Ledger<'t, 'a> {
        Ledger {
            mode,
            entries: Vec::new(),
            strays: Vec::new(),
        }
    }

    /// Takes down one frame that was sent, and all that came through before anything else was. Gives its
    /// number.
    pub(crate) fn sent(&mut self, trial: &'t Trial<'a>, came: Vec<Vec<u8>>, taught: bool) -> usize {
        let number = self.entries.len();
        let (own, strays): (Vec<_>, Vec<_>) = came
            .into_iter()
            .partition(|seen| is_same(seen, &trial.case.frame));
        self.entries.push(Entry {
            trial,
            came_through: !own.is_empty(),
            taught,
            counted: None,
        });
        self.strays(strays);
        number
    }

    /// What came after the last frame that was sent.
    pub(crate) fn strays(&mut self, frames: Vec<Vec<u8>>) {
        let last = self.entries.len().saturating_sub(1);
        self.strays
            .extend(frames.into_iter().map(|frame| (last, frame)));
    }

    /// What counters say of a frame.
    pub(crate) fn counted(&mut self, number: usize, counted: Option<Counted>) {
        self.entries[number].counted = counted;
    }

    /// What became of each, when nothing comes any more; `hosts` are the addresses of interfaces that speak
    /// by themselves.
    pub(crate) fn close(mut self, hosts: &HashSet<[u8; 6]>) -> Vec<(&'t Trial<'a>, Observed)> {
        let mut sent: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let bytes = untagged(&entry.trial.case.frame);
            sent.entry(bytes).or_default().push(number);
        }
        // One that is late is late out of each port that it is flooded to.
        let mut late = HashSet::new();
        for (when, frame) in std::mem::take(&mut self.strays) {
            if is_the_labs(&frame, hosts) {
                continue;
            }
            let bytes = untagged(&frame);
            let same = sent.get(&bytes).into_iter().flatten().copied();
            let same: Vec<usize> = same.filter(|number| *number <= when).collect();
            let mut missing = same.iter().filter(|number| self.is_missing(**number));
            if let Some(number) = missing.next() {
                self.entries[*number].came_through = true;
                late.insert(bytes);
            } else if same.is_empty() {
                // It is none that was sent: somebody has changed the one that was on its way.
                self.leaked((0..=when).rev());
            } else if !late.contains(&bytes) {
                self.leaked(same.into_iter().rev());
            }
        }
        let observed = |entry: Entry<'t, 'a>| {
            let observed = Observed {
                came_through: entry.came_through,
                counted: entry.counted,
                taught: entry.taught,
            };
            (entry.trial, observed)
        };
        self.entries.into_iter().map(observed).collect()
    }

    /// Had it to pass, and did not come?
    fn is_missing(&self, number: usize) -> bool {
        let entry = &self.entries[number];
        let must = self.mode == Mode::Audit || entry.trial.expected.passes() != Some(false);
        must && !entry.came_through
    }

    /// The last of these that had to be refused came through.
    fn leaked(&mut self, numbers: impl Iterator<Item = usize>) {
        let refused = |entry: &Entry<'_, '_>| entry.trial.expected.passes() == Some(false);
        let mut numbers = numbers.filter(|number| self.entries.get(*number).is_some_and(refused));
        if self.mode == Mode::Enforce
            && let Some(number) = numbers.next()
        {
            self.entries[number].came_through = true;
        }
    }
}

/// Is it the frame that was sent? A host that has no device for its tags takes them off.
pub(crate) fn is_same(seen: &[u8], sent: &[u8]) -> bool {
    seen == sent || untagged(seen) == untagged(sent)
}

/// Did the lab say it, or the stack of one of its interfaces?
pub(crate) fn is_the_labs(frame: &[u8], hosts: &HashSet<[u8; 6]>) -> bool {
    let is_hosts = |source: &[u8]| hosts.iter().any(|mac| mac == source);
    frame.get(12..14) == Some(&LABS) || frame.get(6..12).is_some_and(is_hosts)
}
