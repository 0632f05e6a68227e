use vifguard_conformance::properties::{atomic, fdb, first_frame};
use vifguard_conformance::{Fates, Must, Place};

use crate::driver;

#[test]
fn changes_open_and_close_nothing_but_their_difference() {
    let Some(mut driver) = driver() else {
        return;
    };
    for flips in atomic(&mut driver, Place::Bridge, 80).unwrap() {
        println!("{flips}");
        // Neighbor discovery is refused whole, whatever is changed or not.
        let refused = |fates: &&Fates| fates.name == "na" && fates.passed(0..fates.sent) == 0;
        let outcome = &flips.outcome;
        let at_rest: u64 = outcome
            .streams
            .iter()
            .filter(|fates| fates.must == Must::Pass)
            .filter(refused)
            .map(|fates| fates.sent)
            .sum();
        assert_eq!((outcome.leaked(), outcome.doubled), (0, 0), "{flips}");
        assert_eq!(outcome.lost(), at_rest, "{flips}");
        let passed = outcome
            .streams
            .iter()
            .map(|fates| fates.passed(0..fates.sent));
        let passed: u64 = passed.sum();
        assert!(passed > 0, "{flips}");
        if let Some(counted) = flips.counted {
            assert_eq!(counted, (passed, outcome.frames() - passed), "{flips}");
        }
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
    let taught = fdb(&mut driver, Place::Bridge, 20_000).unwrap();
    println!("{taught}");
    assert!(taught.ok(), "{taught}");
}
