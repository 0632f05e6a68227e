//! The driver's promises between the frames: nothing of others is touched, nothing stays behind, what
//! is changed behind its back is seen and put right, and a change is whole.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bed::{Bed, STRICT, arp, policy};
use vifguard_conformance::{Must, Place, Stage, Stream};
use vifguard_driver::{Desired, Driver, Error, Scope};
use vifguard_netlink::nft::{Batch, Connection, Element, Family, Rule, TableId, Verdict};
use vifguard_nft::{Binding, Nft, names};
use vifguard_policy::{DeviceName, Policy};
use vifguard_verdict::Reason;

/// Ends a flood, also when the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn main_table() -> TableId {
    TableId {
        family: Family::Netdev,
        name: names::TABLE.to_owned(),
    }
}

#[test]
fn a_second_apply_changes_nothing() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    assert_eq!(bed.apply(STRICT).added, ["web"]);
    let again = bed.apply(STRICT);
    assert!(again.is_nothing() && again.unchanged == 1, "{again:?}");
    let generation = bed.in_host(|| Connection::open().unwrap().generation().unwrap());
    bed.apply(STRICT);
    let after = bed.in_host(|| Connection::open().unwrap().generation().unwrap());
    assert_eq!(generation, after, "not even a transaction");
}

#[test]
fn nothing_remains_and_others_live_on() {
    let Some(mut bed) = Bed::new(Nft::with_binding(Binding::ByDevice)) else {
        return;
    };
    let foreign = TableId {
        family: Family::Netdev,
        name: "somebody".to_owned(),
    };
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.add_table(&foreign);
        batch.add_chain(&foreign, "theirs");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    bed.plug("tap-web");
    bed.apply(STRICT);
    assert_eq!(bed.in_host(bed_tables), [1, 1, 2, 1]);
    let host = bed.host.clone();
    host.run(|| bed.driver.remove(&Scope::All))
        .unwrap()
        .unwrap();
    assert_eq!(bed.in_host(bed_tables), [0, 0, 1, 0]);
    let theirs = bed.in_host(|| Connection::open().unwrap().chains(&foreign).unwrap());
    assert_eq!(theirs.len(), 1);
}

fn bed_tables() -> [usize; 4] {
    let mut kernel = Connection::open().unwrap();
    [Family::Inet, Family::Arp, Family::Netdev, Family::Bridge]
        .map(|family| kernel.tables(family).unwrap().len())
}

#[test]
fn one_port_is_released_whole() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let both = format!("{STRICT}{}", policy::port("db", "tap-db", 0x0b));
    bed.apply(&both);
    let host = bed.host.clone();
    host.run(|| bed.driver.remove(&Scope::Port("db".to_owned())))
        .unwrap()
        .unwrap();
    let state = bed.state();
    assert_eq!(state.ports.len(), 1);
    assert!(state.drift.is_empty(), "{:?}", state.drift);
    let again = bed.apply(STRICT);
    assert!(
        again.is_nothing(),
        "nothing of the port was left: {again:?}"
    );
    let missing = host
        .run(|| bed.driver.remove(&Scope::Port("db".to_owned())))
        .unwrap();
    assert!(matches!(missing, Err(Error::NoSuchPort(name)) if name == "db"));
}

/// A Xen guest's card has one for its firmware and one for its driver.
#[test]
fn a_port_may_have_two_interfaces() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let taps = [bed.plug("tap-web"), bed.plug("tap-web-emu")];
    let mut watch = bed.watch();
    let policy = Policy::parse(STRICT, "test").unwrap();
    let devices = ["tap-web", "tap-web-emu"].map(|name| name.parse::<DeviceName>().unwrap());
    let desired = Desired::at(&policy, [devices]);
    let host = bed.host.clone();
    let apply = |bed: &mut Bed| host.run(|| bed.driver.apply(&desired)).unwrap().unwrap();
    apply(&mut bed);
    assert!(apply(&mut bed).is_nothing());
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (2, 0), "{state:?}");
    for tap in &taps {
        tap.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
        tap.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
        let seen = watch.recv(Duration::from_secs(5)).unwrap().unwrap();
        assert_eq!(seen.frame[28..32], [192, 0, 2, 10]);
    }
    let released = host.run(|| bed.driver.remove(&Scope::Port("web".to_owned())));
    assert_eq!(released.unwrap().unwrap(), ["web"]);
    let state = bed.state();
    assert_eq!((state.ports.len(), state.drift.len()), (0, 0), "{state:?}");
    assert!(!apply(&mut bed).is_nothing());
}

/// Each change by somebody else is seen, named, and put right by the next apply.
#[test]
fn drift_is_seen_and_repaired() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let id = main_table();
    let first = |kernel: &mut Connection, set: &str| kernel.elements(&id, set).unwrap().remove(0);
    type Harm<'a> = (&'a str, Box<dyn Fn(&mut Connection, &mut Batch) + 'a>);
    let harms: Vec<Harm> = vec![
        (
            "a MAC more",
            Box::new(|kernel, batch| {
                let mut element = first(kernel, names::MACS);
                element.key[9] ^= 1;
                batch.add_elements(&id, names::MACS, &[Element::of(element.key)]);
            }),
        ),
        (
            "an address less",
            Box::new(|kernel, batch| {
                let element = first(kernel, "ip4-32");
                batch.delete_elements(&id, "ip4-32", &[element]);
            }),
        ),
        (
            "a shorter way out",
            Box::new(|_, batch| {
                let exprs = vec![vifguard_netlink::nft::Expr::Verdict(Verdict::Accept)];
                batch.flush_chain(&id, "judge");
                batch.add_rule(
                    &id,
                    "judge",
                    &Rule {
                        exprs,
                        comment: String::new(),
                    },
                );
            }),
        ),
        (
            "no rules in a refusal",
            Box::new(|_, batch| batch.flush_chain(&id, "refuse.mac")),
        ),
        (
            "a policy that accepts",
            Box::new(|_, batch| {
                batch.set_policy(&id, "ingress", vifguard_netlink::nft::Policy::Accept);
            }),
        ),
        (
            "an interface less",
            Box::new(|_, batch| {
                batch.flush_chain(&id, "ingress");
                batch.delete_chain(&id, "ingress");
            }),
        ),
        (
            "a number that is refused no more",
            Box::new(|kernel, batch| {
                let router = kernel.elements(&id, "ip6-routers").unwrap();
                batch.delete_elements(&id, "ip6-routers", &router[..1]);
            }),
        ),
    ];
    for (name, harm) in harms {
        bed.in_host(|| {
            let mut kernel = Connection::open().unwrap();
            let mut batch = Batch::new();
            harm(&mut kernel, &mut batch);
            kernel.commit(batch.close()).unwrap();
        });
        let drift = bed.state().drift;
        assert!(!drift.is_empty(), "{name}: not seen");
        let applied = bed.apply(STRICT);
        assert!(!applied.is_nothing(), "{name}: not repaired");
        assert_eq!(
            bed.state().drift,
            [],
            "{name}: still there after {applied:?}"
        );
    }
    // The table gone altogether.
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.delete_table(&id);
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert!(!bed.state().present);
    assert_eq!(bed.apply(STRICT).added, ["web"]);
}

#[test]
fn a_change_that_is_no_drift_is_not_called_one() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let wider = STRICT.replace("192.0.2.10", "192.0.2.10, 198.51.100.0/28");
    let applied = bed.apply(&wider);
    assert_eq!(
        (applied.changed.len(), applied.repaired.len()),
        (1, 0),
        "{applied:?}"
    );
    let forwarder = STRICT.replace("network: lan", "network: lan, profile: forwarder");
    let applied = bed.apply(&forwarder);
    assert_eq!(
        (applied.changed.len(), applied.repaired.len()),
        (1, 0),
        "{applied:?}"
    );
    assert_eq!(bed.state().drift, []);
}

/// A kernel that binds to devices lets go of one that goes. Nobody changed anything.
#[test]
fn an_interface_that_went_is_no_drift() {
    for binding in [Binding::ByDevice, Binding::ByName] {
        let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
            return;
        };
        let web = bed.plug("tap-web");
        bed.apply(STRICT);
        drop(web);
        assert_eq!(bed.state().drift, [], "{binding:?}");
    }
}

/// An interface under a pattern is guarded from its first frame, with a port and without one.
#[test]
fn the_first_frame_meets_the_guards() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let web = bed.plug("tap-web");
    let stranger = bed.plug("tap-other");
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    web.write(&arp(0x0a, [192, 0, 2, 99])).unwrap();
    stranger.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    let counters = bed.counters();
    assert_eq!(counters.of("tap-web").passed, 1);
    assert_eq!(counters.of("tap-web").refused, [(Reason::ArpIp, 1)].into());
    assert_eq!(
        counters.of("tap-other").refused,
        [(Reason::UnknownPort, 1)].into()
    );
}

/// The same where the kernel binds to devices only: what came later is refused by the gate until it is
/// bound.
#[test]
fn the_gate_stands_for_what_is_not_bound() {
    let Some(mut bed) = Bed::new(Nft::with_binding(Binding::ByDevice)) else {
        return;
    };
    bed.apply(STRICT);
    let late = bed.plug("tap-web");
    let good = arp(0x0a, [192, 0, 2, 10]);
    let mut watch = bed.watch();
    late.write(&good).unwrap();
    assert!(watch.drain().unwrap().is_empty(), "it came through");
    assert_eq!(
        bed.counters().of("tap-web").refused,
        [(Reason::UnknownPort, 1)].into()
    );
    bed.apply(STRICT);
    late.write(&good).unwrap();
    assert_eq!(watch.drain().unwrap().len(), 1);
    assert_eq!(bed.counters().of("tap-web").passed, 1);
}

/// Without a pattern each port's interface is bound by its own name, and comes and goes with it.
#[test]
fn ports_by_name_come_and_go() {
    for binding in [Binding::ByName, Binding::ByDevice] {
        let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
            return;
        };
        let taps = ["tap-0", "tap-1", "tap-2"].map(|name| bed.plug(name));
        let of = |ports: &[u8]| {
            let port = |n: &u8| policy::port(&format!("p{n}"), &format!("tap-{n}"), 0x10 + n);
            let ports: String = ports.iter().map(port).collect();
            policy::of(&ports).replace("[\"tap-*\"]", "[]")
        };
        let mut watch = bed.watch();
        for ports in [&[0][..], &[0, 1], &[0, 1, 2], &[1, 2], &[2], &[0, 2]] {
            bed.apply(&of(ports));
            assert_eq!(bed.state().drift, [], "{binding:?} {ports:?}");
            for n in 0..3u8 {
                // One that has no port is not guarded: it says what it likes.
                let own = ports.contains(&n);
                taps[usize::from(n)]
                    .write(&arp(0x99, [192, 0, 2, 0x99]))
                    .unwrap();
                let came = watch.drain().unwrap().len();
                assert_eq!(came, usize::from(!own), "{binding:?} {ports:?} tap-{n}");
            }
        }
    }
}

/// What a kernel cannot do is said for as long as it is so.
#[test]
fn a_degraded_port_is_shown_as_such() {
    for (binding, lines) in [(Binding::ByDevice, 1), (Binding::ByName, 0)] {
        let Some(mut bed) = Bed::new(Nft::with_binding(binding)) else {
            return;
        };
        let _web = bed.plug("tap-web");
        bed.apply(STRICT);
        let state = bed.state();
        assert_eq!(state.ports[0].degraded.len(), lines, "{state:?}");
        let no_patterns = STRICT.replace("[\"tap-*\"]", "[]");
        bed.apply(&no_patterns);
        assert_eq!(bed.state().ports[0].degraded.len(), 0);
    }
}

/// A port that is only audited loses nothing at the gates, whatever else holds for unknown interfaces; and
/// one that is not is refused there even where unknown interfaces are only audited.
#[test]
fn gates_know_who_is_audited() {
    let Some(mut bed) = Bed::new(Nft::with_binding(Binding::ByDevice)) else {
        return;
    };
    let audited = STRICT.replace("name: web,", "name: web, mode: audit,");
    let lenient = STRICT.replace("[\"tap-*\"]", "[\"tap-*\"], unknown: audit");
    for (policy, passes) in [(audited, 1), (lenient, 0), (STRICT.to_owned(), 0)] {
        bed.apply(&policy);
        let late = bed.plug("tap-web");
        let mut watch = bed.watch();
        late.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
        assert_eq!(watch.drain().unwrap().len(), passes, "{policy}");
        bed.driver_removes();
    }
}

/// What the judge notes on a frame is gone behind the gates: others filter and route by marks.
#[test]
fn marks_are_as_they_were() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let web = bed.plug("tap-web");
    bed.apply(STRICT);
    let nft = |script: &str| {
        let output = bed.host.command("nft").arg(script).output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    nft("add table bridge other; \
         add chain bridge other seen { type filter hook prerouting priority 0; policy accept; }; \
         add rule bridge other seen iifname tap-web meta mark 0 counter comment \"plain\"");
    web.write(&arp(0x0a, [192, 0, 2, 10])).unwrap();
    let listed = nft("list table bridge other");
    assert!(listed.contains("counter packets 1 "), "{listed}");
}

#[test]
fn an_unknown_interface_may_be_let_through_and_counted() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(&STRICT.replace("[\"tap-*\"]", "[\"tap-*\"], unknown: audit"));
    let stranger = bed.plug("tap-other");
    let mut watch = bed.watch();
    stranger.write(&arp(0x0c, [192, 0, 2, 77])).unwrap();
    assert!(watch.recv(Duration::from_secs(2)).unwrap().is_some());
    assert_eq!(
        bed.counters().of("tap-other").audited,
        [(Reason::UnknownPort, 1)].into()
    );
}

#[test]
fn a_port_without_its_interface_is_an_error_that_says_what_to_do() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let alone = STRICT.replace("[\"tap-*\"]", "[]");
    let error = bed.try_apply(&alone).unwrap_err().to_string();
    assert!(
        error.contains("port web: there is no interface tap-web"),
        "{error}"
    );
    assert!(error.contains("host.guarded_interfaces"), "{error}");
    assert!(!bed.state().present);
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

/// What a change that was killed has left behind is swept away and never used.
#[test]
fn remains_of_a_killed_change_are_swept() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let id = main_table();
    let claims = || {
        bed.in_host(|| {
            Connection::open()
                .unwrap()
                .elements(&id, names::MACS)
                .unwrap()
        })
    };
    let before = claims();
    bed.in_host(|| {
        let mut stray = before[0].clone();
        stray.key[..4].copy_from_slice(&77u32.to_ne_bytes());
        let mut batch = Batch::new();
        batch.add_elements(&id, names::MACS, &[Element::of(stray.key)]);
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert_eq!(claims().len(), 2);
    bed.apply(STRICT);
    let id = main_table();
    let after = bed.in_host(|| {
        Connection::open()
            .unwrap()
            .elements(&id, names::MACS)
            .unwrap()
    });
    assert_eq!(after, before);
}

/// What guards everybody is watched like what guards one port.
#[test]
fn drift_that_is_about_no_port_is_seen() {
    let id = main_table();
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    let any = STRICT.replace("network: lan", "network: lan, link_local: any");
    let any = any.replace("kind: private", "kind: private, reserved: [\"fe80::1\"]");
    bed.apply(&any);
    assert_eq!(bed.state().drift, []);
    bed.in_host(|| {
        let mut kernel = Connection::open().unwrap();
        let taken = kernel.elements(&id, "taken-128").unwrap();
        let mut batch = Batch::new();
        batch.delete_elements(&id, "taken-128", &taken[..1]);
        kernel.commit(batch.close()).unwrap();
    });
    assert_eq!(bed.state().drift.len(), 1);
    assert!(!bed.apply(&any).is_nothing());
    assert_eq!(bed.state().drift, []);

    bed.apply(&policy::of(""));
    assert_eq!(bed.state().drift, []);
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.flush_chain(&id, "ingress");
        batch.delete_chain(&id, "ingress");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    assert_eq!(bed.state().drift.len(), 1);
    assert!(!bed.apply(&policy::of("")).is_nothing());
    assert_eq!(bed.state().drift, []);
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

/// What the rules were made for is not learned from rules that somebody changed.
#[test]
fn a_flushed_chain_comes_back_whole() {
    let Some(mut bed) = Bed::new(Nft::new()) else {
        return;
    };
    bed.apply(STRICT);
    let rules = |bed: &Bed| {
        let all = bed.in_host(|| Connection::open().unwrap().rules(&main_table()).unwrap());
        let of_judge = all.into_iter().filter(|(chain, _)| chain == "judge");
        of_judge
            .map(|(_, rule)| rule.to_string())
            .collect::<Vec<_>>()
    };
    let before = rules(&bed);
    bed.in_host(|| {
        let mut batch = Batch::new();
        batch.flush_chain(&main_table(), "judge");
        Connection::open().unwrap().commit(batch.close()).unwrap();
    });
    // As another process does it.
    bed.driver = Nft::new();
    let host = bed.host.clone();
    host.run(|| bed.driver.probe()).unwrap().unwrap();
    assert!(!bed.apply(STRICT).repaired.is_empty());
    assert_eq!(rules(&bed), before);
    assert_eq!(bed.state().drift, []);
}
