//! The contract, as the kit asks for it.

use std::collections::BTreeSet;

use vifguard_contract::Contract;
use vifguard_driver::Feature;
use vifguard_kit::{Terms, usual};
use vifguard_verdict::Reason;

use crate::exit::Exit;
use crate::failure::Failure;

/// The contract that this program was built with. Features that no driver of today can have are left out.
pub(super) struct Embedded(&'static Contract);

pub(super) fn contract() -> Result<Embedded, Failure> {
    Contract::embedded().map(Embedded).map_err(|faults| {
        let advice = "this is a defect of vifguard; please report it";
        Failure::new(Exit::Software, faults.to_string(), advice)
    })
}

impl Terms for Embedded {
    fn digest(&self) -> String {
        self.0.digest()
    }

    fn profiles(&self) -> Vec<String> {
        self.0
            .profiles
            .iter()
            .map(|profile| profile.id.clone())
            .collect()
    }

    fn profile(&self, name: &str) -> Option<BTreeSet<Feature>> {
        let profile = self.0.profile(name)?;
        let features = profile.features.iter().filter_map(|id| Feature::named(id));
        Some(features.collect())
    }

    /// A reason that a driver gives and the case does not know is a matter of the reason alone.
    fn shown(&self, case: &str, choice: &str, reason: Reason) -> Feature {
        let shown = self.0.shown_by(case, choice, reason.name());
        let feature = shown.and_then(|feature| Feature::named(&feature.id));
        feature.unwrap_or_else(|| usual(reason))
    }
}
