use std::fmt;

use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, KINDS, Pair, desired, some_pairs};
use crate::flood::Outcome;
use crate::{Place, Result, Stage};

/// What came of flips between two policies.
#[derive(Clone, Debug)]
pub struct Flips {
    /// What the policies differ in.
    pub what: &'static str,
    /// How often the policy was changed.
    pub flips: usize,
    /// What became of the frames meanwhile.
    pub outcome: Outcome,
    /// Passed and refused frames by the driver's counters, if they are to go on through the flips.
    pub counted: Option<(u64, u64)>,
}

/// `atomic`, and `host` where the place is the host: flips between two policies under a flood of frames
/// that both allow and frames that both refuse, for every kind of difference that policies can have.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames.
pub fn atomic(driver: &mut dyn Driver, place: Place, flips: usize) -> Result<Vec<Flips>> {
    atomic_of(driver, place, KINDS, flips)
}

/// The same for the first so many kinds of difference: where a change takes seconds.
///
/// # Errors
///
/// As [`atomic`].
pub fn atomic_of(
    driver: &mut dyn Driver,
    place: Place,
    kinds: usize,
    flips: usize,
) -> Result<Vec<Flips>> {
    let pairs = some_pairs(kinds)?;
    let each = flips.div_ceil(pairs.len());
    pairs
        .iter()
        .map(|pair| flip(driver, place.clone(), pair, each))
        .collect()
}

fn flip(driver: &mut dyn Driver, place: Place, pair: &Pair, flips: usize) -> Result<Flips> {
    let states = [desired(&pair.texts[0])?, desired(&pair.texts[1])?];
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    host.run(|| driver.apply(&states[0]))??;
    stage.plug(DEVICE)?;
    // A driver that binds to devices binds to it now.
    host.run(|| driver.apply(&states[0]))??;
    let ((), outcome) = stage.flood(0, &pair.streams, |flow| {
        flow.await_more(1);
        for number in 1..=flips {
            host.run(|| driver.apply(&states[number % 2]))??;
        }
        flow.await_more(1);
        Ok(())
    })?;
    let counters = host.run(|| driver.counters())??.of(DEVICE);
    let counted = (counters.passed, counters.refused_total());
    host.run(|| driver.remove(&Scope::All))??;
    Ok(Flips {
        what: pair.name,
        flips,
        outcome,
        counted: pair.counts_on.then_some(counted),
    })
}

impl Flips {
    /// Leaked, lost and miscounted nothing?
    pub fn ok(&self) -> bool {
        let passing = |f: &&crate::Fates| f.must == crate::Must::Pass;
        let (pass, die): (Vec<_>, Vec<_>) = self.outcome.streams.iter().partition(passing);
        let sum = |fates: Vec<&crate::Fates>| fates.iter().map(|f| f.sent).sum::<u64>();
        let wanted = (sum(pass), sum(die));
        self.outcome.ok() && self.counted.is_none_or(|counted| counted == wanted)
    }
}

impl fmt::Display for Flips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} flips of {}", self.flips, self.what)?;
        if let Some((passed, refused)) = self.counted {
            writeln!(f, "  counted: {passed} passed, {refused} refused")?;
        }
        self.outcome.fmt(f)
    }
}
