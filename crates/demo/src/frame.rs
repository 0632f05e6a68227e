//! The attackers' frames, byte by byte: no honest stack would send them.

use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_lab::Mac;

pub(crate) const BROADCAST: Mac = [0xff; 6];

const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const DESTINATION_OPTIONS: u8 = 60;

/// An Ethernet frame.
pub(crate) fn ethernet(from: Mac, to: Mac, ethertype: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = [&to[..], &from, &ethertype.to_be_bytes(), payload].concat();
    // As long as a wire wants it. Neighbor discovery with padding would be refused for the padding.
    if ethertype == 0x0806 {
        frame.resize(60, 0);
    }
    frame
}

/// The same frame behind a tag of this TPID with VID 0: a priority without a VLAN (IEEE 802.1Q).
pub(crate) fn priority_tagged(tpid: u16, frame: &[u8]) -> Vec<u8> {
    let mut tagged = frame.to_vec();
    tagged.splice(12..12, [tpid.to_be_bytes(), [0, 0]].concat());
    tagged
}

/// ARP operations (RFC 826).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Request = 1,
    Reply = 2,
}

/// ARP in a frame from the sender's MAC.
pub(crate) fn arp(op: Op, sender: (Mac, Ipv4Addr), target: (Mac, Ipv4Addr), to: Mac) -> Vec<u8> {
    let payload = [
        &[0, 1, 8, 0, 6, 4, 0, op as u8][..],
        &sender.0,
        &sender.1.octets(),
        &target.0,
        &target.1.octets(),
    ];
    ethernet(sender.0, to, 0x0806, &payload.concat())
}

/// A datagram from and to this port over IPv4.
pub(crate) fn udp4(from: Mac, to: Mac, (src, dst): (Ipv4Addr, Ipv4Addr), port: u16) -> Vec<u8> {
    // Without a checksum, which UDP over IPv4 allows (RFC 768).
    let udp = udp(port);
    let [high, low] = length(20 + udp.len());
    let mut header = vec![0x45, 0, high, low, 0, 1, 0, 0, 64, UDP, 0, 0];
    header.extend(src.octets());
    header.extend(dst.octets());
    let sum = checksum(&header);
    header.splice(10..12, sum);
    ethernet(from, to, 0x0800, &[header, udp].concat())
}

/// A datagram from and to this port over IPv6.
pub(crate) fn udp6(from: Mac, to: Mac, ends: (Ipv6Addr, Ipv6Addr), port: u16) -> Vec<u8> {
    let mut udp = udp(port);
    let sum = checksum6(ends, UDP, &udp);
    udp.splice(6..8, sum);
    ethernet(from, to, 0x86dd, &ipv6(ends, (UDP, 64), &udp))
}

fn udp(port: u16) -> Vec<u8> {
    let text = b"vifguard demo";
    let port = port.to_be_bytes();
    [&port[..], &port, &length(8 + text.len()), &[0, 0], text].concat()
}

/// A message of neighbor discovery; its hop limit must be 255 (RFC 4861).
pub(crate) fn nd(from: Mac, to: Mac, ends: (Ipv6Addr, Ipv6Addr), message: &[u8]) -> Vec<u8> {
    let message = icmpv6(ends, message);
    ethernet(from, to, 0x86dd, &ipv6(ends, (ICMPV6, 255), &message))
}

/// The same behind an extension header of destination options that says nothing.
pub(crate) fn nd_behind_header(
    from: Mac,
    to: Mac,
    ends: (Ipv6Addr, Ipv6Addr),
    message: &[u8],
) -> Vec<u8> {
    let padding = [ICMPV6, 0, 1, 4, 0, 0, 0, 0];
    let payload = [&padding[..], &icmpv6(ends, message)].concat();
    ethernet(
        from,
        to,
        0x86dd,
        &ipv6(ends, (DESTINATION_OPTIONS, 255), &payload),
    )
}

fn icmpv6(ends: (Ipv6Addr, Ipv6Addr), message: &[u8]) -> Vec<u8> {
    let mut message = message.to_vec();
    let sum = checksum6(ends, ICMPV6, &message);
    message.splice(2..4, sum);
    message
}

fn ipv6((src, dst): (Ipv6Addr, Ipv6Addr), (next, hops): (u8, u8), payload: &[u8]) -> Vec<u8> {
    let length = length(payload.len());
    [
        &[0x60, 0, 0, 0][..],
        &length,
        &[next, hops],
        &src.octets(),
        &dst.octets(),
        payload,
    ]
    .concat()
}

/// RFC 8200, section 8.1.
fn checksum6((src, dst): (Ipv6Addr, Ipv6Addr), next: u8, payload: &[u8]) -> [u8; 2] {
    let length = length(payload.len());
    checksum(
        &[
            &src.octets()[..],
            &dst.octets(),
            &length,
            &[0, next],
            payload,
        ]
        .concat(),
    )
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> [u8; 2] {
    let word =
        |pair: &[u8]| u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or_default());
    let mut sum: u64 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let [.., high, low] = (!sum).to_be_bytes();
    [high, low]
}

/// For a 16-bit field; none of these frames comes near its end.
fn length(bytes: usize) -> [u8; 2] {
    let [.., high, low] = bytes.to_be_bytes();
    [high, low]
}
