//! Drivers that declare everything and do less.

use vifguard_driver::{Feature, Null};
use vifguard_kit::{Level, Outcome, Verdict};
use vifguard_nft::Nft;
use vifguard_policy::Guard;

use crate::support::{Boasting, tried};

const ARP: Feature = Feature::Guard(Guard::Arp);

#[test]
fn one_that_guards_nothing_is_seen_through() {
    if !vifguard_lab::available() {
        return;
    }
    let tried = tried(Boasting::of(Null), &[ARP, Feature::Drift]);
    let arp = tried.of(ARP);
    assert_eq!(
        (arp.declared, arp.found),
        (Level::Full, Some(Level::None)),
        "{arp:?}"
    );
    assert_eq!(arp.verdict, Verdict::Contradicted);
    // Nobody could meddle with it: nothing is known.
    assert_eq!(tried.of(Feature::Drift).verdict, Verdict::Unproven);
    assert_eq!(tried.run.outcome, Outcome::Contradicted);
    assert!(tried.report.differences.iter().all(|it| !it.declared));
}

#[test]
fn one_that_refuses_good_traffic_is_partial() {
    if !vifguard_lab::available() {
        return;
    }
    let driver = Boasting {
        bend: |desired| {
            for port in &mut desired.ports {
                port.identity.v4.clear();
            }
        },
        ..Boasting::of(Nft::new())
    };
    let tried = tried(driver, &[ARP]);
    let arp = tried.of(ARP);
    assert_eq!(arp.found, Some(Level::Partial), "{arp:?}");
    assert_eq!(arp.verdict, Verdict::Contradicted);
}

#[test]
fn one_that_counts_wrongly_is_seen_through() {
    if !vifguard_lab::available() {
        return;
    }
    let driver = Boasting {
        cook: |counters| {
            for port in counters.by_device.values_mut() {
                port.passed *= 2;
            }
        },
        ..Boasting::of(Nft::new())
    };
    let tried = tried(driver, &[ARP, Feature::Counters]);
    assert_eq!(tried.of(Feature::Counters).found, Some(Level::None));
    assert_eq!(tried.of(ARP).verdict, Verdict::Proven);
    assert_eq!(tried.run.outcome, Outcome::Contradicted);
}

#[test]
fn one_that_changes_from_scratch_is_not_atomic() {
    if !vifguard_lab::available() {
        return;
    }
    let driver = Boasting {
        from_scratch: true,
        ..Boasting::of(Nft::new())
    };
    let tried = tried(driver, &[Feature::Atomic]);
    let atomic = tried.of(Feature::Atomic);
    assert_eq!(atomic.verdict, Verdict::Contradicted, "{atomic:?}");
}

#[test]
fn one_that_does_what_it_says_is_proven() {
    if !vifguard_lab::available() {
        return;
    }
    let tried = tried(
        Boasting::of(Nft::new()),
        &[ARP, Feature::Atomic, Feature::Fdb],
    );
    for verdict in &tried.run.verdicts {
        assert_eq!(verdict.verdict, Verdict::Proven, "{verdict:?}");
    }
    assert_eq!(tried.run.outcome, Outcome::Holds);
    assert!(tried.report.differences.is_empty());
}
