use std::fmt;

use vifguard_driver::{Desired, Driver, Scope};

use super::policies::{DEVICE, desired, nobody, usual};
use crate::flood::Must;
use crate::{Place, Result, Stage};

/// What came through from interfaces that were plugged in under a flood.
#[derive(Clone, Debug, Default)]
pub struct FirstFrames {
    /// Interfaces plugged in.
    pub interfaces: usize,
    /// Frames sent.
    pub frames: u64,
    /// Frames that passed before the policy of their port, or that no policy allows.
    pub early: u64,
    /// Frames that were sent after their policy was in force and that it allows, and did not pass.
    pub late: u64,
}

/// Rounds of the flood before the policy comes.
const BEFORE: u64 = 4;

/// `first-frame`: interfaces appear and send at once; the policy of each comes later, of every fourth
/// never.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames.
pub fn first_frame(
    driver: &mut dyn Driver,
    place: Place,
    interfaces: usize,
) -> Result<FirstFrames> {
    let pair = usual()?;
    let (closed, open) = (desired(&nobody())?, desired(&pair.texts[0])?);
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    host.run(|| driver.apply(&closed))??;
    let mut found = FirstFrames::default();
    for number in 0..interfaces {
        // A name of its own each time; of a name that comes again, the flips of others tell.
        let device = format!("{}x{number}", &DEVICE[..5]);
        let open = renamed(&open, &device);
        stage.plug(&device)?;
        let never = number % 4 == 3;
        let (marks, outcome) = stage.flood(number, &pair.streams, |flow| {
            flow.await_more(BEFORE);
            let begun = flow.sent();
            if !never {
                host.run(|| driver.apply(&open))??;
            }
            // One more may have been under way.
            let done = flow.sent() + 1;
            flow.await_more(BEFORE);
            Ok((begun, done))
        })?;
        let (begun, done) = marks;
        found.interfaces += 1;
        found.frames += outcome.frames();
        for fates in &outcome.streams {
            let dies = fates.must == Must::Die || never;
            let silent = if dies { fates.sent } else { begun };
            found.early += fates.passed(0..silent);
            if !dies {
                let sent = fates.sent.saturating_sub(done);
                found.late += sent.saturating_sub(fates.passed(done..fates.sent));
            }
        }
        host.run(|| driver.apply(&closed))??;
    }
    host.run(|| driver.remove(&Scope::All))??;
    Ok(found)
}

fn renamed(state: &Desired, device: &str) -> Desired {
    let mut state = state.clone();
    for port in &mut state.ports {
        if let Ok(device) = device.parse() {
            port.device = device;
        }
    }
    state
}

impl FirstFrames {
    /// Nothing early, nothing late?
    pub fn ok(&self) -> bool {
        self.frames > 0 && (self.early, self.late) == (0, 0)
    }
}

impl fmt::Display for FirstFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} interfaces plugged in, {} frames: {} before their policy, {} lost after it",
            self.interfaces, self.frames, self.early, self.late
        )
    }
}
