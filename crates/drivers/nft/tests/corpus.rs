//! The whole corpus as real frames through the driver, at every place.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use vifguard_conformance::{Place, Report, run};
use vifguard_corpus::Corpus;
use vifguard_nft::{Binding, Nft};
use vifguard_policy::Mode;

fn through(place: Place, mode: Mode) {
    through_as(Nft::new(), place, mode);
}

fn through_as(mut driver: Nft, place: Place, mode: Mode) {
    if !vifguard_lab::available() {
        return;
    }
    let corpus = Corpus::embedded().unwrap();
    let report: Report = run(&mut driver, corpus, place, mode).unwrap();
    println!("{report}");
    assert!(report.ok(), "{report}");
    assert!(mode == Mode::Audit || report.refused > 0);
}

#[test]
fn on_a_bridge() {
    through(Place::Bridge, Mode::Enforce);
}

#[test]
fn on_a_routed_tap() {
    through(Place::Routed, Mode::Enforce);
}

#[test]
fn to_the_host() {
    through(Place::Host, Mode::Enforce);
}

/// As on kernels before 6.18.
#[test]
fn on_a_bridge_by_device() {
    through_as(
        Nft::with_binding(Binding::ByDevice),
        Place::Bridge,
        Mode::Enforce,
    );
}

#[test]
fn audited() {
    through(Place::Bridge, Mode::Audit);
}
