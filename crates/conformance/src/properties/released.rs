use vifguard_driver::{Driver, Scope};

use super::policies::{DEVICE, desired, neighbours, usual};
use crate::flood::Outcome;
use crate::{Place, Result, Stage};

/// `atomic`, of a release: a port is released while its neighbour's frames are under way. They meet the same fate
/// before, meanwhile and after.
///
/// # Errors
///
/// The lab, the driver, or an observer that lost frames.
pub fn released(driver: &mut dyn Driver, place: Place) -> Result<Outcome> {
    let (neighbour, device, text) = neighbours();
    let state = desired(&text)?;
    let streams = usual()?.streams;
    let mut stage = Stage::for_floods(place)?;
    let host = stage.host.clone();
    host.run(|| driver.apply(&state))??;
    stage.plug(DEVICE)?;
    stage.plug(device)?;
    host.run(|| driver.apply(&state))??;
    let ((), outcome) = stage.flood(0, &streams, |flow| {
        flow.await_more(1);
        host.run(|| driver.remove(&Scope::Port(neighbour.to_owned())))??;
        flow.await_more(2);
        Ok(())
    })?;
    host.run(|| driver.remove(&Scope::All))??;
    Ok(outcome)
}
