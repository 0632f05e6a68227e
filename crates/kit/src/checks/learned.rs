use vifguard_conformance::properties::fdb as flood;
use vifguard_conformance::{Place, Result};
use vifguard_driver::Feature;

use crate::ground::Ground;
use crate::{Finding, Level};

/// Refused frames at full rate: does the bridge learn from any?
pub(super) fn fdb(ground: &mut Ground) -> Result<Vec<Finding>> {
    let Some(place) = ground.places.iter().find(|place| is_bridge(place)).cloned() else {
        let why = "its ports are on no bridge";
        return Ok(vec![Finding::nothing(Feature::Fdb, why)]);
    };
    let taught = flood(ground.driver.as_mut(), place, ground.effort.learned)?;
    let level = match taught.ok() {
        true => Level::Full,
        false => Level::None,
    };
    Ok(vec![Finding::new(Feature::Fdb, level, taught.to_string())])
}

fn is_bridge(place: &Place) -> bool {
    match place {
        Place::Bridge | Place::Switch(_) | Place::Libvirt(_) => true,
        Place::Routed | Place::Host => false,
    }
}
