use std::collections::BTreeMap;

use vifguard_driver::Support;
use vifguard_policy::Guard;

use super::*;

const ARP: Feature = Feature::Guard(Guard::Arp);
const MAC: Feature = Feature::Guard(Guard::Mac);

fn can(feature: Feature, support: Support) -> Capabilities {
    Capabilities {
        features: BTreeMap::from([(feature, support)]),
        notes: Vec::new(),
    }
}

fn asked(features: &[Feature], strictly: bool) -> Asked {
    Asked {
        features: features.iter().copied().collect(),
        profile: "baseline".to_owned(),
        held: BTreeSet::from([ARP, MAC]),
        named: false,
        strictly,
    }
}

/// Every level that can be declared against every level that can be found.
#[test]
fn a_verdict_is_a_comparison() {
    let supports = [
        (Level::None, Support::None("why".to_owned())),
        (Level::Partial, Support::Partial("what".to_owned())),
        (Level::Full, Support::Full),
    ];
    for (declared, support) in &supports {
        for found in [
            None,
            Some(Level::None),
            Some(Level::Partial),
            Some(Level::Full),
        ] {
            let findings: Vec<Finding> = found
                .map(|level| Finding::new(ARP, level, "seen"))
                .into_iter()
                .collect();
            let judged = judge(
                &can(ARP, support.clone()),
                &BTreeSet::from([ARP]),
                &findings,
            );
            let expected = match found {
                None => Verdict::Unproven,
                Some(found) if found < *declared => Verdict::Contradicted,
                Some(_) => Verdict::Proven,
            };
            assert_eq!(judged[0].verdict, expected, "{declared} {found:?}");
            assert_eq!((judged[0].declared, judged[0].found), (*declared, found));
        }
    }
}

#[test]
fn the_least_that_was_found_counts_and_says_why() {
    let findings = [
        Finding::nothing(Feature::Fdb, "nothing"),
        Finding::new(Feature::Fdb, Level::Full, "frames"),
        Finding::new(Feature::Fdb, Level::None, "flood"),
        Finding::new(ARP, Level::None, "other"),
    ];
    let judged = judge(
        &can(Feature::Fdb, Support::Full),
        &BTreeSet::from([Feature::Fdb]),
        &findings,
    );
    assert_eq!(judged[0].found, Some(Level::None));
    assert_eq!(judged[0].why, "flood");
}

#[test]
fn a_property_is_contradicted_as_a_guard_is() {
    let findings = [Finding::new(Feature::Atomic, Level::Partial, "7 lost")];
    let atomic = BTreeSet::from([Feature::Atomic]);
    let judged = judge(&can(Feature::Atomic, Support::Full), &atomic, &findings);
    assert_eq!(judged[0].verdict, Verdict::Contradicted);
    let asked = asked(&[Feature::Atomic], false);
    assert_eq!(Outcome::of(&judged, &asked), Outcome::Contradicted);
}

fn outcome(found: Option<Level>, features: &[Feature], strictly: bool) -> Outcome {
    let findings: Vec<Finding> = found
        .map(|level| Finding::new(ARP, level, "seen"))
        .into_iter()
        .collect();
    let asked = asked(features, strictly);
    let judged = judge(&Capabilities::default(), &asked.features, &findings);
    Outcome::of(&judged, &asked)
}

#[test]
fn whoever_holds_nothing_of_what_was_asked_for_has_not_passed() {
    assert_eq!(
        outcome(Some(Level::None), &[ARP, MAC], false),
        Outcome::HoldsNothing
    );
    assert_eq!(outcome(None, &[ARP, MAC], false), Outcome::HoldsNothing);
    assert_eq!(
        outcome(Some(Level::Partial), &[ARP, MAC], false),
        Outcome::Holds
    );
}

/// A lab that breaks must not look like a driver that keeps its word.
#[test]
fn what_is_declared_and_was_not_tried_is_no_pass() {
    let asked = asked(&[ARP, Feature::Resident], false);
    let can = |resident| Capabilities {
        features: BTreeMap::from([(ARP, Support::Full), (Feature::Resident, resident)]),
        notes: Vec::new(),
    };
    let findings = [
        Finding::new(ARP, Level::Full, "seen"),
        Finding::nothing(Feature::Resident, "it could not be tried"),
    ];
    let outcome =
        |resident| Outcome::of(&judge(&can(resident), &asked.features, &findings), &asked);
    assert_eq!(outcome(Support::Full), Outcome::Unproven);
    assert_eq!(
        outcome(Support::None("not at all".to_owned())),
        Outcome::Holds
    );
}

#[test]
fn a_profile_that_is_asked_for_must_be_there_whole() {
    assert_eq!(
        outcome(Some(Level::Partial), &[ARP, MAC], true),
        Outcome::Lacks
    );
    assert_eq!(outcome(Some(Level::Full), &[ARP], true), Outcome::Lacks);
}

/// Features outside the profile are asked for by their names alone.
#[test]
fn a_feature_by_name_is_what_was_asked_for() {
    let asked = asked(&[Feature::Fdb], false);
    let findings = [Finding::new(Feature::Fdb, Level::Full, "seen")];
    let judged = judge(&Capabilities::default(), &asked.features, &findings);
    assert_eq!(Outcome::of(&judged, &asked), Outcome::Holds);
    let judged = judge(&Capabilities::default(), &asked.features, &[]);
    assert_eq!(Outcome::of(&judged, &asked), Outcome::HoldsNothing);
}
