use std::collections::BTreeSet;

use vifguard_corpus::Case;
use vifguard_policy::{Guard, Profile};
use vifguard_verdict::{Reason, Verdict};

use crate::corpus;

#[test]
fn every_reason_is_expected_and_has_a_near_miss_that_passes() {
    for reason in reasons() {
        let refused =
            |case: &Case, profile| case.expect(profile).verdict == Verdict::Refuse(reason);
        let passes = |name: &str, profile| {
            let near = corpus().case(name);
            near.is_some_and(|near| near.expect(profile).verdict == Verdict::Pass)
        };
        let shown = |case: &Case| {
            let near = case.near.as_deref();
            Profile::ALL.into_iter().any(|profile| {
                refused(case, profile) && near.is_some_and(|near| passes(near, profile))
            })
        };
        assert!(
            corpus().cases.iter().any(shown),
            "nothing near {reason} passes"
        );
    }
}

/// A guard that no case shows alone could be left out by a driver, or be tied to another.
#[test]
fn every_guard_is_shown_to_refuse_by_itself() {
    let variants = || corpus().cases.iter().flat_map(|case| case.variants());
    for guard in Guard::ALL {
        let alone = variants().any(|variant| {
            let others = variant
                .guards()
                .iter()
                .filter(|on| *on != guard && *on != Guard::L2);
            variant.expected.passes() == Some(false)
                && variant.guards().has(guard)
                && others.count() == 0
        });
        assert!(alone, "no case shows {guard} alone");
        let off = variants().any(|variant| {
            !variant.guards().has(guard) && variant.expected.verdict == Verdict::Pass
        });
        assert!(off, "no case shows {guard} off");
    }
}

/// Every reason can be lifted: for each there is a frame that passes if nothing is on.
#[test]
fn every_reason_goes_with_its_guards() {
    let lifted: BTreeSet<Reason> = corpus()
        .cases
        .iter()
        .filter(|case| case.expect(Profile::Open).verdict == Verdict::Pass)
        .flat_map(|case| case.variants())
        .filter_map(|variant| match variant.expected.verdict {
            Verdict::Refuse(reason) => Some(reason),
            Verdict::Pass => None,
        })
        .collect();
    let expected: BTreeSet<Reason> = reasons().filter(|reason| *reason != Reason::Runt).collect();
    assert_eq!(lifted, expected);
}

/// `unknown-port` belongs to interfaces without a policy: no frame from a port can show it.
fn reasons() -> impl Iterator<Item = Reason> {
    Reason::ALL
        .into_iter()
        .filter(|reason| *reason != Reason::UnknownPort)
}
