use vifguard_conformance::Result;
use vifguard_conformance::properties::first_frame as flood;
use vifguard_driver::Feature;

use crate::ground::Ground;
use crate::{Finding, Level};

/// Interfaces that send from their first moment on.
pub(super) fn first_frame(ground: &mut Ground) -> Result<Vec<Finding>> {
    let Some(place) = ground.places.first().cloned() else {
        return Ok(Vec::new());
    };
    let found = flood(ground.driver.as_mut(), place, ground.effort.interfaces)?;
    let level = match (found.early, found.late) {
        (0, 0) => Level::Full,
        (0, _) => Level::Partial,
        (_, _) => Level::None,
    };
    let finding = Finding::new(Feature::FirstFrame, level, found.to_string());
    Ok(vec![finding])
}
