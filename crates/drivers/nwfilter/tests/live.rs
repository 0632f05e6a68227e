//! A change under flood: the driver's, and what a binding that is taken off and put on again leaves open.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use bed::{Bed, desired};
use vifguard_conformance::{Must, Outcome, Stage, Stream};
use vifguard_driver::Driver;
use vifguard_nwfilter::of_device;

const DEVICE: &str = "flood0";
const PORT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: flood0, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

/// An ARP reply, numbered behind its end.
fn arp(name: &'static str, must: Must, mac: u8, ip: [u8; 4]) -> Stream {
    let mut frame = bed::arp(mac, ip);
    frame.resize(60, 0);
    Stream::new(name, must, frame, 50)
}

/// UDP over IPv4 to a group, numbered in its data.
fn udp(name: &'static str, must: Must, ip: [u8; 4], from: u16) -> Stream {
    let mut frame = vec![1, 0, 0x5e, 0, 0, 0xfb, 2, 0, 0, 0, 0, 0x0a, 8, 0];
    frame.extend([0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0]);
    frame.extend(ip);
    frame.extend([224, 0, 0, 251]);
    frame.extend(from.to_be_bytes());
    frame.extend([0, 9, 0, 26, 0, 0]);
    frame.resize(60, 0);
    Stream::new(name, must, frame, 50)
}

fn streams() -> Vec<Stream> {
    let (own, other) = ([192, 0, 2, 10], [192, 0, 2, 66]);
    vec![
        arp("own ARP", Must::Pass, 0x0a, own),
        udp("own UDP", Must::Pass, own, 40_000),
        arp("ARP of another MAC", Must::Die, 0x66, own),
        arp("ARP for another address", Must::Die, 0x0a, other),
        udp("UDP from another address", Must::Die, other, 40_000),
        udp("an answer of a DHCP server", Must::Die, own, 67),
    ]
}

fn guarded(bed: &mut Bed) -> Stage {
    let mut stage = Stage::for_floods(bed.place()).unwrap();
    stage.plug(DEVICE).unwrap();
    bed.apply(PORT);
    stage
}

fn say(what: &str, outcome: &Outcome) {
    let (frames, leaked, lost) = (outcome.frames(), outcome.leaked(), outcome.lost());
    println!("{what}: {frames} frames, {leaked} leaked, {lost} lost");
}

#[test]
fn a_change_leaves_nothing_open_and_loses_nothing() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let mut stage = guarded(&mut bed);
    // Own either way, with more beside it or without; and whose filter it is changes too.
    let texts = [
        PORT.replace(
            "192.0.2.10]",
            "192.0.2.10, 198.51.100.0/28, \"2001:db8:5::/64\"]",
        ),
        PORT.replace(
            "name: web",
            "name: db, profile: strict, guards: { ipv6: off }",
        ),
        PORT.to_owned(),
    ];
    let ((), outcome) = stage
        .flood(0, &streams(), |flow| {
            flow.await_more(1);
            for text in &texts {
                let applied = bed.apply(text);
                assert!(!applied.is_nothing());
            }
            flow.await_more(1);
            Ok(())
        })
        .unwrap();
    say("filters defined anew", &outcome);
    assert!(outcome.ok(), "{outcome}");
}

/// What the driver does not do. Were there no moment without a filter, this would be a way to change one.
#[test]
fn a_binding_taken_off_and_put_on_again_is_open_in_between() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let mut stage = guarded(&mut bed);
    let libvirtd = bed.libvirtd.clone();
    let ((), outcome) = stage
        .flood(0, &streams(), |flow| {
            flow.await_more(1);
            libvirtd
                .virsh(&["nwfilter-binding-delete", DEVICE])
                .unwrap();
            flow.await_more(1);
            // The driver sees it, and binds anew.
            let applied = bed.apply(PORT);
            assert_eq!(applied.repaired.len(), 1);
            Ok(())
        })
        .unwrap();
    say("binding deleted and created", &outcome);
    assert!(outcome.leaked() > 0, "{outcome}");
    assert_eq!(outcome.lost(), 0, "{outcome}");
}

#[test]
fn a_libvirtd_that_dies_and_starts_leaves_nothing_open() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let mut stage = guarded(&mut bed);
    let libvirtd = bed.libvirtd.clone();
    let ((), outcome) = stage
        .flood(0, &streams(), |flow| {
            flow.await_more(1);
            libvirtd.kill();
            flow.await_more(1);
            libvirtd.start().unwrap();
            flow.await_more(1);
            Ok(())
        })
        .unwrap();
    say("libvirtd killed and started", &outcome);
    assert!(outcome.ok(), "{outcome}");
    let bound = libvirtd.virsh(&["nwfilter-binding-list"]).unwrap();
    assert!(bound.contains(&of_device(DEVICE)), "{bound}");
    let state = bed.state();
    assert_eq!(state.drift, []);
    let wanted = desired(PORT);
    assert!(
        bed.inside(|driver| driver.apply(&wanted))
            .unwrap()
            .is_nothing()
    );
}
