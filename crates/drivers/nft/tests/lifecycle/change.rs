//! A change is whole: no frame is lost or let through by it, and counters go on.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::bed::{Bed, STRICT, arp, policy};
use vifguard_conformance::{Must, Place, Stage, Stream};
use vifguard_driver::{Desired, Driver, Scope};
use vifguard_nft::Nft;
use vifguard_policy::Policy;

/// Ends a flood, also when the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Counters survive a change of their port, and go with it.
#[test]
fn counters_outlive_a_change() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let web = bed.plug("tap-web");
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    web.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
    bed.apply(&STRICT.replace("192.0.2.10", "192.0.2.11"));
    web.write(&arp(0x0a, [192, 0, 2, 11])).unwrap();
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (2, 1));
    bed.apply(&policy::of(""));
    assert_eq!(bed.counters().by_device.len(), 0);
}

/// Counters are a port's, not an interface's.
#[test]
fn another_port_on_the_interface_begins_at_zero() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let web = bed.plug("tap-web");
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    web.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
    let applied = bed.apply(&STRICT.replace("name: web", "name: other"));
    assert_eq!(
        (applied.added, applied.removed),
        (vec!["other".to_owned()], vec!["web".to_owned()])
    );
    let counters = bed.counters().of("tap-web");
    assert_eq!((counters.passed, counters.refused_total()), (0, 0));
}

/// Patterns that cover one another: the kernel takes them for the same binding and would leave the
/// second out. No frame may find the interface unguarded meanwhile.
#[test]
fn patterns_that_overlap_change_without_a_gap() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let guarded = |patterns: &str| STRICT.replace("[\"tap-*\"]", patterns);
    bed.apply(STRICT);
    let web = bed.plug("tap-web");
    let mut watch = bed.watch();
    let good = arp(0x0a, [192, 0, 2, 10]);
    let bad = arp(0x0a, [192, 0, 2, 99]);
    let turns = [
        "[\"tap-w*\"]",
        "[\"tap*\"]",
        "[]",
        "[\"ta*\", \"tap-x*\"]",
        "[\"tap-*\", \"vnet*\"]",
    ];
    let done = AtomicBool::new(false);
    let sent = std::thread::scope(|scope| {
        let flood = scope.spawn(|| {
            let mut sent = 0u64;
            while !done.load(Ordering::Relaxed) {
                web.write(&good).unwrap();
                web.write(&bad).unwrap();
                sent += 1;
            }
            sent
        });
        let stop = Stop(&done);
        for turn in turns.iter().cycle().take(12) {
            let applied = bed.apply(&guarded(turn));
            assert!(!applied.is_nothing(), "{turn}");
            assert_eq!(bed.state().drift, [], "{turn}");
        }
        drop(stop);
        flood.join().unwrap()
    });
    let seen = watch.drain().unwrap();
    assert_eq!(watch.lost().unwrap(), 0, "the observer lost frames");
    let count = |frame: &[u8]| seen.iter().filter(|seen| seen.frame == frame).count() as u64;
    assert_eq!((count(&good), count(&bad)), (sent, 0));
}

/// The sets are tables of a fixed size; a policy that outgrows them gets larger ones without a gap.
#[test]
fn growth_loses_no_frame() {
    if !vifguard_lab::available() {
        return;
    }
    let ports: String = (0..9_000u32)
        .map(|i| {
            let [_, a, b, c] = i.to_be_bytes();
            format!(
                "  - {{ name: p{i}, network: lan, device: tap-{i}, mac: \"02:00:01:{a:02x}:{b:02x}:{c:02x}\", \
                 addresses: [10.{a}.{b}.{c}] }}\n"
            )
        })
        .collect();
    let desired = |text: &str| Desired::of(&Policy::parse(text, "test").unwrap());
    let (small, large) = (desired(STRICT), desired(&format!("{STRICT}{ports}")));
    let mut driver = Nft::new();
    let mut stage = Stage::for_floods(Place::Bridge).unwrap();
    let host = stage.host.clone();
    host.run(|| driver.apply(&small)).unwrap().unwrap();
    stage.plug("tap-web").unwrap();
    let numbered = |name, must, last: u8| {
        let mut frame = arp(0x0a, [192, 0, 2, last]);
        let at = frame.len();
        frame.extend([0; Stream::NUMBER]);
        Stream::new(name, must, frame, at)
    };
    let streams = [
        numbered("own", Must::Pass, 10),
        numbered("foreign", Must::Die, 99),
    ];
    let (applied, outcome) = stage
        .flood(0, &streams, |flow| {
            flow.await_more(100);
            let applied = host.run(|| driver.apply(&large))??;
            flow.await_more(100);
            Ok(applied)
        })
        .unwrap();
    assert!(outcome.ok(), "{outcome}");
    assert_eq!((applied.added.len(), applied.unchanged), (9_000, 1));
    assert_eq!(applied.repaired, Vec::<String>::new());
    let counters = host.run(|| driver.counters()).unwrap().unwrap();
    assert_eq!(counters.of("tap-web").passed, outcome.streams[0].sent);
    host.run(|| driver.remove(&Scope::All)).unwrap().unwrap();
}
