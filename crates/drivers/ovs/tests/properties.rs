//! What holds between the frames, under flood. `VIFGUARD_FLOODS` says how many times as long as usual
//! (default 1).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::Bed;
use vifguard_conformance::properties::{atomic, first_frame};

/// How long floods are.
fn times() -> usize {
    match std::env::var("VIFGUARD_FLOODS") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|error| panic!("VIFGUARD_FLOODS={text}: {error}")),
        Err(_) => 1,
    }
}

#[test]
fn a_change_is_whole() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let place = bed.place();
    let all = atomic(&mut bed.driver, place, 64 * times()).unwrap();
    for flips in &all {
        println!("{flips}");
    }
    for flips in &all {
        assert!(flips.ok(), "{flips}");
    }
}

#[test]
fn no_frame_comes_before_its_policy() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let place = bed.place();
    let found = first_frame(&mut bed.driver, place, 12 * times()).unwrap();
    println!("{found}");
    assert!(found.ok(), "{found}");
}
