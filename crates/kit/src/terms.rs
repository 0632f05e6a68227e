use std::collections::BTreeSet;

use vifguard_driver::Feature;
use vifguard_verdict::Reason;

/// What the kit has to know of the contract.
pub trait Terms {
    /// Tells this contract from others.
    fn digest(&self) -> String;

    /// The names of its profiles, the least first.
    fn profiles(&self) -> Vec<String>;

    /// The features of a profile.
    fn profile(&self, name: &str) -> Option<BTreeSet<Feature>>;

    /// The feature that is not there where the frame of this case passes, with these guards, although it is
    /// refused for this reason.
    fn shown(&self, case: &str, choice: &str, reason: Reason) -> Feature;
}
