//! Frames longer than the MTU, as guests with segmentation offload send them.

use std::time::Duration;

use vifguard_lab::{
    Capture, CaptureOptions, GsoKind, RawSender, TapOptions, VnetHeader, available,
};

use crate::support::{PATIENCE, mac, tcp_segment, two_guests};

const PAYLOAD: usize = 4000;

fn whole() -> (VnetHeader, Vec<u8>) {
    (
        VnetHeader::tcp(GsoKind::Tcp4, 20, 1448),
        tcp_segment(mac(2), mac(1), PAYLOAD),
    )
}

#[test]
fn a_whole_segment_passes_by_its_header() {
    if !available() {
        return;
    }
    let (_lab, one, two) = two_guests();
    let options = CaptureOptions {
        vnet_header: true,
        incoming_only: true,
        ..CaptureOptions::default()
    };
    let mut capture = Capture::with(two.netns(), "eth0", options).unwrap();
    let (header, frame) = whole();
    let sender = RawSender::with_vnet_header(one.netns(), "eth0").unwrap();
    sender.send_with(header, &frame).unwrap();
    let mut seen = None;
    capture
        .until(PATIENCE, |f| {
            seen = (f.length > 1514).then(|| f.clone());
            seen.is_some()
        })
        .unwrap();
    let seen = seen.expect("no frame longer than the MTU arrived");
    assert_eq!((seen.vnet.gso, seen.vnet.segment), (GsoKind::Tcp4, 1448));
    assert_eq!(seen.frame, frame);

    let refused = one.sender().unwrap().send(&frame).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("send a frame of 4054 bytes on eth0"),
        "{refused}"
    );
}

#[test]
fn a_tap_hands_over_whole_segments_only_if_asked() {
    if !available() {
        return;
    }
    let (lab, one, _two) = two_guests();
    let (header, frame) = whole();
    let sender = RawSender::with_vnet_header(one.netns(), "eth0").unwrap();
    for (segments, expected) in [(true, 1), (false, 3)] {
        let options = TapOptions {
            vnet_header: true,
            segments,
        };
        let tap = lab.host.tap_with("tap-3", options).unwrap();
        lab.attach(tap.link()).unwrap();
        tap.link().await_ready(PATIENCE).unwrap();
        sender.send_with(header, &to_mac_3(&frame)).unwrap();
        let mut lengths = Vec::new();
        while let Some((_, seen)) = tap.read_with(Duration::from_millis(100)).unwrap() {
            lengths.extend((seen[..6] == mac(3)).then_some(seen.len()));
        }
        assert_eq!(lengths.len(), expected, "{lengths:?}");
    }
}

#[test]
fn a_guest_behind_a_tap_sends_whole_segments() {
    if !available() {
        return;
    }
    let (lab, _one, two) = two_guests();
    let tap = lab
        .host
        .tap_with(
            "tap-3",
            TapOptions {
                vnet_header: true,
                segments: false,
            },
        )
        .unwrap();
    lab.attach(tap.link()).unwrap();
    tap.link().await_ready(PATIENCE).unwrap();
    let mut capture = two.capture().unwrap();
    let (header, frame) = whole();
    tap.write_with(header, &frame).unwrap();
    assert!(
        capture
            .until(PATIENCE, |seen| seen.frame == frame)
            .unwrap()
            .is_some()
    );
}

fn to_mac_3(frame: &[u8]) -> Vec<u8> {
    let mut other = frame.to_vec();
    other[..6].copy_from_slice(&mac(3));
    other
}

#[test]
fn a_header_reads_as_it_was_written() {
    let (header, _) = whole();
    assert_eq!(VnetHeader::from_bytes(header.to_bytes()), header);
    assert_eq!(VnetHeader::default().to_bytes(), [0; VnetHeader::LEN]);
    let congestion_seen = [1, 0x81, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(VnetHeader::from_bytes(congestion_seen).gso, GsoKind::Tcp4);
}
