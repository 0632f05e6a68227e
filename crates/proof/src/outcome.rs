//! What becomes of a frame, as an operator sees it: it goes on or not, and what is counted.

use std::collections::BTreeMap;
use std::fmt;

use vifguard_policy::Mode;
use vifguard_verdict::{Reason, Verdict};

use crate::Logic;

/// Whether a frame goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It goes on.
    Pass,
    /// It dies.
    Drop,
}

/// One entry into the counters of refused frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// Refused for this reason.
    Refused(Reason),
    /// Would have been refused for this reason, and passed.
    Audited(Reason),
    /// Under another interface, or under a number that is no reason.
    Elsewhere,
    /// Not counted, but noted on the frame: the judge had it. Gates ask for it.
    Witnessed,
    /// That note was taken off the frame.
    Unwitnessed,
    /// Somebody asked for the note.
    Asked,
    /// The IPv6 header lies in one piece from now on.
    Flattened,
}

/// What becomes of a frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// Whether it goes on.
    pub fate: Fate,
    /// What is counted of refusals, in order.
    pub counted: Vec<Count>,
}

/// What becomes of all frames: each has one outcome.
pub type Outcomes<L> = BTreeMap<Outcome, <L as Logic>::Bit>;

impl Outcome {
    /// What the contract asks for.
    pub fn of(verdict: Verdict, mode: Mode) -> Outcome {
        let (fate, counted) = match (verdict, mode) {
            (Verdict::Pass, _) => (Fate::Pass, Vec::new()),
            (Verdict::Refuse(reason), Mode::Enforce) => (Fate::Drop, vec![Count::Refused(reason)]),
            (Verdict::Refuse(reason), Mode::Audit) => (Fate::Pass, vec![Count::Audited(reason)]),
        };
        Outcome { fate, counted }
    }

    /// Dropped because no policy is known for it.
    pub(crate) fn unknown() -> Outcome {
        Outcome::of(Verdict::Refuse(Reason::UnknownPort), Mode::Enforce)
    }

    /// Did the judge have the frame?
    pub(crate) fn is_witnessed(&self) -> bool {
        let mut changes = self.counted.iter().filter(|count| count.is_change());
        changes.next_back() == Some(&Count::Witnessed)
    }

    /// Does the IPv6 header lie in one piece?
    pub(crate) fn is_flat(&self) -> bool {
        self.counted.contains(&Count::Flattened)
    }

    /// Did somebody ask for the note after it was changed?
    pub(crate) fn is_asked_late(&self) -> bool {
        let mut counted = self.counted.iter().skip_while(|count| !count.is_change());
        counted.any(|count| *count == Count::Asked)
    }

    /// What was counted, and what is noted on the frame now; how it came to that is forgotten.
    #[must_use]
    pub(crate) fn settled(self) -> Outcome {
        let (had, flat) = (self.is_witnessed(), self.is_flat());
        let notes = [(had, Count::Witnessed), (flat, Count::Flattened)];
        let notes = notes.into_iter().filter(|(noted, _)| *noted);
        let mut outcome = self.seen();
        outcome.counted.extend(notes.map(|(_, note)| note));
        outcome
    }

    /// The same as an operator sees it.
    #[must_use]
    pub(crate) fn seen(mut self) -> Outcome {
        self.counted.retain(|count| !count.is_note());
        self
    }

    /// Passed, and not counted as refused.
    pub fn pass() -> Outcome {
        Outcome::of(Verdict::Pass, Mode::Enforce)
    }
}

impl Count {
    /// It changes whether the judge had the frame.
    fn is_change(self) -> bool {
        matches!(self, Count::Witnessed | Count::Unwitnessed)
    }

    /// No operator sees it.
    pub(crate) fn is_note(self) -> bool {
        self.is_change() || matches!(self, Count::Asked | Count::Flattened)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fate {
            Fate::Pass => "passes",
            Fate::Drop => "dropped",
        })?;
        if self.counted.is_empty() && self.fate == Fate::Drop {
            f.write_str(", not counted")?;
        }
        for count in &self.counted {
            match count {
                Count::Refused(reason) => write!(f, ", counted as {reason}")?,
                Count::Audited(reason) => write!(f, ", counted as {reason} (audit)")?,
                Count::Elsewhere => f.write_str(", counted as something else")?,
                Count::Witnessed | Count::Unwitnessed | Count::Asked | Count::Flattened => {}
            }
        }
        Ok(())
    }
}

/// Adds frames to an outcome.
pub(crate) fn add<L: Logic, K: Ord>(logic: &L, to: &mut BTreeMap<K, L::Bit>, key: K, bit: L::Bit) {
    if logic.is_never(&bit) {
        return;
    }
    let never = || logic.constant(false);
    let there = to.entry(key).or_insert_with(never);
    *there = logic.or(there, &bit);
}
