use std::fmt;
use std::sync::mpsc;
use std::time::Duration;

use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, desired, usual};
use crate::flood::{Must, Outcome};
use crate::{Place, Result, Stage};

/// How long somebody who watches may take to be told.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of somebody who meddled with what was in force.
#[derive(Clone, Debug)]
pub struct Meddled {
    /// What was found to be not as it was left, before anybody meddled.
    pub before: usize,
    /// Who watched was told.
    pub noticed: bool,
    /// What was found to be not as it was left.
    pub reported: Vec<String>,
    /// What was so after the state had been put in force again.
    pub after: usize,
    /// What became of frames after that.
    pub outcome: Outcome,
}

/// `drift`: somebody takes away what is in force. It must be told, found and put right.
///
/// `meddle` is done in the lab's namespace, after the guards of the interface of this name are in force.
///
/// # Errors
///
/// The lab, the driver, whoever meddles, or an observer that lost frames.
pub fn drift(
    driver: &mut dyn Driver,
    place: Place,
    meddle: &mut dyn FnMut(&str) -> Result<()>,
) -> Result<Meddled> {
    let pair = usual()?;
    let state = desired(&pair.texts[0])?;
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    host.run(|| driver.apply(&state))??;
    stage.plug(DEVICE)?;
    host.run(|| driver.apply(&state))??;
    let (tell, told) = mpsc::channel();
    host.run(|| driver.watch(Box::new(move || tell.send(()).is_ok())))??;
    let before = host.run(|| driver.observe())??.drift.len();
    // What was said of our own changes is no news.
    while told.try_recv().is_ok() {}
    host.run(|| meddle(DEVICE))??;
    let noticed = told.recv_timeout(PATIENCE).is_ok();
    drop(told);
    let found = host.run(|| driver.observe())??;
    let mut reported: Vec<String> = found.drift.iter().map(ToString::to_string).collect();
    if !found.present && reported.is_empty() {
        reported.push("nothing is in force any more".to_owned());
    }
    host.run(|| driver.apply(&state))??;
    let after = host.run(|| driver.observe())??.drift.len();
    let ((), outcome) = stage.flood(0, &pair.streams, |flow| {
        flow.await_more(4);
        Ok(())
    })?;
    host.run(|| driver.remove(&Scope::All))??;
    Ok(Meddled {
        before,
        noticed,
        reported,
        after,
        outcome,
    })
}

impl Meddled {
    /// Found and put right?
    pub fn ok(&self) -> bool {
        let any = |must| self.outcome.streams.iter().any(|fates| fates.must == must);
        self.before == 0
            && !self.reported.is_empty()
            && self.after == 0
            && any(Must::Die)
            && self.outcome.ok()
    }
}

impl fmt::Display for Meddled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = if self.noticed { "told" } else { "not told" };
        writeln!(
            f,
            "drift before {}, who watched was {told}, found {:?}, left {}",
            self.before, self.reported, self.after
        )?;
        self.outcome.fmt(f)
    }
}
