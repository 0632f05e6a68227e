use vifguard_conformance::Result;
use vifguard_conformance::properties::drift as meddle;
use vifguard_driver::Feature;

use crate::ground::Ground;
use crate::{Finding, Level};

/// Somebody takes the guards away.
pub(super) fn drift(ground: &mut Ground) -> Result<Vec<Finding>> {
    let (Some(place), Some(vandal)) = (ground.places.first().cloned(), &mut ground.vandal) else {
        let why = "nobody knows how to take this driver's guards away behind its back";
        return Ok(vec![Finding::nothing(Feature::Drift, why)]);
    };
    let found = meddle(ground.driver.as_mut(), place, &mut vandal.meddle)?;
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
    Ok(vec![Finding::new(Feature::Drift, level, why)])
}
