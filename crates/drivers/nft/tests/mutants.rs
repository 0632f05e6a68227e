//! Frames that nobody thought of, at every place: kernel and judge agree about each of them.
//!
//! `VIFGUARD_MUTANTS` says how many (default 100,000), `VIFGUARD_SEED` from which seed (default 1).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use vifguard_conformance::{MutantRun, Place, run_mutants};
use vifguard_corpus::Corpus;
use vifguard_nft::{Binding, Nft};

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .replace(['_', ','], "")
            .parse()
            .unwrap_or_else(|error| panic!("{name}={text}: {error}")),
        Err(_) => default,
    }
}

/// A share of all mutants, in percent, at a place.
fn mutants(mut driver: Nft, place: Place, share: u64) {
    if !vifguard_lab::available() {
        return;
    }
    let all = number("VIFGUARD_MUTANTS", 100_000);
    let run = MutantRun {
        seed: number("VIFGUARD_SEED", 1).wrapping_add(share),
        frames: usize::try_from(all * share / 100).unwrap(),
        place,
    };
    let report = run_mutants(&mut driver, Corpus::embedded().unwrap(), run).unwrap();
    println!("{report}");
    assert!(report.ok(), "{report}");
}

#[test]
fn on_a_bridge() {
    mutants(Nft::new(), Place::Bridge, 50);
}

#[test]
fn on_a_routed_tap() {
    mutants(Nft::new(), Place::Routed, 20);
}

#[test]
fn to_the_host() {
    mutants(Nft::new(), Place::Host, 20);
}

/// As on kernels before 6.18.
#[test]
fn on_a_bridge_by_device() {
    mutants(Nft::with_binding(Binding::ByDevice), Place::Bridge, 10);
}
