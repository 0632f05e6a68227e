use std::time::{Duration, Instant};

use vifguard_driver::Driver;
use vifguard_lab::privileged;

use crate::attacks::{self, Attack};
use crate::error::{Error, Result};
use crate::good::{self, Good, bulk};
use crate::options::Options;
use crate::program::Program;
use crate::report::Report;
use crate::row::{Kind, Row};
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// With guards an attack gets at least this long, and several times what it took without.
const AT_LEAST: Duration = Duration::from_millis(150);
const TIMES_LONGER: u32 = 4;

/// Runs the demo with the guards of this driver; every row is shown as soon as it is there.
///
/// # Errors
///
/// If no lab can be built here, a program is missing, or the driver cannot put guards in force.
/// That an attack succeeds is no error: it is a row that is not ok.
pub fn run(
    options: &Options,
    driver: &mut dyn Driver,
    progress: &mut dyn FnMut(&Row),
) -> Result<Report> {
    options.check()?;
    privileged().map_err(vifguard_lab::Error::from)?;
    Program::ALL
        .into_iter()
        .try_for_each(|program| program.path().map(drop))?;
    let start = Instant::now();
    let mut rows = Vec::new();
    let mut add = |row: Row| {
        progress(&row);
        rows.push(row);
    };
    for attack in attacks::ALL
        .iter()
        .filter(|attack| options.wants(attack.name))
    {
        add(attacked(attack, driver)?);
    }
    for good in good::ALL.iter().filter(|good| options.wants(good.name)) {
        add(lived(good, driver)?);
    }
    if options.wants(bulk::NAME) {
        add(bulk::row(driver)?);
    }
    Ok(Report {
        driver: driver.name().to_owned(),
        rows,
        took: start.elapsed(),
    })
}

fn attacked(attack: &Attack, driver: &mut dyn Driver) -> Result<Row> {
    let start = Instant::now();
    let scene = (attack.scene)();
    let open = Stage::open(&scene)?;
    let begun = Instant::now();
    let without = outcome((attack.run)(&open))?;
    let patience = (begun.elapsed() * TIMES_LONGER).clamp(AT_LEAST, PATIENCE);
    drop(open);
    let stage = Stage::guarded(&scene, driver, patience)?;
    let with = outcome((attack.run)(&stage))?;
    // A port that says nothing at all refuses every attack too.
    let heard = with != Outcome::No || stage.attacker_is_heard()?;
    Ok(Row {
        kind: Kind::Attack,
        name: attack.name.to_owned(),
        what: attack.what.to_owned(),
        without: without.text(attack.effect, "does not work"),
        with: if heard {
            with.text("NOT refused", "refused")
        } else {
            "silenced".to_owned()
        },
        ok: without == Outcome::Yes && with == Outcome::No && heard,
        took: start.elapsed(),
    })
}

fn lived(good: &Good, driver: &mut dyn Driver) -> Result<Row> {
    let start = Instant::now();
    let scene = (good.scene)();
    let without = outcome((good.run)(&Stage::open(&scene)?))?;
    let with = outcome((good.run)(&Stage::guarded(&scene, driver, PATIENCE)?))?;
    Ok(Row {
        kind: Kind::Good,
        name: good.name.to_owned(),
        what: good.what.to_owned(),
        without: without.text("works", "does not work"),
        with: with.text("works", "BROKEN"),
        ok: without == Outcome::Yes && with == Outcome::Yes,
        took: start.elapsed(),
    })
}

/// Whether something came about, or the reason why that could not even be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Yes,
    No,
    Untried(&'static str),
}

impl Outcome {
    fn text(self, yes: &str, no: &str) -> String {
        match self {
            Outcome::Yes => yes.to_owned(),
            Outcome::No => no.to_owned(),
            Outcome::Untried(why) => why.to_owned(),
        }
    }
}

/// Guards that refuse too much are a row that is not ok, and no reason to end the demo.
fn outcome(run: Result<bool>) -> Result<Outcome> {
    match run {
        Ok(true) => Ok(Outcome::Yes),
        Ok(false) => Ok(Outcome::No),
        Err(Error::Baseline(why)) => Ok(Outcome::Untried(why)),
        Err(error) => Err(error),
    }
}
