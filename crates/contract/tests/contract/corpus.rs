//! Which feature each refused variant of the corpus shows.

use vifguard_contract::{Contract, Kind, fits};
use vifguard_corpus::{Case, Corpus, Variant};
use vifguard_policy::Guard;
use vifguard_verdict::{Reason, Verdict};

fn contract() -> &'static Contract {
    Contract::embedded().unwrap_or_else(|faults| panic!("{faults}"))
}

/// Every refused variant, and why it is refused.
fn refused() -> impl Iterator<Item = (&'static Case, &'static Variant, Reason)> {
    let cases = Corpus::embedded().unwrap().cases.iter();
    let variants =
        cases.flat_map(|case| case.variants().iter().map(move |variant| (case, variant)));
    variants.filter_map(|(case, variant)| match variant.expected.verdict {
        Verdict::Refuse(reason) => Some((case, variant, reason)),
        Verdict::Pass => None,
    })
}

#[test]
fn every_refused_variant_shows_exactly_one_feature() {
    let mut wrong = Vec::new();
    for (case, variant, reason) in refused() {
        let label = variant.label();
        let claimants = contract().claimants(&case.name, &label, reason.name());
        if claimants.len() != 1 {
            let ids: Vec<&str> = claimants
                .iter()
                .map(|feature| feature.id.as_str())
                .collect();
            wrong.push(format!("{}@{label} ({reason}): {ids:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A frame that is refused while a guard is off says nothing of that guard.
#[test]
fn what_shows_a_guard_is_refused_while_it_is_on() {
    let mut wrong = Vec::new();
    for (case, variant, reason) in refused() {
        let label = variant.label();
        let feature = contract()
            .shown_by(&case.name, &label, reason.name())
            .unwrap();
        if feature.kind != Kind::Guard {
            continue;
        }
        let guard: Guard = feature.id.parse().unwrap();
        if !variant.guards().has(guard) {
            wrong.push(format!("{}@{label} ({reason}): {guard} is off", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_pattern_and_no_reason_stands_there_for_nothing() {
    for feature in &contract().features {
        let Some(selection) = feature.selection() else {
            continue;
        };
        for pattern in selection.patterns() {
            let used =
                refused().any(|(case, variant, _)| fits(pattern, &case.name, &variant.label()));
            assert!(used, "{}: {pattern} fits no refused variant", feature.id);
        }
        for reason in &selection.reasons {
            let used = refused().any(|(_, _, found)| found.name() == reason);
            assert!(used, "{}: nothing is refused as {reason}", feature.id);
        }
    }
}

/// The stricter attribution: where a claim that a guard forbids hides in a wrong shape, the guard is
/// asked, not `form`.
#[test]
fn shape_and_claims_are_told_apart() {
    let shown = |case: &str, choice: &str, reason: &str| {
        contract()
            .shown_by(case, choice, reason)
            .unwrap()
            .id
            .as_str()
    };
    for (case, choice, reason, feature) in [
        ("ipv4-version-5", "strict", "ipv4-malformed", "form"),
        (
            "ipv4-malformed-and-forged",
            "strict",
            "ipv4-malformed",
            "ipv4",
        ),
        (
            "ipv4-malformed-and-forged",
            "strict-ipv4",
            "ipv4-malformed",
            "form",
        ),
        ("snap-ipv4", "strict", "l2", "form"),
        ("snap-forged-arp", "strict", "l2", "l2"),
        ("snap-forged-arp", "open+l2", "l2", "form"),
        ("icmp-head-of-7-bytes", "strict", "ipv4-malformed", "form"),
        (
            "ra-split-first-fragment",
            "strict",
            "ipv6-malformed",
            "router",
        ),
        ("na-with-5-options", "strict", "nd-malformed", "nd-form"),
        (
            "na-with-5-options-the-last-forged",
            "strict",
            "nd-malformed",
            "mac",
        ),
        (
            "na-own-option-first-forged-second",
            "strict",
            "nd-mac",
            "mac",
        ),
        (
            "rs-with-a-forged-source-option",
            "strict",
            "nd-mac",
            "nd-form",
        ),
        (
            "rs-from-unspecified-with-a-source-option",
            "strict",
            "ipv6",
            "nd-form",
        ),
        ("dad-with-a-source-option", "strict", "ipv6", "ipv6"),
        ("priority-tag-own-arp", "strict", "vlan", "l2"),
    ] {
        assert_eq!(shown(case, choice, reason), feature, "{case}@{choice}");
    }
}
