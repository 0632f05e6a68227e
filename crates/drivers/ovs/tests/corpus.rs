//! The whole corpus as real frames through the driver. Where it differs from the contract, a named class
//! says why: what the switch does not see, and what the driver refuses because of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;
mod blind;

use std::collections::BTreeMap;

use bed::{Bed, options};
use blind::{Blind, Differs};
use vifguard_conformance::{Mismatch, Report, run};
use vifguard_corpus::Corpus;
use vifguard_ovs::{Options, Ovs};
use vifguard_policy::Mode;
use vifguard_verdict::Verdict;

fn through(set_fragments: bool) -> Option<Report> {
    let bed = Bed::new()?;
    let mut driver = Ovs::new(Options {
        set_fragments,
        ..options(&bed.switch)
    });
    let corpus = Corpus::embedded().unwrap();
    Some(run(&mut driver, corpus, bed.place(), Mode::Enforce).unwrap())
}

/// How it differs: too little refused, too much, or for another reason. None if it does not, but for what
/// the bridge keeps to itself.
fn how(mismatch: &Mismatch) -> Option<Differs> {
    use vifguard_conformance::Counted;
    let (expected, observed) = (mismatch.expected.verdict, &mismatch.observed);
    match (expected, observed.counted, observed.came_through) {
        (Verdict::Pass, Some(Counted::Refused(_)), false) => Some(Differs::Over),
        (Verdict::Refuse(_), Some(Counted::Passed), _) => Some(Differs::Under),
        (Verdict::Refuse(_), Some(Counted::Refused(_)), false) => Some(Differs::Reason),
        (Verdict::Pass, Some(Counted::Passed), false) => None,
        _ => panic!("neither passed nor refused: {mismatch}"),
    }
}

fn explained(report: &Report, sees_first_fragments: bool) {
    let mut classes: BTreeMap<(Differs, &str), usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for mismatch in &report.mismatches {
        let Some(differs) = how(mismatch) else {
            *classes
                .entry((Differs::Kept, "kept by the bridge itself"))
                .or_default() += 1;
            continue;
        };
        let frame = &mismatch.frame;
        match Blind::why(frame, differs, sees_first_fragments) {
            Some(blind) => *classes.entry((differs, blind.name())).or_default() += 1,
            None => unexplained.push(mismatch.to_string()),
        }
    }
    println!(
        "{} frames from {} policies, {} mismatches",
        report.frames,
        report.policies,
        report.mismatches.len()
    );
    for ((differs, name), count) in classes {
        println!("  {differs:?}: {name}: {count}");
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    assert!(report.frames > 4_000);
}

#[test]
fn on_a_bridge() {
    if let Some(report) = through(false) {
        explained(&report, false);
    }
}

#[test]
fn on_a_bridge_that_shows_first_fragments() {
    if let Some(report) = through(true) {
        explained(&report, true);
    }
}
