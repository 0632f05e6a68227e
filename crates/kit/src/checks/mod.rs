//! The properties, each with a check of its own.

mod aside;
mod changes;
mod drift;
mod learned;
mod plugged;

use vifguard_conformance::Error as RunError;
use vifguard_driver::Feature;

use crate::ground::Ground;
use crate::{Finding, Level, Result};

/// Such a check is tried so often if its observer lost frames, so that it says nothing.
const TRIES: usize = 3;

/// Properties with a check of their own, in the order in which they are tried.
pub(crate) const CHECKED: [Feature; 6] = [
    Feature::Fdb,
    Feature::FirstFrame,
    Feature::Atomic,
    Feature::Resident,
    Feature::Drift,
    Feature::Host,
];

/// Tries one of them. A driver that fails in the middle of it does not have the property; what the lab lacks is
/// an error.
pub(crate) fn check(feature: Feature, ground: &mut Ground) -> Result<Vec<Finding>> {
    let mut tried = attempt(feature, ground);
    for _ in 1..TRIES {
        if !matches!(tried, Err(RunError::Lost(_))) {
            break;
        }
        tried = attempt(feature, ground);
    }
    match tried {
        Ok(findings) => Ok(findings),
        Err(RunError::Driver(error)) => {
            let why = format!("the driver failed while it was tried: {error}");
            Ok(vec![Finding::new(feature, Level::None, why)])
        }
        Err(RunError::Lost(lost)) => {
            let why = format!("the observer lost {lost} frames, {TRIES} times: it says nothing");
            Ok(vec![Finding::nothing(feature, why)])
        }
        Err(RunError::Lab(error)) if error.is_down() => {
            let why = "somebody set an interface down from which frames were to be sent";
            Ok(vec![Finding::new(feature, Level::None, why.to_owned())])
        }
        Err(error @ (RunError::Program { .. } | RunError::Untried(_))) => {
            let why = format!("it could not be tried: {error}");
            Ok(vec![Finding::nothing(feature, why)])
        }
        Err(error) => Err(error.into()),
    }
}

fn attempt(feature: Feature, ground: &mut Ground) -> vifguard_conformance::Result<Vec<Finding>> {
    match feature {
        Feature::Fdb => learned::fdb(ground),
        Feature::FirstFrame => plugged::first_frame(ground),
        Feature::Atomic => changes::atomic(ground),
        Feature::Resident => changes::resident(ground),
        Feature::Drift => drift::drift(ground),
        Feature::Host => aside::host(ground),
        Feature::Guard(_)
        | Feature::Form
        | Feature::NdForm
        | Feature::Counters
        | Feature::Events
        | Feature::Audit => Ok(Vec::new()),
    }
}
