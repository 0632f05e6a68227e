//! Interfaces that have no port, or none yet, and what stands for them behind ingress.

use std::time::Duration;

use crate::bed::{Bed, STRICT, arp};
use vifguard_nft::{Binding, Nft};
use vifguard_verdict::Reason;

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
