use std::fmt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, KINDS, Pair, desired, some_pairs};
use crate::flood::Outcome;
use crate::{Error, Place, Result, Stage};

/// What came of programs that were killed while they put a policy in force.
#[derive(Clone, Debug)]
pub struct Kills {
    /// What the two policies differ in.
    pub what: &'static str,
    /// Programs that were killed before they were done.
    pub killed: usize,
    /// Programs that were done before.
    pub done: usize,
    /// What became of the frames meanwhile.
    pub outcome: Outcome,
    /// What a program that was let be left to do for the next one.
    pub unsettled: usize,
}

/// `resident`: programs that put a policy in force are killed at any moment; frames that both policies
/// allow pass all the same, those that both refuse do not, and the next program that is let be
/// completes the change.
///
/// `enforce` makes the program for a policy, which it gets as a text; it is run in the lab's namespace.
///
/// # Errors
///
/// The lab, the driver, a program that cannot be run, or an observer that lost frames.
pub fn resident(
    driver: &mut dyn Driver,
    place: Place,
    kills: usize,
    enforce: impl FnMut(&str) -> Result<Command>,
) -> Result<Vec<Kills>> {
    resident_of(driver, place, KINDS, kills, enforce)
}

/// The same for the first so many kinds of difference: where a change takes seconds.
///
/// # Errors
///
/// As [`resident`].
pub fn resident_of(
    driver: &mut dyn Driver,
    place: Place,
    kinds: usize,
    kills: usize,
    mut enforce: impl FnMut(&str) -> Result<Command>,
) -> Result<Vec<Kills>> {
    let pairs = some_pairs(kinds)?;
    let each = kills.div_ceil(pairs.len());
    let kill = |pair: &Pair| kill(driver, place.clone(), pair, each, &mut enforce);
    pairs.iter().map(kill).collect()
}

fn kill(
    driver: &mut dyn Driver,
    place: Place,
    pair: &Pair,
    kills: usize,
    enforce: &mut impl FnMut(&str) -> Result<Command>,
) -> Result<Kills> {
    let states = [desired(&pair.texts[0])?, desired(&pair.texts[1])?];
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    host.run(|| driver.apply(&states[0]))??;
    stage.plug(DEVICE)?;
    host.run(|| driver.apply(&states[0]))??;
    let usual = run(&stage, enforce(&pair.texts[1])?)?;
    run(&stage, enforce(&pair.texts[0])?)?;
    let (mut killed, mut done) = (0, 0);
    let ((), outcome) = stage.flood(0, &pair.streams, |flow| {
        flow.await_more(1);
        let mut number = 0u32;
        while killed < kills {
            number += 1;
            let text = &pair.texts[usize::from(number % 2 == 1)];
            // Later each time, by a step that the usual time is no multiple of.
            let moment = usual.mul_f64(f64::from(number.wrapping_mul(37) % 113) / 100.0);
            let was_killed = host.run(|| kill_after(enforce(text)?, moment))??;
            killed += usize::from(was_killed);
            done += usize::from(!was_killed);
        }
        // The last word is a whole one.
        let last = enforce(&pair.texts[0])?;
        host.run(|| run_here(last))??;
        flow.await_more(1);
        Ok(())
    })?;
    let left = host.run(|| driver.apply(&states[0]))??;
    let drift = host.run(|| driver.observe())??.drift.len();
    host.run(|| driver.remove(&Scope::All))??;
    Ok(Kills {
        what: pair.name,
        killed,
        done,
        outcome,
        unsettled: usize::from(!left.is_nothing()) + drift,
    })
}

fn run(stage: &Stage, program: Command) -> Result<Duration> {
    stage.host.run(|| run_here(program))?
}

/// Runs a program to its end, and says how long that took.
fn run_here(mut program: Command) -> Result<Duration> {
    let begun = Instant::now();
    let output = program.output().map_err(|e| failed(&program, e))?;
    if output.status.success() {
        return Ok(begun.elapsed());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(failed(&program, std::io::Error::other(said)))
}

/// Was it still at work?
fn kill_after(mut program: Command, moment: Duration) -> Result<bool> {
    program.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().map_err(|e| failed(&program, e))?;
    sleep(moment);
    let at_work = child.try_wait().map_err(|e| failed(&program, e))?.is_none();
    if at_work {
        child.kill().map_err(|e| failed(&program, e))?;
    }
    child.wait().map_err(|e| failed(&program, e))?;
    Ok(at_work)
}

fn failed(program: &Command, source: std::io::Error) -> Error {
    Error::Program {
        program: program.get_program().to_string_lossy().into_owned(),
        source,
    }
}

impl Kills {
    /// Leaked and lost nothing, and settled in the end?
    pub fn ok(&self) -> bool {
        self.killed > 0 && self.outcome.ok() && self.unsettled == 0
    }
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} killed and {} not while changing {}, {} unsettled",
            self.killed, self.done, self.what, self.unsettled
        )?;
        self.outcome.fmt(f)
    }
}
