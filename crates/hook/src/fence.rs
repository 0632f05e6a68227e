//! Frames that a port may send, told apart by a number: once one is seen, what was sent before it has been
//! judged.

#[cfg(test)]
mod tests;

use crate::Port;

/// The gateway of the corpus's network, which the witness speaks for.
const GATEWAY: [u8; 6] = [2, 0, 0, 0, 0, 0xfe];
const GATEWAY_V4: [u8; 4] = [192, 0, 2, 1];
const GATEWAY_V6: [u8; 16] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
/// No frame of the corpus holds this.
const SIGN: &[u8; 8] = b"vifguard";
/// RFC 863.
const DISCARD: [u8; 2] = [0, 9];
const UDP: u8 = 17;

/// What such a frame is made as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A request for the gateway's MAC.
    Arp,
    /// A datagram to the gateway.
    Ipv4,
    /// The same.
    Ipv6,
    /// A frame of an EtherType for experiments (IEEE 802).
    Other,
}

impl Kind {
    pub(crate) const ALL: [Kind; 4] = [Kind::Arp, Kind::Ipv4, Kind::Ipv6, Kind::Other];

    /// For messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::Arp => "ARP",
            Kind::Ipv4 => "IPv4",
            Kind::Ipv6 => "IPv6",
            Kind::Other => "another EtherType",
        }
    }
}

/// What marks a frame with this number.
pub(crate) fn mark(number: u32) -> [u8; 12] {
    let mut mark = [0; 12];
    mark[..8].copy_from_slice(SIGN);
    mark[8..].copy_from_slice(&number.to_be_bytes());
    mark
}

/// Does the frame carry this mark?
pub(crate) fn carries(frame: &[u8], mark: &[u8; 12]) -> bool {
    frame.windows(mark.len()).any(|bytes| bytes == mark)
}

/// A frame of this kind with this number, if the port has an address for it.
pub(crate) fn frame(kind: Kind, port: &Port, number: u32) -> Option<Vec<u8>> {
    let (mac, mark) = (port.mac(), mark(number));
    let (v4, v6) = port.own;
    let mut frame = match kind {
        Kind::Arp => arp(mac, v4?.octets(), &mark),
        Kind::Ipv4 => ipv4(mac, v4?.octets(), &mark),
        Kind::Ipv6 => ipv6(mac, v6?.octets(), &mark),
        Kind::Other => [&[0xff; 6], &mac[..], &[0x88, 0xb6], &mark].concat(),
    };
    frame.resize(frame.len().max(60), 0);
    Some(frame)
}

fn arp(mac: [u8; 6], own: [u8; 4], mark: &[u8]) -> Vec<u8> {
    let head = [0, 1, 8, 0, 6, 4, 0, 1];
    let ethernet = [&[0xff; 6], &mac[..], &[8, 6]].concat();
    let sender = [&mac[..], &own].concat();
    let target = [&[0; 6], &GATEWAY_V4[..]].concat();
    [&ethernet, &head[..], &sender, &target, mark].concat()
}

fn ipv4(mac: [u8; 6], own: [u8; 4], mark: &[u8]) -> Vec<u8> {
    let udp = udp(&[&own[..], &GATEWAY_V4].concat(), mark);
    let length = u16::try_from(20 + udp.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    let mut head = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, UDP, 0, 0];
    head.extend(own);
    head.extend(GATEWAY_V4);
    let sum = checksum(&[&head]).to_be_bytes();
    head[10..12].copy_from_slice(&sum);
    [&GATEWAY[..], &mac, &[8, 0], &head, &udp].concat()
}

fn ipv6(mac: [u8; 6], own: [u8; 16], mark: &[u8]) -> Vec<u8> {
    let udp = udp(&[&own[..], &GATEWAY_V6].concat(), mark);
    let length = u16::try_from(udp.len()).unwrap_or(u16::MAX).to_be_bytes();
    let head = [0x60, 0, 0, 0, length[0], length[1], UDP, 64];
    let addresses = [own, GATEWAY_V6].concat();
    [&GATEWAY[..], &mac, &[0x86, 0xdd], &head, &addresses, &udp].concat()
}

/// A datagram between these addresses.
fn udp(addresses: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    let head = [
        DISCARD[0], DISCARD[1], DISCARD[0], DISCARD[1], length[0], length[1], 0, 0,
    ];
    let mut datagram = [&head[..], payload].concat();
    let pseudo = [0, UDP, length[0], length[1]];
    let sum = match checksum(&[addresses, &pseudo, &datagram]) {
        // None at all would be 0 (RFC 768).
        0 => 0xffff,
        sum => sum,
    };
    datagram[6..8].copy_from_slice(&sum.to_be_bytes());
    datagram
}

/// The Internet checksum (RFC 1071) of parts of even lengths.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u32 = words
        .map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |byte| u32::from(*byte)))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    !u16::try_from(folded & 0xffff).unwrap_or(u16::MAX)
}
