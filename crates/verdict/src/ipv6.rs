//! IPv6 (RFC 8200): rules 6.1, 6.2, 6.4 and 6.7.

use std::net::Ipv6Addr;

use vifguard_policy::Guard;

use crate::bytes::{u8_at, u16_at, v6_at};
use crate::judge::{Never, PAYLOAD};
use crate::judgement::{Step, require, settle};
use crate::{CompiledPort, Rule, nd};

pub(crate) const HOP_LIMIT: usize = PAYLOAD + 7;
pub(crate) const SOURCE: usize = PAYLOAD + 8;
const NEXT_HEADER: usize = PAYLOAD + 6;
const PAYLOAD_LENGTH: usize = PAYLOAD + 4;
const DESTINATION: usize = PAYLOAD + 24;
const HEADER: usize = 40;

const HOP_BY_HOP: u8 = 0;
const UDP: u8 = 17;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AH: u8 = 51;
const ICMPV6: u8 = 58;
const NO_NEXT: u8 = 59;
const DESTINATION_OPTIONS: u8 = 60;
const PIM: u8 = 103;

/// A packet whose headers were walked to their end.
pub(crate) struct Packet<'a> {
    /// The frame up to the end of the packet.
    pub(crate) bytes: &'a [u8],
    pub(crate) source: Ipv6Addr,
    pub(crate) destination: Ipv6Addr,
    /// Offset of the upper layer.
    pub(crate) upper: usize,
    /// There is a fragment header, an atomic one included.
    pub(crate) fragmented: bool,
    /// The upper layer's protocol.
    protocol: u8,
    /// Offset of the next header field that names it.
    named: usize,
    /// The fragment offset is 0.
    head: bool,
}

/// Where the walk along the headers ended.
struct Walk {
    upper: usize,
    protocol: u8,
    named: usize,
    head: bool,
    fragmented: bool,
    extended: bool,
}

impl Packet<'_> {
    /// The type of an ICMPv6 message, if this is its head.
    pub(crate) fn icmp_type(&self) -> Option<u8> {
        (self.head && self.protocol == ICMPV6)
            .then(|| u8_at(self.bytes, self.upper))
            .flatten()
    }

    fn is_neighbor_discovery(&self) -> bool {
        self.icmp_type().is_some_and(nd::is_guarded)
    }
}

pub(crate) fn ipv6(port: &CompiledPort, frame: &[u8]) -> Step<Never> {
    const GUARDS: [Guard; 5] = [
        Guard::Ipv6,
        Guard::Nd,
        Guard::Mac,
        Guard::Router,
        Guard::DhcpServer,
    ];
    if !port.any(&GUARDS) {
        return settle(Rule::Ipv6Unguarded, PAYLOAD, HEADER);
    }
    let Some(packet) = parse(frame) else {
        return settle(Rule::Ipv6Form, PAYLOAD, HEADER);
    };
    if port.has(Guard::Router) {
        router(&packet)?;
    }
    let options = match packet.icmp_type().filter(|kind| nd::is_guarded(*kind)) {
        Some(kind) if port.any(&[Guard::Ipv6, Guard::Nd, Guard::Mac]) => {
            Some(nd::form(&packet, kind)?)
        }
        _ => None,
    };
    if port.has(Guard::Ipv6) {
        source(port, &packet, options.as_ref())?;
    }
    if let Some(message) = &options {
        nd::claims(port, &packet, message)?;
    }
    nd::inverse(port, &packet)?;
    if port.has(Guard::DhcpServer) {
        dhcp_server(&packet)?;
    }
    settle(Rule::Ipv6Own, SOURCE, 16)
}

fn parse(frame: &[u8]) -> Option<Packet<'_>> {
    if u8_at(frame, PAYLOAD)? >> 4 != 6 {
        return None;
    }
    let length = usize::from(u16_at(frame, PAYLOAD_LENGTH)?);
    let next = u8_at(frame, NEXT_HEADER)?;
    if length == 0 && next != NO_NEXT {
        return None;
    }
    let bytes = frame.get(..PAYLOAD + HEADER + length)?;
    let walk = walk(bytes, next)?;
    if walk.head && !upper_is_whole(bytes, &walk) {
        return None;
    }
    let packet = Packet {
        bytes,
        source: v6_at(bytes, SOURCE)?,
        destination: v6_at(bytes, DESTINATION)?,
        upper: walk.upper,
        fragmented: walk.fragmented,
        protocol: walk.protocol,
        named: walk.named,
        head: walk.head,
    };
    // Only plain packets may be padded: what hides behind the end of others is a disguise.
    let padded = frame.len() > bytes.len();
    if padded && (walk.extended || packet.is_neighbor_discovery()) {
        return None;
    }
    Some(packet)
}

/// Walks the extension headers, all of which must lie inside the packet.
fn walk(packet: &[u8], first: u8) -> Option<Walk> {
    let mut walk = Walk {
        upper: PAYLOAD + HEADER,
        protocol: first,
        named: NEXT_HEADER,
        head: true,
        fragmented: false,
        extended: false,
    };
    loop {
        let at = walk.upper;
        match walk.protocol {
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS => {
                // Only the upper layer may follow a fragment header in a head: no chain is split.
                if walk.fragmented {
                    return None;
                }
                walk.protocol = u8_at(packet, at)?;
                walk.named = at;
                walk.upper = at + 8 + usize::from(u8_at(packet, at + 1)?) * 8;
                walk.extended = true;
                packet.get(..walk.upper)?;
            }
            FRAGMENT => {
                if walk.fragmented {
                    return None;
                }
                walk.protocol = u8_at(packet, at)?;
                walk.named = at;
                walk.head = u16_at(packet, at + 2)? & 0xfff8 == 0;
                walk.upper = at + 8;
                walk.fragmented = true;
                walk.extended = true;
                packet.get(..walk.upper)?;
                if !walk.head {
                    return Some(walk);
                }
            }
            _ => return Some(walk),
        }
    }
}

/// Is there enough of a head's upper layer for the rules that look into it?
fn upper_is_whole(packet: &[u8], walk: &Walk) -> bool {
    let have = packet.len() - walk.upper;
    match walk.protocol {
        UDP | ICMPV6 | AH => have >= 8,
        NO_NEXT if !walk.extended => true,
        _ => have > 0,
    }
}

fn router(packet: &Packet<'_>) -> Step {
    if packet.protocol == PIM {
        // Of a later fragment there is nothing else to show.
        return settle(Rule::Ipv6Router, packet.named, 1);
    }
    // Router advertisement, redirect, multicast listener query, multicast router advertisement.
    let speaks = matches!(packet.icmp_type(), Some(134 | 137 | 130 | 151));
    require(!speaks, Rule::Ipv6Router, packet.upper, 1)
}

fn source(port: &CompiledPort, packet: &Packet<'_>, message: Option<&nd::Message>) -> Step {
    let good = if packet.source.is_unspecified() {
        message.map_or_else(
            || is_listener_report(packet),
            |nd| nd.may_be_unspecified(packet),
        )
    } else {
        port.owns_v6(packet.source)
    };
    require(good, Rule::Ipv6Source, SOURCE, 16)
}

/// A multicast listener report or done, which a host may send before it has an address (RFC 3590).
fn is_listener_report(packet: &Packet<'_>) -> bool {
    matches!(packet.icmp_type(), Some(131 | 132 | 143))
        && !packet.fragmented
        && packet.destination.is_multicast()
}

fn dhcp_server(packet: &Packet<'_>) -> Step {
    if !packet.head || packet.protocol != UDP {
        return Ok(());
    }
    let server = u16_at(packet.bytes, packet.upper) == Some(547)
        || u16_at(packet.bytes, packet.upper + 2) == Some(546);
    require(!server, Rule::Ipv6DhcpServer, packet.upper, 4)
}
