//! What the switch remembers of frames with made-up addresses: not one flow for each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod bed;

use std::ops::Range;

use bed::{Bed, arp};
use vifguard_lab::Tap;

const PORT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\", \"2001:db8:5::/64\"]
";
/// So many frames, each with a value of its own in the field.
const FRAMES: u64 = 600;
/// The sockets of the switch have room for some two hundred.
const AT_ONCE: u64 = 100;

fn ip4() -> Vec<u8> {
    let mut frame = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 10], &[8, 0]].concat();
    frame.extend([
        0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 10, 192, 0, 2, 1,
    ]);
    frame.extend([0x9c, 0x40, 0, 7, 0, 8, 0, 0]);
    frame
}

fn advertisement() -> Vec<u8> {
    let own = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10];
    let mut frame = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 10], &[0x86, 0xdd]].concat();
    frame.extend([0x60, 0, 0, 0, 0, 32, 58, 255]);
    frame.extend(own);
    frame.extend([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    frame.extend([136, 0, 0, 0, 0x20, 0, 0, 0]);
    frame.extend(own);
    frame.extend([2, 1, 2, 0, 0, 0, 0, 10]);
    frame
}

/// A field of a frame, where a guest makes values up.
struct Field {
    name: &'static str,
    frame: Vec<u8>,
    at: Range<usize>,
    /// Its bits, and a few more for the frames that are not refused.
    most: usize,
}

fn fields() -> Vec<Field> {
    let field = |name, frame: Vec<u8>, at: Range<usize>, most| Field {
        name,
        frame,
        at,
        most,
    };
    vec![
        field("Ethernet source", ip4(), 6..12, 50),
        field(
            "sender hardware address of ARP",
            arp(10, [192, 0, 2, 10]),
            22..28,
            50,
        ),
        field(
            "sender address of ARP",
            arp(10, [192, 0, 2, 10]),
            28..32,
            64,
        ),
        field("IPv4 source", ip4(), 26..30, 64),
        field("IPv6 source", advertisement(), 22..38, 200),
        field("target of an advertisement", advertisement(), 62..78, 200),
        field("target link-layer option", advertisement(), 80..86, 100),
        field("UDP ports", ip4(), 34..38, 300),
    ]
}

/// Numbers that look like nothing, the same each time (Vigna's splitmix64).
fn noise(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn send(bed: &mut Bed, web: &Tap, field: &Field) -> usize {
    let judged = |bed: &mut Bed| {
        let counters = bed.counters().of("tap-web");
        counters.passed + counters.refused_total()
    };
    let before = judged(bed);
    let mut frame = field.frame.clone();
    let mut seed = 1;
    for sent in 1..=FRAMES {
        for byte in &mut frame[field.at.clone()] {
            *byte = noise(&mut seed).to_le_bytes()[0];
        }
        web.write(&frame).unwrap();
        while sent % AT_ONCE == 0 && judged(bed) < before + sent {}
    }
    let flows = bed.switch.appctl(&["dpctl/dump-flows"]).unwrap();
    flows
        .lines()
        .filter(|line| line.starts_with("recirc_id"))
        .count()
}

#[test]
fn made_up_addresses_do_not_fill_the_cache() {
    let Some(mut bed) = Bed::new() else {
        return;
    };
    let web = bed.plug("tap-web");
    bed.forward();
    bed.apply(PORT);
    for field in fields() {
        bed.switch.appctl(&["revalidator/purge"]).unwrap();
        let flows = send(&mut bed, &web, &field);
        println!(
            "{}: {flows} flows remembered of {FRAMES} frames",
            field.name
        );
        assert!(flows <= field.most, "{}: {flows}", field.name);
    }
}
