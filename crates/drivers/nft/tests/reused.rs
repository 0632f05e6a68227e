//! A port that has one interface and no other: whoever comes by that interface's name later is not the port.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

#[expect(dead_code, reason = "other tests use the rest")]
mod bed;
mod pinned;

use bed::{Bed, STRICT, arp, policy};
use pinned::{Pinned, Told, pin};
use vifguard_conformance::properties::{atomic, first_frame, reused};
use vifguard_conformance::{Place, run};
use vifguard_corpus::Corpus;
use vifguard_driver::{Applied, Desired, Driver, Scope};
use vifguard_nft::{Binding, Nft, Snapshot};
use vifguard_policy::{Mode, Policy};
use vifguard_verdict::Reason;

fn apply(bed: &mut Bed, text: &str) -> Applied {
    let host = bed.host.clone();
    let mut desired = Desired::of(&Policy::parse(text, "test").unwrap());
    let applied = host.run(|| {
        pin(&mut desired);
        bed.driver.apply(&desired)
    });
    applied.unwrap().unwrap()
}

#[test]
fn a_name_that_comes_again_is_another_interface() {
    for binding in [Binding::ByName, Binding::ByDevice] {
        // Under a pattern, and bound by its own name.
        for patterns in ["[\"tap-*\"]", "[]"] {
            name_comes_again(binding, patterns);
        }
    }
}

fn name_comes_again(binding: Binding, patterns: &str) {
    let what = format!("{binding:?} {patterns}");
    let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
        return;
    };
    let text = STRICT.replace("[\"tap-*\"]", patterns);
    let good = arp(0x0a, [192, 0, 2, 10]);
    let web = bed.plug("tap-web");
    let mut watch = bed.watch();
    assert_eq!(apply(&mut bed, &text).added, ["web"], "{what}");
    assert!(apply(&mut bed, &text).is_nothing(), "{what}");
    web.write(&good).unwrap();
    web.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 1, "{what}");
    let counters = bed.counters();
    assert_eq!(counters.of("tap-web").passed, 1, "{what}");
    let refused = [(Reason::ArpIp, 1)].into();
    assert_eq!(counters.of("tap-web").refused, refused, "{what}");
    assert_eq!(counters.by_device.len(), 1, "{what}: {counters:?}");

    // Another guest, and nobody has done anything yet.
    drop(web);
    let other = bed.plug("tap-web");
    other.write(&good).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 0, "{what}: it inherited");
    let refused = bed.counters().of("tap-web").refused;
    assert_eq!(refused[&Reason::UnknownPort], 1, "{what}");
    let state = bed.state();
    assert_eq!(state.ports[0].device, "tap-web", "{what}");

    // It is said to be the port's.
    assert_eq!(apply(&mut bed, &text).changed, ["web"], "{what}");
    assert_eq!(bed.state().drift, [], "{what}");
    assert_eq!(bed.state().ports.len(), 1, "{what}");
    other.write(&good).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 1, "{what}");
    let counters = bed.counters();
    assert_eq!(counters.of("tap-web").passed, 2, "{what}");
    assert_eq!(counters.of("tap-web").refused, refused, "{what}");
    let host = bed.host.clone();
    let released = host.run(|| bed.driver.remove(&Scope::Port("web".to_owned())));
    assert_eq!(released.unwrap().unwrap(), ["web"], "{what}");
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (0, 0), "{state:?}");
}

/// A port by its interface's name beside one that is pinned, and each in the other's way in turn.
#[test]
fn ports_of_both_kinds_stand_side_by_side() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let text = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
    let taps = [bed.plug("tap-web"), bed.plug("tap-db")];
    let mut watch = bed.watch();
    let host = bed.host.clone();
    let by_name = Desired::of(&Policy::parse(&text, "test").unwrap());
    let mut by_index = by_name.clone();
    host.run(|| pin(&mut by_index)).unwrap();
    for pinned in [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
        [false, false],
    ] {
        let mut desired = by_name.clone();
        for (at, _) in pinned.iter().enumerate().filter(|(_, pinned)| **pinned) {
            desired.ports[at] = by_index.ports[at].clone();
        }
        host.run(|| bed.driver.apply(&desired)).unwrap().unwrap();
        let again = host.run(|| bed.driver.apply(&desired)).unwrap().unwrap();
        assert!(again.is_nothing(), "{pinned:?}: {again:?}");
        assert_eq!(bed.state().drift, [], "{pinned:?}");
        for (tap, own) in taps.iter().zip([10, 11]) {
            tap.write(&arp(own, [192, 0, 2, own])).unwrap();
            tap.write(&arp(own, [192, 0, 2, 21 - own])).unwrap();
            assert_eq!(watch.drain().unwrap().len(), 1, "{pinned:?} {own}");
        }
    }
    let counters = bed.counters();
    for device in ["tap-web", "tap-db"] {
        let of = counters.of(device);
        assert_eq!((of.passed, of.refused_total()), (5, 5), "{device}");
    }
    // What nobody is asked for is not there any more.
    let snapshot = host.run(Snapshot::read).unwrap().unwrap();
    let mut chains = snapshot.main.chains.keys();
    assert!(!chains.any(|chain| chain.contains("pinned")));
}

/// A port whose interface is not there has none: what comes by its name is not its.
#[test]
fn a_port_without_an_interface_waits_for_it() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let more = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
    assert!(apply(&mut bed, &more).added.is_empty());
    let web = bed.plug("tap-web");
    let mut watch = bed.watch();
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 0);
    assert_eq!(apply(&mut bed, &more).added, ["web"]);
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 1);
}

fn corpus(mode: Mode) {
    if !vifguard_lab::available() {
        return;
    }
    let mut driver = Pinned::new(Nft::new(), Told::Always);
    let report = run(
        &mut driver,
        Corpus::embedded().unwrap(),
        Place::Bridge,
        mode,
    )
    .unwrap();
    println!("{report}");
    assert!(report.ok(), "{report}");
}

#[test]
fn the_corpus_gets_the_same_verdicts() {
    corpus(Mode::Enforce);
}

#[test]
fn the_corpus_is_counted_alike_where_it_is_audited() {
    corpus(Mode::Audit);
}

#[test]
fn a_change_is_whole_also_where_it_changes_what_a_port_is_known_by() {
    if !vifguard_lab::available() {
        return;
    }
    for told in [Told::Always, Told::InTurn] {
        let mut driver = Pinned::new(Nft::new(), told);
        for flips in atomic(&mut driver, Place::Bridge, 40).unwrap() {
            println!("{told:?}: {flips}");
            assert!(flips.ok(), "{told:?}: {flips}");
        }
    }
}

#[test]
fn no_frame_of_a_stranger_passes_under_flood() {
    if !vifguard_lab::available() {
        return;
    }
    let mut driver = Pinned::new(Nft::new(), Told::Always);
    for place in [Place::Bridge, Place::Routed] {
        let found = reused(&mut driver, place.clone(), 20).unwrap();
        println!("{place:?}: {found}");
        assert!(found.ok(), "{found}");
        // Where a name is what is meant, that is the port's.
        let named = reused(&mut Nft::new(), place.clone(), 1).unwrap();
        assert!(named.inherited > 0, "{named}");
        let found = first_frame(&mut driver, place.clone(), 8).unwrap();
        assert!(found.ok(), "{place:?}: {found}");
    }
}
