//! What holds between the frames, under flood. `VIFGUARD_FLOODS` says how many times as long as usual
//! (default 1).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use vifguard_conformance::Place;
use vifguard_conformance::properties::{atomic, detour, fdb, first_frame};
use vifguard_nft::{Binding, Nft};

/// How long floods are.
fn times() -> usize {
    match std::env::var("VIFGUARD_FLOODS") {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|error| panic!("VIFGUARD_FLOODS={text}: {error}")),
        Err(_) => 1,
    }
}

fn flips(place: Place, flips: usize) {
    if !vifguard_lab::available() {
        return;
    }
    let mut frames = 0;
    let all = atomic(&mut Nft::new(), place, flips * times()).unwrap();
    for flips in &all {
        println!("{flips}");
        frames += flips.outcome.frames();
    }
    println!("{frames} frames in all");
    for flips in &all {
        assert!(flips.ok(), "{flips}");
    }
}

#[test]
fn a_change_is_whole_on_a_bridge() {
    flips(Place::Bridge, 80);
}

#[test]
fn a_change_is_whole_on_the_way_to_the_host() {
    flips(Place::Host, 24);
}

#[test]
fn no_frame_comes_before_its_policy() {
    if !vifguard_lab::available() {
        return;
    }
    for place in [Place::Bridge, Place::Routed] {
        let found = first_frame(&mut Nft::new(), place.clone(), 20 * times()).unwrap();
        println!("{place:?}: {found}");
        assert!(found.ok(), "{found}");
    }
}

/// As on kernels before 6.18, which have that much of the property: on a bridge the gates see all there is. On
/// routed interfaces packet sockets are before them, so that it is not claimed.
#[test]
fn no_frame_comes_to_a_bridge_before_its_policy_by_device() {
    if !vifguard_lab::available() {
        return;
    }
    let mut driver = Nft::with_binding(Binding::ByDevice);
    let found = first_frame(&mut driver, Place::Bridge, 20 * times()).unwrap();
    println!("{found}");
    assert!(found.ok(), "{found}");
}

#[test]
fn refused_frames_teach_a_bridge_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let taught = fdb(&mut Nft::new(), Place::Bridge, 100_000).unwrap();
    println!("{taught}");
    assert!(taught.ok(), "{taught}");
}

/// A container on a veth has means that a guest on a tap has not.
#[test]
fn frames_that_are_led_past_ingress_are_refused() {
    if !vifguard_lab::available() {
        return;
    }
    for driver in [Nft::new(), Nft::with_binding(Binding::ByDevice)] {
        let mut driver = driver;
        let found = detour(&mut driver).unwrap();
        println!("{found}");
        assert!(found.ok(), "{found}");
    }
}
