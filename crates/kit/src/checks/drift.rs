use vifguard_conformance::properties::drift as meddle;
use vifguard_conformance::{Place, Result};
use vifguard_driver::{Driver, Feature};

use crate::ground::{Ground, Vandal};
use crate::{Finding, Level};

/// Somebody meddles with the guards, each in a way of its own.
pub(super) fn drift(ground: &mut Ground) -> Result<Vec<Finding>> {
    let Some(place) = ground.places.first().cloned() else {
        return Ok(Vec::new());
    };
    if ground.vandals.is_empty() {
        let why = "nobody knows how to take this driver's guards away behind its back";
        return Ok(vec![Finding::nothing(Feature::Drift, why)]);
    }
    let driver = ground.driver.as_mut();
    let vandals = ground.vandals.iter_mut();
    vandals
        .map(|vandal| by(driver, place.clone(), vandal))
        .collect()
}

fn by(driver: &mut dyn Driver, place: Place, vandal: &mut Vandal) -> Result<Finding> {
    let found = meddle(driver, place, &mut vandal.meddle)?;
    let told = match found.noticed {
        true => "who watched was told",
        false => "who watched was not told",
    };
    let reported = match found.reported.first() {
        Some(first) => format!("it was found ({first})"),
        None => "nothing was found".to_owned(),
    };
    let restored = match found.after == 0 && found.outcome.ok() {
        true => "put right",
        false => "not put right",
    };
    let why = format!(
        "somebody {}: {told}, {reported}, and {restored}",
        vandal.what
    );
    let level = match (found.ok(), found.noticed) {
        (true, true) => Level::Full,
        (true, false) => Level::Partial,
        (false, _) => Level::None,
    };
    Ok(Finding::new(Feature::Drift, level, why))
}
