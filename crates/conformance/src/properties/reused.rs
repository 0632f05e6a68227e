use std::fmt;

use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, desired, usual};
use crate::flood::Must;
use crate::{Place, Result, Stage};

/// What came through from interfaces that had the name of a port's that is gone.
#[derive(Clone, Debug, Default)]
pub struct Reused {
    /// Interfaces of that name.
    pub interfaces: usize,
    /// Frames sent.
    pub frames: u64,
    /// Frames that passed before anybody said that the interface is the port's, or that no policy allows.
    pub inherited: u64,
    /// Frames that were sent after that and that the policy allows, and did not pass.
    pub lost: u64,
}

/// Rounds of the flood before the policy comes.
const BEFORE: u64 = 4;

/// An interface with a port goes, and another of its name sends at once what the port may send; only later
/// is the driver told that this one is the port's. For drivers that are told which interface is meant.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames.
pub fn reused(driver: &mut dyn Driver, place: Place, interfaces: usize) -> Result<Reused> {
    let pair = usual()?;
    let open = desired(&pair.texts[0])?;
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    stage.plug(DEVICE)?;
    host.run(|| driver.apply(&open))??;
    let mut found = Reused::default();
    for number in 1..=interfaces {
        stage.unplug(0);
        stage.plug(DEVICE)?;
        let (marks, outcome) = stage.flood(0, &pair.streams, |flow| {
            flow.await_more(BEFORE);
            let begun = flow.sent();
            host.run(|| driver.apply(&open))??;
            // One more may have been under way.
            let done = flow.sent() + 1;
            flow.await_more(BEFORE);
            Ok((begun, done))
        })?;
        let (begun, done) = marks;
        found.interfaces = number;
        found.frames += outcome.frames();
        for fates in &outcome.streams {
            let dies = fates.must == Must::Die;
            let silent = if dies { fates.sent } else { begun };
            found.inherited += fates.passed(0..silent);
            if !dies {
                let sent = fates.sent.saturating_sub(done);
                found.lost += sent.saturating_sub(fates.passed(done..fates.sent));
            }
        }
    }
    host.run(|| driver.remove(&Scope::All))??;
    Ok(found)
}

impl Reused {
    /// Nothing inherited, nothing lost?
    pub fn ok(&self) -> bool {
        self.frames > 0 && (self.inherited, self.lost) == (0, 0)
    }
}

impl fmt::Display for Reused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a name used again {} times, {} frames: {} inherited, {} lost after it was the port's",
            self.interfaces, self.frames, self.inherited, self.lost
        )
    }
}
