use std::fmt;

use vifguard_driver::PortCounters;
use vifguard_verdict::{Reason, Verdict};

/// What became of one frame, from every side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// It was seen on the other side.
    pub came_through: bool,
    /// What the driver's counters say; none if they did not move by exactly one.
    pub counted: Option<Counted>,
    /// The bridge's forwarding database changed.
    pub taught: bool,
}

/// Which counter moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Passed.
    Passed,
    /// Refused, for a reason.
    Refused(Reason),
    /// Passed in audit mode, and would have been refused.
    Audited(Reason),
}

impl Observed {
    /// The verdict that all signs agree on.
    pub fn verdict(&self) -> Option<Verdict> {
        match (self.came_through, self.counted, self.taught) {
            (true, Some(Counted::Passed), _) => Some(Verdict::Pass),
            (false, Some(Counted::Refused(reason)), false) => Some(Verdict::Refuse(reason)),
            _ => None,
        }
    }

    /// The verdict that would have been, of a frame that passed in audit mode.
    pub fn audited(&self) -> Option<Verdict> {
        match (self.came_through, self.counted) {
            (true, Some(Counted::Passed)) => Some(Verdict::Pass),
            (true, Some(Counted::Audited(reason))) => Some(Verdict::Refuse(reason)),
            _ => None,
        }
    }
}

impl Counted {
    /// What one frame did to a port's counters: exactly one of them moved, by one. A frame that was
    /// audited also passed.
    pub fn between(before: &PortCounters, after: &PortCounters) -> Option<Counted> {
        let passed = after.passed.checked_sub(before.passed)?;
        let mut moved = Vec::new();
        for reason in Reason::ALL {
            let delta = |old: &PortCounters, new: &PortCounters, audit: bool| {
                let of = |c: &PortCounters| {
                    let map = if audit { &c.audited } else { &c.refused };
                    map.get(&reason).copied().unwrap_or(0)
                };
                of(new).checked_sub(of(old))
            };
            for audit in [false, true] {
                match delta(before, after, audit)? {
                    0 => {}
                    1 if audit => moved.push(Counted::Audited(reason)),
                    1 => moved.push(Counted::Refused(reason)),
                    _ => return None,
                }
            }
        }
        match (passed, moved.as_slice()) {
            (1, []) => Some(Counted::Passed),
            (1, [Counted::Audited(reason)]) => Some(Counted::Audited(*reason)),
            (0, [Counted::Refused(reason)]) => Some(Counted::Refused(*reason)),
            _ => None,
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wire = if self.came_through {
            "came through"
        } else {
            "did not come through"
        };
        match self.counted {
            Some(Counted::Passed) => write!(f, "{wire}, counted as passed")?,
            Some(Counted::Refused(reason)) => write!(f, "{wire}, counted as refused: {reason}")?,
            Some(Counted::Audited(reason)) => write!(f, "{wire}, audited as {reason}")?,
            None => write!(f, "{wire}, counters moved otherwise than by one")?,
        }
        if self.taught {
            f.write_str(", taught the bridge")
        } else {
            Ok(())
        }
    }
}
