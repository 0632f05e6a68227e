//! A lab is cheap enough to make one for each test.

use std::time::{Duration, Instant};

use vifguard_lab::{Bridged, Netns, available};

use crate::support::spec;

const ROUNDS: u32 = 10;

fn average(what: &str, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    (0..ROUNDS).for_each(|_| work());
    let each = start.elapsed() / ROUNDS;
    println!("{what}: {each:.1?}");
    each
}

/// A loose bound: it catches a sleep or a quadratic step, not a busy machine. The figures are printed.
#[test]
fn a_lab_takes_milliseconds() {
    if !available() {
        return;
    }
    average("a namespace", || drop(Netns::new("timed").unwrap()));
    let lab = average("a bridge and three guests", || {
        let lab = Bridged::new().unwrap();
        let guests = [1, 2, 3].map(|number| lab.guest(&spec(number)).unwrap());
        drop((lab, guests));
    });
    assert!(lab < Duration::from_secs(2), "{lab:?}");
}
