//! Reads from a frame that may end anywhere.

use std::net::{Ipv4Addr, Ipv6Addr};

pub(crate) fn take<const N: usize>(frame: &[u8], at: usize) -> Option<[u8; N]> {
    frame.get(at..)?.first_chunk().copied()
}

pub(crate) fn u8_at(frame: &[u8], at: usize) -> Option<u8> {
    frame.get(at).copied()
}

pub(crate) fn u16_at(frame: &[u8], at: usize) -> Option<u16> {
    take(frame, at).map(u16::from_be_bytes)
}

pub(crate) fn v4_at(frame: &[u8], at: usize) -> Option<Ipv4Addr> {
    take::<4>(frame, at).map(Ipv4Addr::from)
}

pub(crate) fn v6_at(frame: &[u8], at: usize) -> Option<Ipv6Addr> {
    take::<16>(frame, at).map(Ipv6Addr::from)
}
