use std::fmt;
use std::ops::Range;

use super::bits::Bits;
use super::observer::Seen;
use super::{Must, Stream};

/// What became of every frame of a flood.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Stream by stream.
    pub streams: Vec<Fates>,
    /// Frames that came through more than once.
    pub doubled: u64,
    /// Frames that came through and that the flood did not send.
    pub strangers: u64,
}

/// What became of every frame of a stream.
#[derive(Clone, Debug)]
pub struct Fates {
    /// The stream's name.
    pub name: &'static str,
    /// What had to become of them.
    pub must: Must,
    /// How many were sent.
    pub sent: u64,
    passed: Bits,
}

impl Outcome {
    pub(super) fn new(streams: &[Stream], sent: u64, seen: Seen) -> Outcome {
        let fates = streams
            .iter()
            .zip(seen.passed)
            .map(|(stream, passed)| Fates {
                name: stream.name,
                must: stream.must,
                sent,
                passed,
            });
        Outcome {
            streams: fates.collect(),
            doubled: seen.doubled,
            strangers: seen.strangers,
        }
    }

    /// With what became of another flood.
    pub(crate) fn join(&mut self, other: Outcome) {
        self.streams.extend(other.streams);
        self.doubled += other.doubled;
        self.strangers += other.strangers;
    }

    /// Frames sent.
    pub fn frames(&self) -> u64 {
        self.streams.iter().map(|fates| fates.sent).sum()
    }

    /// Frames that had to be refused and came through.
    pub fn leaked(&self) -> u64 {
        let dying = self.streams.iter().filter(|fates| fates.must == Must::Die);
        dying.map(|fates| fates.passed.len()).sum()
    }

    /// Frames that had to pass and did not come through.
    pub fn lost(&self) -> u64 {
        let passing = self.streams.iter().filter(|fates| fates.must == Must::Pass);
        passing.map(|fates| fates.sent - fates.passed.len()).sum()
    }

    /// Did nothing come through of what had to pass? Then what else did not shows nothing.
    pub fn is_dead(&self) -> bool {
        let mut passing = self.streams.iter().filter(|it| it.must == Must::Pass);
        passing.all(|fates| fates.passed.len() == 0)
    }

    /// Is every frame as it must be, both kinds having been sent?
    pub fn ok(&self) -> bool {
        let any = |must| self.streams.iter().any(|f| f.must == must && f.sent > 0);
        any(Must::Pass) && any(Must::Die) && (self.leaked(), self.lost(), self.doubled) == (0, 0, 0)
    }
}

impl Fates {
    /// How many came through of those with these numbers.
    pub fn passed(&self, numbers: Range<u64>) -> u64 {
        let passed = numbers.filter(|number| self.passed.contains(*number));
        u64::try_from(passed.count()).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fates in &self.streams {
            let must = match fates.must {
                Must::Pass => "must pass",
                Must::Die => "must die",
            };
            let passed = fates.passed.len();
            writeln!(
                f,
                "  {}: {} sent, {must}, {passed} passed",
                fates.name, fates.sent
            )?;
        }
        write!(
            f,
            "{} frames: {} leaked, {} lost, {} doubled",
            self.frames(),
            self.leaked(),
            self.lost(),
            self.doubled
        )
    }
}
