//! The whole corpus as real frames through the driver.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::Bed;
use vifguard_conformance::run;
use vifguard_corpus::Corpus;
use vifguard_policy::Mode;

#[test]
fn on_a_bridge() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let place = bed.place();
    let report = run(
        &mut bed.driver,
        Corpus::embedded().unwrap(),
        place,
        Mode::Enforce,
    )
    .unwrap();
    println!("{report}");
    assert!(report.ok());
}
