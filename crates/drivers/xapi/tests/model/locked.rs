//! What leaves a locked VIF, by the published behaviour of the host's own rules, in words of ours. It
//! knows fields as the switch or the bridge shows them, of frames that are well formed; what they do
//! with others it leaves open, and such frames prove nothing here.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_xapi::capability::Backend;

pub(crate) struct Vif {
    pub(crate) mac: [u8; 6],
    pub(crate) v4: BTreeSet<Ipv4Addr>,
    pub(crate) v6: BTreeSet<Ipv6Addr>,
}

impl Vif {
    pub(crate) fn passes(&self, backend: Backend, frame: &[u8]) -> bool {
        self.lets(backend, frame).unwrap_or(false)
    }

    /// None where a field that is asked for is not there: then no rule that lets pass matches.
    fn lets(&self, backend: Backend, frame: &[u8]) -> Option<bool> {
        let mut at = 12;
        let mut kind = short(frame, at)?;
        // The switch asks for the type behind one tag, and not for the tag. The bridge's rules ask for the
        // type itself.
        if backend == Backend::OpenVSwitch && matches!(kind, 0x8100 | 0x88a8) {
            at += 4;
            kind = short(frame, at)?;
        }
        let packet = frame.get(at + 2..)?;
        let from_own = bytes::<6>(frame, 6)? == self.mac;
        Some(
            from_own
                && match kind {
                    0x0806 => self.arp(backend, packet)?,
                    0x0800 => self.ipv4(packet)?,
                    0x86dd if backend == Backend::Bridge => !self.v6.is_empty(),
                    0x86dd => self.ipv6(packet)?,
                    _ => false,
                },
        )
    }

    fn arp(&self, backend: Backend, packet: &[u8]) -> Option<bool> {
        let sender = Ipv4Addr::from(bytes::<4>(packet, 14)?);
        let own_mac = bytes::<6>(packet, 8)? == self.mac;
        let listed = self.v4.contains(&sender);
        if backend == Backend::Bridge {
            return Some(
                listed
                    && match short(packet, 6)? {
                        1 => true,
                        2 => own_mac,
                        _ => false,
                    },
            );
        }
        let is_arp = bytes::<6>(packet, 0)? == [0, 1, 8, 0, 6, 4];
        Some(is_arp && own_mac && (listed || sender.is_unspecified()))
    }

    fn ipv4(&self, packet: &[u8]) -> Option<bool> {
        let source = Ipv4Addr::from(bytes::<4>(packet, 12)?);
        let header = usize::from(packet.first()? & 15) * 4;
        let is_fragment = short(packet, 6)? & 0x3fff != 0;
        let to_dhcp =
            packet.get(9) == Some(&17) && !is_fragment && short(packet, header + 2) == Some(67);
        Some(to_dhcp || self.v4.contains(&source))
    }

    fn ipv6(&self, packet: &[u8]) -> Option<bool> {
        let source = Ipv6Addr::from(bytes::<16>(packet, 8)?);
        if !self.v6.contains(&source)
            || usize::from(short(packet, 4)?) > packet.len().checked_sub(40)?
        {
            return Some(false);
        }
        let (protocol, at, is_fragment) = upper(packet)?;
        if !matches!(protocol, 6 | 17 | 58) {
            return Some(false);
        }
        if protocol != 58 || is_fragment {
            return Some(true);
        }
        let message = packet.get(at..)?;
        Some(match message.first()? {
            135 => option(message, 1) == Some(self.mac),
            136 => bytes::<16>(message, 8)? == source.octets(),
            134 | 137 | 146 | 147 | 151 | 152 | 153 => false,
            _ => true,
        })
    }
}

/// Why the switch's rules keep a frame back that the contract lets pass: a class that the documents name.
pub(crate) fn class(frame: &[u8]) -> Option<&'static str> {
    let packet = frame.get(14..)?;
    match short(frame, 12)? {
        0x8035 => Some("RARP"),
        0x0800 if bytes::<4>(packet, 12)? == [0; 4] => Some("IGMP from 0.0.0.0"),
        0x86dd if bytes::<16>(packet, 8)? == [0; 16] => Some("anything from ::"),
        0x86dd => {
            let (protocol, at, _) = upper(packet)?;
            match (protocol, packet.get(at)) {
                (58, Some(135)) => Some("neighbor solicitations without the source option"),
                (58, Some(146 | 147 | 151..=153)) => Some("ICMPv6 of mobile and multicast routers"),
                (6 | 17 | 58, _) => None,
                _ => Some("protocols other than TCP, UDP and ICMPv6"),
            }
        }
        _ => None,
    }
}

/// The upper layer, where it begins, and whether it is a piece of it only.
fn upper(packet: &[u8]) -> Option<(u8, usize, bool)> {
    let (mut next, mut at, mut is_fragment) = (packet[6], 40, false);
    loop {
        match next {
            0 | 43 | 60 => {
                next = *packet.get(at)?;
                at += 8 * (usize::from(*packet.get(at + 1)?) + 1);
            }
            44 => {
                next = *packet.get(at)?;
                is_fragment |= short(packet, at + 2)? & 0xfff9 != 0;
                if short(packet, at + 2)? & 0xfff8 != 0 {
                    return Some((next, at + 8, true));
                }
                at += 8;
            }
            _ => return Some((next, at, is_fragment)),
        }
    }
}

/// The address in the first option of a kind behind the target of a neighbor message.
fn option(message: &[u8], kind: u8) -> Option<[u8; 6]> {
    let mut at = 24;
    loop {
        let length = 8 * usize::from(*message.get(at + 1)?);
        if message[at] == kind && length == 8 {
            return bytes::<6>(message, at + 2);
        }
        if length == 0 {
            return None;
        }
        at += length;
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    self::bytes::<2>(bytes, at).map(u16::from_be_bytes)
}

fn bytes<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}
