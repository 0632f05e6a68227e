use std::fmt;

use vifguard_corpus::Expected;

use crate::{Observed, Place};

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Frames sent.
    pub frames: usize,
    /// Frames that had to be refused, and were.
    pub refused: usize,
    /// Policies that were in force.
    pub policies: usize,
    /// Where the driver and the contract differ.
    pub mismatches: Vec<Mismatch>,
}

/// One frame that met another fate than the contract's.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The case.
    pub case: String,
    /// The guards that were on.
    pub choice: String,
    /// Where it was sent.
    pub place: Place,
    /// What had to become of it.
    pub expected: Expected,
    /// What became of it.
    pub observed: Observed,
    /// The frame.
    pub frame: Vec<u8>,
}

impl Report {
    /// Does the driver do what the contract says?
    pub fn ok(&self) -> bool {
        self.frames > 0 && self.mismatches.is_empty()
    }

    /// Adds what came of another run.
    pub fn add(&mut self, other: Report) {
        self.frames += other.frames;
        self.refused += other.refused;
        self.policies += other.policies;
        self.mismatches.extend(other.mismatches);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mismatch in &self.mismatches {
            writeln!(f, "{mismatch}")?;
        }
        write!(
            f,
            "{} frames from {} policies, {} refused, {} mismatches",
            self.frames,
            self.policies,
            self.refused,
            self.mismatches.len()
        )
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            case,
            choice,
            place,
            expected,
            observed,
            frame,
        } = self;
        write!(
            f,
            "{case} ({choice}, {place:?}): expected {expected}, but {observed}\n    "
        )?;
        frame.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
