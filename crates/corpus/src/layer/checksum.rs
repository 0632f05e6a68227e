use std::net::{Ipv4Addr, Ipv6Addr};

use super::Layer;

/// The addresses that a checksum of an upper layer covers.
#[derive(Clone, Copy)]
pub(super) enum Pseudo {
    /// Of an IPv4 header (RFC 768).
    V4(Ipv4Addr, Ipv4Addr),
    /// Of an IPv6 header (RFC 8200, section 8.1).
    V6(Ipv6Addr, Ipv6Addr),
}

impl Pseudo {
    pub(super) fn of(layer: &Layer) -> Option<Pseudo> {
        if let Layer::Ipv4(ipv4) = layer {
            Some(Pseudo::V4(ipv4.src, ipv4.dst))
        } else if let Layer::Ipv6(ipv6) = layer {
            Some(Pseudo::V6(ipv6.src, ipv6.dst))
        } else {
            None
        }
    }

    fn header(self, protocol: u8, length: usize) -> Vec<u8> {
        let mut bytes = match self {
            Pseudo::V4(src, dst) => [src.octets(), dst.octets()].concat(),
            Pseudo::V6(src, dst) => [src.octets(), dst.octets()].concat(),
        };
        bytes.extend([0, protocol]);
        // The low 16 bits are all that a frame can need, and the sum is the same in both families.
        bytes.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        bytes
    }
}

/// The Internet checksum (RFC 1071).
pub(super) fn checksum(parts: &[&[u8]]) -> u16 {
    let bytes = parts.concat();
    let sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0)))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    !u16::try_from(folded & 0xffff).unwrap_or(0)
}

/// Puts a checksum over the header and what is inside it, and over the addresses if there are any.
pub(super) fn fill(
    header: &mut [u8],
    at: usize,
    given: Option<u16>,
    over: (Option<Pseudo>, u8),
    payload: &[u8],
) {
    let (pseudo, protocol) = over;
    let length = header.len() + payload.len();
    let pseudo = pseudo
        .map(|pseudo| pseudo.header(protocol, length))
        .unwrap_or_default();
    let value = given.unwrap_or_else(|| checksum(&[&pseudo, header, payload]));
    header[at..at + 2].copy_from_slice(&value.to_be_bytes());
}
