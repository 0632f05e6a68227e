use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use vifguard_driver::{
    Applied, Drift, Driver, Feature, PortCounters, PortState, Preview, Scope, State, Support,
};
use vifguard_lab::wait_until;
use vifguard_policy::{Guard, GuardSet, Mode, Unknown};
use vifguard_verdict::Reason;

use crate::{desired, driver, ports, runs};

#[test]
fn every_answer_is_read() {
    let mut driver = driver("good");
    let can = driver.probe().unwrap();
    assert_eq!(can.of(Feature::Guard(Guard::Mac)), Support::Full);
    let partial = Support::Partial("refuses too much".to_owned());
    assert_eq!(can.of(Feature::Guard(Guard::Arp)), partial);
    let none = Support::None("passes too much".to_owned());
    assert_eq!(can.of(Feature::Guard(Guard::Ipv4)), none);
    assert_eq!(can.of(Feature::Drift), Support::Full);
    let unsaid = Support::None("its program does not say that it can".to_owned());
    assert_eq!(can.of(Feature::Atomic), unsaid);
    assert_eq!(can.notes, ["a note"]);

    let preview = driver.preview(&desired()).unwrap();
    assert_eq!(
        preview,
        Preview {
            plan: "all of it\n".to_owned(),
            difference: vec!["one line".to_owned()],
        }
    );
    let one = |name: &str| vec![name.to_owned()];
    let applied = driver.apply(&ports(&["a", "b", "e"])).unwrap();
    assert_eq!(
        applied,
        Applied {
            added: one("a"),
            changed: one("b"),
            removed: one("c"),
            unchanged: 1,
            repaired: one("d"),
            otherwise: true,
            in_the_way: Vec::new(),
        }
    );
    let drift = |port: Option<&str>, what: &str| Drift {
        port: port.map(str::to_owned),
        what: what.to_owned(),
    };
    assert_eq!(
        driver.observe().unwrap(),
        State {
            present: true,
            ports: vec![PortState {
                port: "a".to_owned(),
                device: "tap0".to_owned(),
                guards: GuardSet::of(&[Guard::Mac, Guard::L2]),
                mode: Mode::Audit,
                degraded: one("a little"),
            }],
            guarded: one("tap*"),
            unknown: Unknown::Audit,
            drift: vec![drift(Some("a"), "changed"), drift(None, "all")],
        }
    );
    assert_eq!(
        driver.counters().unwrap().of("tap0"),
        PortCounters {
            passed: 3,
            refused: BTreeMap::from([(Reason::Mac, 2)]),
            audited: BTreeMap::from([(Reason::ArpIp, 1)]),
        }
    );
    assert_eq!(driver.remove(&Scope::All).unwrap(), ["a"]);
}

#[test]
fn what_is_newer_than_we_is_noted_and_not_believed() {
    let can = driver("newer").probe().unwrap();
    assert_eq!(can.features.len(), Feature::all().count());
    assert!(can.notes[0].contains("\"levitation\""), "{:?}", can.notes);
    // It says nothing of watching, so nobody notices a change when it comes.
    let Support::Partial(sentence) = can.of(Feature::Drift) else {
        panic!("{:?}", can.of(Feature::Drift));
    };
    assert!(sentence.contains("cannot watch"), "{sentence}");
}

#[test]
fn one_that_went_while_nobody_asked_is_started_again() {
    let mut driver = driver("once");
    for _ in 0..3 {
        let process = driver.observe().unwrap().drift[0].what.clone();
        wait_until(Duration::from_secs(5), || !runs(&process));
    }
}

#[test]
fn a_flood_of_complaints_holds_nothing_up() {
    driver("flood").counters().unwrap();
}

#[test]
fn changes_are_told_and_a_watcher_that_ended_is_followed_by_another() {
    let (tell, told) = mpsc::channel();
    driver("watch")
        .watch(Box::new(move || tell.send(()).is_ok()))
        .unwrap();
    // Two of the first; one because it ended, one because nobody knows what was missed; two of the next.
    for _ in 0..6 {
        told.recv().unwrap();
    }
}

/// `enforce --watch` goes on without what it cannot hear.
#[test]
fn one_that_cannot_watch_is_not_asked_to() {
    let (tell, told) = mpsc::channel();
    driver("newer")
        .watch(Box::new(move || tell.send(()).is_ok()))
        .unwrap();
    // Nobody has kept what would tell.
    assert!(told.recv().is_err());
}
