//! Frames of each kind with room for a number, from any MAC and address.

use crate::flood::{Must, Stream};

/// Who a frame claims to be from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) mac: [u8; 6],
    pub(super) v4: [u8; 4],
    pub(super) v6: [u8; 16],
}

const NUMBER: [u8; Stream::NUMBER] = [0; Stream::NUMBER];

/// One frame of each kind: those that take the short way through a filter, and those that cannot.
pub(super) fn all(claim: Claim) -> Vec<Stream> {
    let numbered_at_the_end = |name, frame: Vec<u8>| {
        let at = frame.len() - Stream::NUMBER;
        // What it must do is for the judge to say.
        Stream::new(name, Must::Die, frame, at)
    };
    vec![
        numbered_at_the_end("tcp4", ip4(claim, 6)),
        numbered_at_the_end("udp4", ip4(claim, 17)),
        numbered_at_the_end("arp", arp(claim)),
        numbered_at_the_end("tcp6", ip6(claim, 6, &upper(6))),
        numbered_at_the_end("udp6", ip6(claim, 17, &upper(17))),
        numbered_at_the_end("na", advertisement(claim)),
    ]
}

fn ethernet(claim: Claim, ethertype: [u8; 2]) -> Vec<u8> {
    [&[0xff; 6][..], &claim.mac, &ethertype].concat()
}

/// 20 bytes that begin with two ports, and the number.
fn upper(protocol: u8) -> Vec<u8> {
    let mut upper = vec![0x10, 0x01, 0x10, 0x02];
    let length = [0, 26];
    upper.extend(if protocol == 17 { length } else { [0; 2] });
    upper.resize(20, 0);
    if protocol == 6 {
        // A header of 20 bytes: some switches take others for none at all.
        upper[12] = 0x50;
    }
    upper.extend(NUMBER);
    upper
}

fn ip4(claim: Claim, protocol: u8) -> Vec<u8> {
    let upper = upper(protocol);
    let length = u8::try_from(20 + upper.len()).unwrap_or(u8::MAX);
    let mut frame = ethernet(claim, [0x08, 0x00]);
    frame.extend([0x45, 0, 0, length, 0, 1, 0, 0, 64, protocol, 0, 0]);
    frame.extend(claim.v4);
    frame.extend([192, 0, 2, 200]);
    frame.extend(upper);
    frame
}

fn ip6(claim: Claim, next: u8, upper: &[u8]) -> Vec<u8> {
    let length = u8::try_from(upper.len()).unwrap_or(u8::MAX);
    let mut frame = ethernet(claim, [0x86, 0xdd]);
    frame.extend([0x60, 0, 0, 0, 0, length, next, 255]);
    frame.extend(claim.v6);
    frame.extend([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    frame.extend(upper);
    frame
}

/// A gratuitous request; the number is padding behind it.
fn arp(claim: Claim) -> Vec<u8> {
    let mut frame = ethernet(claim, [0x08, 0x06]);
    frame.extend([0, 1, 8, 0, 6, 4, 0, 1]);
    frame.extend(claim.mac);
    frame.extend(claim.v4);
    frame.extend([0; 6]);
    frame.extend(claim.v4);
    frame.extend(NUMBER);
    frame
}

/// Of the claimed address by the claimed MAC; the number is a nonce.
fn advertisement(claim: Claim) -> Vec<u8> {
    let mut message = vec![136, 0, 0, 0, 0x20, 0, 0, 0];
    message.extend(claim.v6);
    message.extend([2, 1]);
    message.extend(claim.mac);
    message.extend([14, 1]);
    message.extend(NUMBER);
    ip6(claim, 58, &message)
}
