//! The contract, as the kit asks for it.

use std::collections::BTreeSet;

use vifguard_driver::Feature;
use vifguard_kit::{Terms, usual};
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

/// Until the contract is a file.
pub(super) struct Provisional;

impl Terms for Provisional {
    fn digest(&self) -> String {
        "provisional".to_owned()
    }

    fn profiles(&self) -> Vec<String> {
        vec!["baseline".to_owned(), "hardened".to_owned()]
    }

    fn profile(&self, name: &str) -> Option<BTreeSet<Feature>> {
        let guards = [Guard::Mac, Guard::Arp, Guard::Ipv4, Guard::Ipv6, Guard::L2];
        match name {
            "baseline" => Some(guards.into_iter().map(Feature::Guard).collect()),
            "hardened" => Some(Feature::all().filter(|it| *it != Feature::Events).collect()),
            _ => None,
        }
    }

    fn shown(&self, _: &str, _: &str, reason: Reason) -> Feature {
        usual(reason)
    }
}

/// The contract that this program was built with.
pub(super) fn contract() -> impl Terms {
    Provisional
}
