//! When a change is said to be in force, the switch treats no frame as it did before: not those either of whose kind it
//! remembers thousands.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bed::{Bed, STRICT, arp};
use vifguard_lab::Tap;
use vifguard_lab::ovs::Switch;

/// So many kinds of frames are remembered: `NORMAL` looks at where each goes. A switch that is slow for a while takes
/// 1,000 of all for too many, and forgets at once.
const KINDS: u16 = 800;
/// The sockets of the switch have room for some two hundred.
const AT_ONCE: usize = 100;
const ROUNDS: usize = 8;

/// Good frames, each to another guest.
fn good() -> Vec<Vec<u8>> {
    let to = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let mut frame = arp(10, [192, 0, 2, 10]);
        frame[..6].copy_from_slice(&[2, 0, 0, 1, high, low]);
        frame
    };
    (0..KINDS).map(to).collect()
}

/// Sends them all, and sees them come.
fn pass(web: &Tap, uplink: &Tap, frames: &[Vec<u8>]) {
    uplink.drain().unwrap();
    for part in frames.chunks(AT_ONCE) {
        part.iter().for_each(|frame| web.write(frame).unwrap());
        for _ in part {
            let came = uplink.read(Duration::from_secs(5)).unwrap();
            assert!(came.is_some(), "a good frame is lost");
        }
    }
}

/// Kinds of frames of the guest that the switch still forwards.
fn forwarded(switch: &Switch) -> usize {
    let flows = switch.appctl(&["dpctl/dump-flows"]).unwrap();
    let arp = flows.lines().filter(|line| line.contains("arp("));
    arp.filter(|line| !line.contains("actions:drop")).count()
}

/// Changes flows that have nothing to do with anything: so the switch is in the middle of going through what it
/// remembers whenever the guards change.
fn disturb(switch: &Switch, until: &AtomicBool) {
    let mut priority = 0_u16;
    while !until.load(Ordering::Relaxed) {
        priority = priority % 1_000 + 1;
        let flow = format!("table=77,priority={priority},actions=drop");
        switch.ofctl("add-flow", &[&flow]).unwrap();
    }
}

/// Ends whoever asks, when this test ends in whatever way.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn nothing_that_is_remembered_is_older_than_a_change() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let (web, uplink) = (bed.plug("tap-web"), bed.uplink());
    let (frames, other) = (good(), STRICT.replace("192.0.2.10", "192.0.2.20"));
    let (switch, is_over) = (bed.switch.clone(), AtomicBool::new(false));
    let left: Vec<usize> = thread::scope(|scope| {
        let _ended = Ended(&is_over);
        scope.spawn(|| disturb(&switch, &is_over));
        let rounds = 0..ROUNDS;
        let left = rounds.map(|_| {
            bed.apply(STRICT);
            pass(&web, &uplink, &frames);
            assert!(forwarded(&switch) > usize::from(KINDS) / 2);
            bed.apply(&other);
            forwarded(&switch)
        });
        left.collect()
    });
    assert_eq!(left, vec![0; ROUNDS]);
}
