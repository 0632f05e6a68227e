//! The corpus as real frames through filters that a real libvirt has bound. Where they differ from the
//! contract, a named class says why: what libvirt's filters do not see, and what the driver refuses because
//! of it.
//!
//! libvirt takes seconds for each policy. `VIFGUARD_NWFILTER=whole` takes all of them, which is a matter of
//! half an hour or, on a busy machine, more than one; without it those are taken that most frames are sent under.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;
mod blind;

use std::collections::BTreeMap;

use bed::Bed;
use vifguard_conformance::{Report, run_at, seats};
use vifguard_corpus::Corpus;
use vifguard_policy::Mode;

/// Policies that are taken without being asked for more.
const FEW: usize = 8;

fn explained(report: &Report) {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for mismatch in &report.mismatches {
        match blind::why(mismatch) {
            Some(class) => *classes.entry(class).or_default() += 1,
            None => unexplained.push(mismatch.to_string()),
        }
    }
    println!(
        "{} frames from {} policies, {} refused as expected, {} differences",
        report.frames,
        report.policies,
        report.refused,
        report.mismatches.len()
    );
    for (class, count) in classes {
        println!("  {count} {class}");
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}

#[test]
fn on_a_bridge() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let corpus = Corpus::embedded().unwrap();
    let mut seats = seats(corpus).unwrap();
    let is_whole = std::env::var_os("VIFGUARD_NWFILTER").is_some_and(|value| value == "whole");
    if !is_whole {
        seats.sort_by_key(|seat| std::cmp::Reverse(seat.trials.len()));
        seats.truncate(FEW);
    }
    let place = bed.place();
    let report = run_at(&mut bed.driver, corpus, &seats, place, Mode::Enforce).unwrap();
    assert_eq!(report.policies, seats.len());
    assert!(report.frames > 800);
    explained(&report);
}
