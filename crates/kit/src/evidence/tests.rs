use vifguard_corpus::Corpus;
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::*;
use crate::Level;

struct Usual;

impl Terms for Usual {
    fn digest(&self) -> String {
        String::new()
    }

    fn profiles(&self) -> Vec<String> {
        Vec::new()
    }

    fn profile(&self, _: &str) -> Option<std::collections::BTreeSet<Feature>> {
        None
    }

    fn shown(&self, _: &str, _: &str, reason: Reason) -> Feature {
        usual(reason)
    }
}

const ARP: Feature = Feature::Guard(Guard::Arp);
const REFUSED: &str = "arp-probe-for-the-neighbour";
const GOOD: &str = "arp-probe";

/// One frame of a driver that counts, and what followed.
struct One {
    shown: Shown,
}

impl One {
    fn new(counts: bool) -> One {
        One {
            shown: Shown::new(counts, &Place::Bridge),
        }
    }

    fn then(mut self, pass: Pass, place: &Place, case: &str, seen: (bool, Option<Counted>)) -> One {
        let case = Corpus::embedded().unwrap().case(case).unwrap();
        let variant = &case.variants()[0];
        let trial = Trial {
            case,
            choice: variant.label(),
            expected: variant.expected,
        };
        let observed = Observed {
            came_through: seen.0,
            counted: seen.1,
            taught: false,
        };
        self.shown.note(&Usual, pass, place, &trial, &observed);
        self
    }

    fn first(self, case: &str, seen: (bool, Option<Counted>)) -> One {
        self.then(Pass::First, &Place::Bridge, case, seen)
    }

    fn level(&self, feature: Feature) -> Option<Level> {
        let findings = self.shown.findings();
        let own = findings.iter().filter(|it| it.feature == feature);
        own.filter_map(|it| it.level).min()
    }
}

const PASSED: Option<Counted> = Some(Counted::Passed);
const BY_IP: Option<Counted> = Some(Counted::Refused(Reason::ArpIp));
const BY_MAC: Option<Counted> = Some(Counted::Refused(Reason::Mac));

#[test]
fn a_frame_that_leaks_shows_that_its_feature_is_not_there() {
    let one = One::new(true).first(REFUSED, (true, PASSED));
    assert_eq!(one.level(ARP), Some(Level::None));
    assert_eq!(one.level(Feature::Counters), Some(Level::Full));
}

#[test]
fn a_frame_that_is_refused_rightly_shows_it() {
    let one = One::new(true).first(REFUSED, (false, BY_IP));
    assert_eq!(one.level(ARP), Some(Level::Full));
    assert_eq!(one.level(Feature::Counters), Some(Level::Full));
    assert_eq!(one.level(Feature::Fdb), Some(Level::Full));
}

#[test]
fn good_traffic_that_is_broken_is_a_matter_of_the_reason_given() {
    let one = One::new(true)
        .first(GOOD, (true, PASSED))
        .first(GOOD, (false, BY_MAC));
    assert_eq!(one.level(Feature::Guard(Guard::Mac)), Some(Level::Partial));
    assert_eq!(one.level(ARP), None);
    assert_eq!(one.level(Feature::Counters), Some(Level::Full));
}

/// A product that is no driver has no counters: what it breaks is told by the frame.
#[test]
fn without_counters_the_wire_tells() {
    let leaked = One::new(false).first(REFUSED, (true, None));
    assert_eq!(leaked.level(ARP), Some(Level::None));
    let held = One::new(false).first(REFUSED, (false, None));
    assert_eq!(held.level(ARP), Some(Level::Full));
    let passed = || One::new(false).first(GOOD, (true, None));
    let broken = passed().first(GOOD, (false, None));
    assert_eq!(broken.level(ARP), Some(Level::Partial));
    // What lets nothing through shows nothing by what it refuses.
    let dead = One::new(false)
        .first(GOOD, (false, None))
        .first(REFUSED, (false, None));
    assert_eq!(dead.level(ARP), None);
    for one in [leaked, held, broken] {
        assert_eq!(one.level(Feature::Counters), None);
    }
}

#[test]
fn another_reason_is_a_matter_of_the_counters() {
    let one = One::new(true).first(REFUSED, (false, BY_MAC));
    assert_eq!(one.level(ARP), Some(Level::Full));
    assert_eq!(one.level(Feature::Counters), Some(Level::Partial));
    for counted in [None, PASSED] {
        let one = One::new(true).first(REFUSED, (false, counted));
        assert_eq!(one.level(Feature::Counters), Some(Level::None));
    }
}

#[test]
fn elsewhere_only_what_differs_counts() {
    let twice = |first, then| {
        let one = One::new(true).first(REFUSED, first);
        one.then(Pass::Elsewhere, &Place::Host, REFUSED, then)
    };
    let same = twice((false, BY_IP), (false, BY_IP));
    assert_eq!(same.level(Feature::Host), Some(Level::Full));
    let leak = twice((false, BY_IP), (true, PASSED));
    assert_eq!(leak.level(Feature::Host), Some(Level::None));
    // It leaks on the bridge, too: that is told of the guard.
    let both = twice((true, PASSED), (true, PASSED));
    assert_eq!(both.level(Feature::Host), Some(Level::Full));
    assert_eq!(both.level(ARP), Some(Level::None));
}

#[test]
fn audit_mode_counts_what_would_have_become_of_a_frame() {
    let audited = |case: &str, first, then| {
        let one = One::new(true).first(case, first);
        let one = one.then(Pass::Audit, &Place::Bridge, case, then);
        one.level(Feature::Audit)
    };
    let by_ip = Some(Counted::Audited(Reason::ArpIp));
    let refused = (false, BY_IP);
    assert_eq!(audited(REFUSED, refused, (true, by_ip)), Some(Level::Full));
    assert_eq!(audited(REFUSED, refused, (true, PASSED)), Some(Level::None));
    assert_eq!(audited(REFUSED, refused, (false, by_ip)), Some(Level::None));
    assert_eq!(
        audited(GOOD, (true, PASSED), (true, PASSED)),
        Some(Level::Full)
    );
    assert_eq!(
        audited(GOOD, (true, PASSED), (false, PASSED)),
        Some(Level::None)
    );
}

/// What a bridge keeps to itself only counters can tell of.
#[test]
fn a_bridges_own_frames_show_nothing_without_counters() {
    let corpus = Corpus::embedded().unwrap();
    let case = corpus
        .cases
        .iter()
        .find(|case| case.bridge_drops && !case.judge_only)
        .unwrap();
    let one = One::new(false).first(&case.name, (false, None));
    assert_eq!(one.shown.unseen, 1);
    assert!(one.shown.findings().is_empty());
}
