use std::fmt;

use vifguard_conformance::{Counted, Observed};

/// What became of one frame, as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// It came through.
    pub(crate) came_through: bool,
    /// What the counters say of it.
    pub(crate) counters: Evidence,
    /// A bridge learned from it.
    pub(crate) taught: bool,
}

/// What counters say of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Nothing: there are none.
    Absent,
    /// Exactly one of them moved, by one.
    One(Counted),
    /// They moved otherwise.
    Otherwise,
}

impl Fate {
    /// What was observed of a driver that counts, or that does not.
    pub(crate) fn of(observed: &Observed, counts: bool) -> Fate {
        let counters = match observed.counted {
            _ if !counts => Evidence::Absent,
            Some(counted) => Evidence::One(counted),
            None => Evidence::Otherwise,
        };
        Fate {
            came_through: observed.came_through,
            counters,
            taught: observed.taught,
        }
    }

    /// The same of a frame that the bridge keeps to itself, by its own standard: whether it passed only the
    /// counters say. None if they do not.
    pub(crate) fn behind_a_bridge(self) -> Option<Fate> {
        match self.counters {
            Evidence::Absent => self.came_through.then_some(self),
            Evidence::One(counted) => Some(Fate {
                came_through: matches!(counted, Counted::Passed | Counted::Audited(_)),
                ..self
            }),
            Evidence::Otherwise => Some(self),
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wire = if self.came_through {
            "came through"
        } else {
            "did not come through"
        };
        f.write_str(wire)?;
        match self.counters {
            Evidence::Absent => {}
            Evidence::One(Counted::Passed) => f.write_str(", counted as passed")?,
            Evidence::One(Counted::Refused(reason)) => write!(f, ", counted as {reason}")?,
            Evidence::One(Counted::Audited(reason)) => write!(f, ", audited as {reason}")?,
            Evidence::Otherwise => f.write_str(", counters moved otherwise than by one")?,
        }
        if self.taught {
            f.write_str(", taught the bridge")?;
        }
        Ok(())
    }
}
