use vifguard_conformance::Place;
use vifguard_conformance::properties::{atomic, fdb, first_frame};

use crate::driver;

#[test]
fn changes_open_and_close_nothing_but_their_difference() {
    let Some(mut driver) = driver() else {
        return;
    };
    for flips in atomic(&mut driver, Place::Bridge, 80).unwrap() {
        println!("{flips}");
        assert!(flips.ok(), "{flips}");
    }
}

#[test]
fn nothing_passes_before_its_ports_policy() {
    let Some(mut driver) = driver() else {
        return;
    };
    let found = first_frame(&mut driver, Place::Bridge, 20).unwrap();
    println!("{found}");
    assert!(found.ok(), "{found}");
}

/// What it declares only of bridges that do not learn from frames to the groups that they keep to
/// themselves holds for all other frames on any.
#[test]
fn refused_frames_teach_the_bridge_nothing() {
    let Some(mut driver) = driver() else {
        return;
    };
    let taught = fdb(&mut driver, 20_000).unwrap();
    println!("{taught}");
    assert!(taught.ok(), "{taught}");
}
