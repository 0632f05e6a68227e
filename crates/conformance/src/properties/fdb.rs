use std::fmt;

use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, desired, usual};
use crate::flood::Must;
use crate::{Place, Result, Stage};

/// What a bridge learned from a flood of refused frames.
#[derive(Clone, Debug)]
pub struct Taught {
    /// Refused frames sent.
    pub frames: u64,
    /// What the bridge knew before and does not know any more, or otherwise.
    pub changed: usize,
}

/// `fdb`: refused frames that claim the MACs of others teach the bridge of this place nothing.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames.
pub fn fdb(driver: &mut dyn Driver, place: Place, frames: u64) -> Result<Taught> {
    let pair = usual()?;
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    let state = desired(&pair.texts[0])?;
    host.run(|| driver.apply(&state))??;
    stage.plug(DEVICE)?;
    host.run(|| driver.apply(&state))??;
    // The MACs that the frames claim are at home elsewhere.
    for mac in [0x0b, 0x99] {
        stage.teach([2, 0, 0, 0, 0, mac])?;
    }
    let dying = |must: &Must| *must == Must::Die;
    let mut streams = pair.streams;
    streams.retain(|stream| dying(&stream.must));
    let before = stage.known()?;
    let each = u64::try_from(streams.len()).unwrap_or(1).max(1);
    let ((), outcome) = stage.flood(0, &streams, |flow| {
        flow.await_more(frames.div_ceil(each));
        Ok(())
    })?;
    let after = stage.known()?;
    host.run(|| driver.remove(&Scope::All))??;
    let gone = before.iter().filter(|entry| !after.contains(entry)).count();
    let new = after.iter().filter(|entry| !before.contains(entry)).count();
    Ok(Taught {
        frames: outcome.frames(),
        changed: gone + new + usize::try_from(outcome.leaked()).unwrap_or(usize::MAX),
    })
}

impl Taught {
    /// Nothing?
    pub fn ok(&self) -> bool {
        self.frames > 0 && self.changed == 0
    }
}

impl fmt::Display for Taught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} refused frames, {} entries of the forwarding database changed",
            self.frames, self.changed
        )
    }
}
