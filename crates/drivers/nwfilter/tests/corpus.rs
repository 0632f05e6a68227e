//! The corpus as real frames through filters that a real libvirt has bound. Where they differ from the
//! contract, a named class says why: what libvirt's filters do not see, and what the driver refuses because
//! of it.
//!
//! libvirt takes a second or two for each policy. `VIFGUARD_NWFILTER=whole` takes all of them; without it
//! those are taken that most frames are sent under.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::Bed;
use vifguard_conformance::{run_at, seats};
use vifguard_corpus::Corpus;
use vifguard_policy::Mode;

/// Policies that are taken without being asked for more.
const FEW: usize = 16;

#[test]
fn on_a_bridge() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let corpus = Corpus::embedded().unwrap();
    let mut seats = seats(corpus).unwrap();
    println!("{} seats", seats.len());
    seats.sort_by_key(|seat| std::cmp::Reverse(seat.trials.len()));
    println!("{:?}", seats.iter().map(|s| s.trials.len()).collect::<Vec<_>>());
    if std::env::var_os("VIFGUARD_NWFILTER").is_none_or(|value| value != "whole") {
        seats.truncate(FEW);
    }
    let place = bed.place();
    let start = std::time::Instant::now();
    let report = run_at(&mut bed.driver, corpus, &seats, place, Mode::Enforce).unwrap();
    println!("{report}\n{:?}", start.elapsed());
}
