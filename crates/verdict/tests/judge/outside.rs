//! `etherparse` as a parser from outside: what it finds in whole packets is what the judge decided
//! on.

use std::net::IpAddr;

use etherparse::{Ipv4Slice, Ipv6ExtensionSlice, Ipv6Slice};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::{Rule, judge};

use crate::frame::{ICMP, ICMPV6, IGMP, PIM, UDP};
use crate::generate::{ipv4_packets, ipv6_packets};
use crate::port;

const FRAMES: usize = 20_000;

/// A packet as `etherparse` sees it.
#[derive(Debug)]
struct View<'a> {
    source: IpAddr,
    protocol: u8,
    /// The fragment offset is 0.
    head: bool,
    extended: bool,
    upper: &'a [u8],
}

#[test]
fn ipv4_packets_are_read_alike() {
    compare(ipv4_packets(), ipv4, |view, guard| {
        let head = view.head.then_some(view.protocol);
        let (UDP | ICMP | IGMP) = view.protocol else {
            return settled(view, guard, view.protocol == PIM, false);
        };
        let speaks = matches!(
            (head, view.upper[0]),
            (Some(ICMP), 5 | 9) | (Some(IGMP), 0x11 | 0x30)
        );
        let serves =
            head == Some(UDP) && (view.upper[..2] == [0, 67] || view.upper[2..4] == [0, 68]);
        settled(view, guard, speaks, serves)
    });
}

#[test]
fn ipv6_packets_are_read_alike() {
    compare(ipv6_packets(), ipv6, |view, guard| {
        if view.head && view.extended && view.upper.is_empty() {
            return Some(Rule::Ipv6Form);
        }
        let head = view.head.then_some(view.protocol);
        let first = view.upper.first();
        if guard == Guard::Ipv6 && head == Some(ICMPV6) && matches!(first, Some(133 | 135 | 136)) {
            // `etherparse` knows nothing of the form of neighbor discovery.
            return None;
        }
        let speaks = view.protocol == PIM
            || head == Some(ICMPV6) && matches!(first, Some(130 | 134 | 137 | 151));
        let serves =
            head == Some(UDP) && (view.upper[..2] == [2, 35] || view.upper[2..4] == [2, 34]);
        settled(view, guard, speaks, serves)
    });
}

/// The rule that must settle it where one guard alone is on.
fn settled(view: &View<'_>, guard: Guard, speaks: bool, serves: bool) -> Option<Rule> {
    let four = view.source.is_ipv4();
    let rule = |v4, v6| Some(if four { v4 } else { v6 });
    match guard {
        // What a host without an address may send is not the parser's matter.
        Guard::Ipv4 | Guard::Ipv6 if view.source.is_unspecified() => None,
        Guard::Ipv4 | Guard::Ipv6 if !owns(view.source) => rule(Rule::Ipv4Source, Rule::Ipv6Source),
        Guard::Router if speaks => rule(Rule::Ipv4Router, Rule::Ipv6Router),
        Guard::DhcpServer if serves => rule(Rule::Ipv4DhcpServer, Rule::Ipv6DhcpServer),
        Guard::Ipv4 if !four => None,
        Guard::Ipv6 if four => None,
        Guard::Ipv4 | Guard::Ipv6 | Guard::Router | Guard::DhcpServer => {
            rule(Rule::Ipv4Own, Rule::Ipv6Own)
        }
        Guard::Mac | Guard::Arp | Guard::Nd | Guard::L2 => None,
    }
}

fn compare(
    frames: impl Strategy<Value = Vec<u8>>,
    view: impl Fn(&[u8]) -> Option<View<'_>>,
    expected: impl Fn(&View<'_>, Guard) -> Option<Rule>,
) {
    let mut runner = TestRunner::deterministic();
    let mut compared = 0;
    for _ in 0..FRAMES {
        let frame = frames.new_tree(&mut runner).unwrap().current();
        let Some(view) = view(&frame[14..]) else {
            continue;
        };
        let guard = if view.source.is_ipv4() {
            Guard::Ipv4
        } else {
            Guard::Ipv6
        };
        for guard in [guard, Guard::Router, Guard::DhcpServer] {
            if let Some(rule) = expected(&view, guard) {
                let got = judge(&port::with(GuardSet::of(&[guard])), &frame, None).rule;
                assert_eq!(got, rule, "{guard}: {view:?} of {frame:02x?}");
                compared += 1;
            }
        }
    }
    assert!(compared > FRAMES, "only {compared} were compared");
}

fn ipv4(packet: &[u8]) -> Option<View<'_>> {
    let ip = Ipv4Slice::from_slice(packet).ok()?;
    let header = ip.header();
    let payload = packet.get(header.slice().len()..)?;
    Some(View {
        source: header.source_addr().into(),
        protocol: header.protocol().0,
        head: header.fragments_offset().value() == 0,
        extended: false,
        upper: payload,
    })
}

fn ipv6(packet: &[u8]) -> Option<View<'_>> {
    let ip = Ipv6Slice::from_slice(packet).ok()?;
    let mut head = true;
    let mut fragmented = false;
    for extension in ip.extensions().clone() {
        // It walks on behind a fragment header, where the contract does not.
        if fragmented {
            return None;
        }
        if let Ipv6ExtensionSlice::Fragment(fragment) = extension {
            head = fragment.fragment_offset().value() == 0;
            fragmented = true;
        }
    }
    let upper = ip.payload().payload;
    Some(View {
        source: ip.header().source_addr().into(),
        protocol: ip.payload().ip_number.0,
        head,
        extended: upper.len() + 40 < packet.len(),
        upper,
    })
}

fn owns(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => port::standard().owns_v4(address),
        IpAddr::V6(address) => port::standard().owns_v6(address),
    }
}
