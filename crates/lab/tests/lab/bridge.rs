//! What two real stacks on a bridge teach it and each other.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

use vifguard_lab::{Bridged, Capture, Guest, Reachability, available, wait_until};

use crate::support::{MOMENT, PATIENCE, arp_request, mac, marker, silent, two_guests};

/// One datagram there and one back, by the sockets of the standard library.
fn exchange(asker: &Guest, answerer: &Guest, address: IpAddr) {
    let server = answerer
        .netns()
        .run(|| UdpSocket::bind((address, 7)))
        .unwrap()
        .unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let echo = answerer.netns().spawn(move || {
        let mut room = [0; 16];
        let (length, from) = server.recv_from(&mut room).unwrap();
        server.send_to(&room[..length], from).unwrap();
    });
    let any = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let client = asker.netns().run(|| UdpSocket::bind(any)).unwrap().unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.send_to(b"are you there", (address, 7)).unwrap();
    let mut room = [0; 16];
    assert_eq!(client.recv(&mut room).unwrap(), 13);
    echo.unwrap().join().unwrap();
}

#[test]
fn guests_resolve_and_reach_each_other() {
    if !available() {
        return;
    }
    let (_lab, one, two) = two_guests();
    for address in ["192.0.2.2", "2001:db8::2"] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(one.netns().neighbour(address).unwrap(), None);
        exchange(&one, &two, address);
        let rows = one.netns().neighbours().unwrap();
        let row = rows.iter().find(|row| row.ip == address).unwrap();
        assert_eq!((row.mac, row.device.as_str()), (Some(mac(2)), "eth0"));
        assert_ne!(row.state, Reachability::Failed);
    }
}

#[test]
fn a_forged_request_poisons_a_neighbour_and_moves_an_fdb_entry() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    // Silent: a multicast report of the victim's own would move its entry back at once.
    let [one, two] = [1, 2].map(|number| lab.guest(&silent(number)).unwrap());
    let (own, victim) = (Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2));
    exchange(&one, &two, victim.into());
    let host = &lab.host;
    assert_eq!(
        host.learned_port("br0", mac(2)).unwrap().as_deref(),
        Some("tap-2")
    );
    let before = host.fdb("br0").unwrap();
    assert!(
        before.iter().any(|row| row.port == "br0" && !row.learned),
        "{before:?}"
    );
    assert_eq!(host.fdb("br0").unwrap(), before);

    // Guest 1 speaks with the address of guest 2: from now on the bridge takes it for guest 2.
    one.sender()
        .unwrap()
        .send(&arp_request(mac(2), victim, own))
        .unwrap();
    let port = host.learned_port("br0", mac(2)).unwrap();
    assert_eq!(port.as_deref(), Some("tap-1"), "{:?}", host.fdb("br0"));

    // Guest 1 says that 192.0.2.1, which guest 2 knows, is at an address that nobody has.
    assert_eq!(two.netns().neighbour(own.into()).unwrap(), Some(mac(1)));
    one.sender()
        .unwrap()
        .send(&arp_request(mac(9), own, victim))
        .unwrap();
    assert!(wait_until(PATIENCE, || two
        .netns()
        .neighbour(own.into())
        .unwrap()
        == Some(mac(9))));

    two.nic().pin_neighbour(own.into(), mac(8)).unwrap();
    assert_eq!(two.netns().neighbour(own.into()).unwrap(), Some(mac(8)));
}

#[test]
fn a_tag_in_the_bytes_survives_to_the_capture() {
    if !available() {
        return;
    }
    let (_lab, one, two) = two_guests();
    let sender = one.sender().unwrap();
    let mut capture = two.capture().unwrap();
    let plain = marker(mac(1), b"tagged");
    // A priority tag with VID 0, a plain one, a stack of two, and a service tag with VID 0.
    let tags: [&[u8]; 4] = [
        &[0x81, 0, 0, 0],
        &[0x81, 0, 0xa0, 5],
        &[0x88, 0xa8, 0, 7, 0x81, 0, 0, 5],
        &[0x88, 0xa8, 0, 0],
    ];
    for tag in tags {
        let mut frame = plain.clone();
        frame.splice(12..12, tag.iter().copied());
        sender.send(&frame).unwrap();
        let is_it = |seen: &vifguard_lab::Captured| seen.frame == frame;
        let before = capture.until(PATIENCE, is_it).unwrap();
        assert!(
            before.is_some(),
            "the frame with tag {tag:02x?} did not arrive as it was sent"
        );
    }
}

#[test]
fn a_capture_can_leave_out_what_the_device_sends() {
    if !available() {
        return;
    }
    let (lab, one, two) = two_guests();
    let mut both = Capture::on(&lab.host, "tap-1").unwrap();
    let mut incoming = Capture::incoming(&lab.host, "tap-1").unwrap();
    let (out, back) = (marker(mac(1), b"from one"), marker(mac(2), b"from two"));
    one.sender().unwrap().send(&out).unwrap();
    two.sender().unwrap().send(&back).unwrap();
    let seen = both
        .until(PATIENCE, |frame| frame.frame == back)
        .unwrap()
        .unwrap();
    assert!(
        seen.iter()
            .any(|frame| frame.frame == out && !frame.outgoing)
    );
    let seen = incoming.until(MOMENT, |frame| frame.frame == back).unwrap();
    assert_eq!(seen, None);
}

#[test]
fn an_entry_ages_as_the_bridge_was_told() {
    if !available() {
        return;
    }
    let host = vifguard_lab::Netns::new("ageing").unwrap();
    let ageing = Some(Duration::from_millis(300));
    let options = vifguard_lab::BridgeOptions {
        ageing,
        ..Default::default()
    };
    let bridge = host.bridge_with("br0", &options).unwrap();
    let tap = host.tap("tap1").unwrap();
    tap.link().set_master(&bridge).unwrap();
    tap.link().up().unwrap();
    tap.link().await_ready(PATIENCE).unwrap();
    tap.write(&marker(mac(1), b"hello")).unwrap();
    assert_eq!(
        host.learned_port("br0", mac(1)).unwrap().as_deref(),
        Some("tap1")
    );
    assert!(wait_until(PATIENCE, || host
        .learned_port("br0", mac(1))
        .unwrap()
        .is_none()));
}

#[test]
fn a_batch_arrives_whole_and_in_order() {
    if !available() {
        return;
    }
    let (_lab, one, two) = two_guests();
    let mut capture = two.capture().unwrap();
    let frames: Vec<_> = (0..20_000_u32)
        .map(|n| marker(mac(1), &n.to_be_bytes()))
        .collect();
    let last = marker(mac(1), b"that was all");
    let sender = one.sender().unwrap();
    sender.send_many(&frames).unwrap();
    sender.send(&last).unwrap();
    let seen = capture
        .until(PATIENCE, |frame| frame.frame == last)
        .unwrap()
        .unwrap();
    let seen: Vec<_> = seen
        .into_iter()
        .filter(|f| f.ethertype() == 0x88b5)
        .map(|f| f.frame)
        .collect();
    assert_eq!(capture.lost().unwrap(), 0);
    assert!(
        seen == frames,
        "{} of {} frames, or in another order",
        seen.len(),
        frames.len()
    );
}
