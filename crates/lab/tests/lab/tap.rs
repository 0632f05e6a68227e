//! A tap is held as a hypervisor holds it.

use vifguard_lab::{Bridged, available};

use crate::support::{MOMENT, PATIENCE, mac, marker, spec};

#[test]
fn what_a_guest_writes_is_seen_behind_the_bridge() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let guest = lab.guest(&spec(2)).unwrap();
    let tap = lab.tap("tap1").unwrap();
    let mut capture = guest.capture().unwrap();
    let frame = marker(mac(1), b"from a tap");
    tap.write(&frame).unwrap();
    assert!(
        capture
            .until(PATIENCE, |seen| seen.frame == frame)
            .unwrap()
            .is_some()
    );
    assert_eq!(
        lab.host.learned_port("br0", mac(1)).unwrap().as_deref(),
        Some("tap1")
    );
    assert!(tap.link().stats().unwrap().rx_packets >= 1);

    let answer = marker(mac(2), b"to a tap");
    guest.sender().unwrap().send(&answer).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = tap.read(MOMENT).unwrap() {
        seen.push(frame);
    }
    assert!(seen.contains(&answer));
    assert!(tap.drain().unwrap().is_empty());
}

#[test]
fn a_tap_goes_with_its_holder() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let tap = lab.tap("tap1").unwrap();
    assert_eq!(tap.link().info().unwrap().kind, "tun");
    let again = lab.tap("tap1").unwrap_err();
    assert_eq!(again.os_error(), Some(16), "{again}");
    let runt = tap.write(&[0; 13]).unwrap_err();
    assert!(
        runt.to_string()
            .contains("send 13 bytes as the guest behind tap tap1"),
        "{runt}"
    );
    drop(tap);
    assert!(!lab.host.has_link("tap1").unwrap());
}
