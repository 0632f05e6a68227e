//! Where an observer stands decides what it sees.

use std::io::Write;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::time::Duration;

use vifguard_lab::{Capture, CaptureOptions, Delivered, HostOnly, Netns, available};

use crate::support::{PATIENCE, arp_request, ethernet, mac, marker, net, two_guests};

/// A guard of our own: refuses ARP from one sender.
const GUARD: &str = "table netdev g {
  chain c {
    type filter hook ingress device tap1 priority 0;
    arp saddr ip 192.0.2.66 drop
  }
}";

fn nft(netns: &Netns, rules: &str) {
    let mut nft = netns
        .command("nft")
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    nft.stdin
        .take()
        .unwrap()
        .write_all(rules.as_bytes())
        .unwrap();
    assert!(nft.wait().unwrap().success());
}

/// A plain capture sees a refused frame; what the stack is given does not contain it.
#[test]
fn delivered_stands_behind_the_guard() {
    if !available() {
        return;
    }
    let lab = HostOnly::new().unwrap();
    let tap = lab.tap("tap1", &[net("192.0.2.254/24")]).unwrap();
    nft(&lab.host, GUARD);
    let mut before = Capture::incoming(&lab.host, "tap1").unwrap();
    let mut after = Delivered::on(&lab.host, "tap1", &Delivered::USUAL).unwrap();
    let target = Ipv4Addr::new(192, 0, 2, 254);
    let good = arp_request(mac(1), Ipv4Addr::new(192, 0, 2, 1), target);
    let forged = arp_request(mac(1), Ipv4Addr::new(192, 0, 2, 66), target);
    let tagged = |id: u8| [&good[..12], &[0x81, 0, 0, id], &good[12..]].concat();
    let sent = [forged, good.clone(), tagged(0), tagged(5)];
    for frame in &sent {
        tap.write(frame).unwrap();
    }
    let seen: Vec<_> = before
        .drain()
        .unwrap()
        .into_iter()
        .map(|frame| frame.frame)
        .collect();
    assert_eq!(seen, sent);
    // The tagged ones arrive too, and the stack takes their tags off.
    for _ in 0..3 {
        assert_eq!(after.recv(PATIENCE).unwrap().unwrap().frame, good);
    }
    assert_eq!(after.recv(Duration::from_millis(20)).unwrap(), None);
    assert_eq!(after.lost().unwrap(), 0);
}

#[test]
fn a_capture_cuts_where_it_is_told_and_outlives_its_device() {
    if !available() {
        return;
    }
    let lab = HostOnly::new().unwrap();
    let tap = lab.tap("tap1", &[]).unwrap();
    let options = CaptureOptions {
        snaplen: 20,
        incoming_only: true,
        ..Default::default()
    };
    let mut capture = Capture::with(&lab.host, "tap1", options).unwrap();
    let frame = marker(mac(1), &[7; 100]);
    tap.write(&frame).unwrap();
    drop(tap);
    let seen = capture.recv(PATIENCE).unwrap().unwrap();
    assert_eq!(
        (seen.frame.as_slice(), seen.length),
        (&frame[..20], frame.len())
    );
    assert_eq!(capture.recv(Duration::from_millis(5)).unwrap(), None);
}

/// A bridge hands up what is between two guests only to one who asks.
#[test]
fn a_promiscuous_capture_on_a_bridge_sees_what_is_not_for_the_host() {
    if !available() {
        return;
    }
    let (lab, one, two) = two_guests();
    let unicast = ethernet(mac(2), mac(1), 0x88b5, &[0; 46]);
    let last = marker(mac(1), b"to everybody");
    // The bridge floods what it has not learned, to itself too.
    two.sender()
        .unwrap()
        .send(&marker(mac(2), b"here I am"))
        .unwrap();
    for promiscuous in [false, true] {
        let options = CaptureOptions {
            promiscuous,
            incoming_only: true,
            ..Default::default()
        };
        let mut capture = Capture::with(&lab.host, "br0", options).unwrap();
        one.sender().unwrap().send_many(&[&unicast, &last]).unwrap();
        let seen = capture
            .until(PATIENCE, |frame| frame.frame == last)
            .unwrap()
            .unwrap();
        assert_eq!(seen.iter().any(|frame| frame.frame == unicast), promiscuous);
    }
}
