//! IPv4 (RFC 791): rules 5.1 to 5.4.

use std::net::Ipv4Addr;

use vifguard_policy::Guard;

use crate::bytes::{u8_at, u16_at, v4_at};
use crate::judge::{Never, PAYLOAD};
use crate::judgement::{Step, require, settle};
use crate::{CompiledPort, Rule};

const TOTAL_LENGTH: usize = PAYLOAD + 2;
const FRAGMENT: usize = PAYLOAD + 6;
const PROTOCOL: usize = PAYLOAD + 9;
const SOURCE: usize = PAYLOAD + 12;
const DESTINATION: usize = PAYLOAD + 16;

const ICMP: u8 = 1;
const IGMP: u8 = 2;
const UDP: u8 = 17;
const PIM: u8 = 103;

/// The header's claims, and its upper layer as far as a rule looks into it.
struct Packet {
    source: Ipv4Addr,
    destination: Ipv4Addr,
    protocol: u8,
    /// Offset of the upper layer.
    upper: usize,
    /// The fragment offset is 0.
    head: bool,
    unfragmented: bool,
    /// ICMP and IGMP type; 0 for anything but a head.
    kind: u8,
    /// UDP ports; 0 for anything but a head.
    ports: (u16, u16),
}

pub(crate) fn ipv4(port: &CompiledPort, frame: &[u8]) -> Step<Never> {
    if !port.any(&[Guard::Ipv4, Guard::Router, Guard::DhcpServer]) {
        return settle(Rule::Ipv4Unguarded, PAYLOAD, 20);
    }
    let packet = read(frame)?;
    if port.has(Guard::Router) {
        router(&packet)?;
    }
    if port.has(Guard::Ipv4) {
        source(port, &packet)?;
    }
    if port.has(Guard::DhcpServer) && packet.head && packet.protocol == UDP {
        let server = packet.ports.0 == 67 || packet.ports.1 == 68;
        require(!server, Rule::Ipv4DhcpServer, packet.upper, 4)?;
    }
    settle(Rule::Ipv4Own, SOURCE, 4)
}

fn read(frame: &[u8]) -> Step<Packet> {
    match parse(frame) {
        Some(packet) => Ok(packet),
        None => settle(Rule::Ipv4Form, PAYLOAD, 20),
    }
}

fn parse(frame: &[u8]) -> Option<Packet> {
    let first = u8_at(frame, PAYLOAD)?;
    let header = usize::from(first & 0x0f) * 4;
    let total = usize::from(u16_at(frame, TOTAL_LENGTH)?);
    if first >> 4 != 4 || header < 20 || total < header {
        return None;
    }
    // Bytes behind the total length are padding: nothing below looks at them.
    let packet = frame.get(..PAYLOAD + total)?;
    let fragment = u16_at(packet, FRAGMENT)?;
    let protocol = u8_at(packet, PROTOCOL)?;
    let upper = PAYLOAD + header;
    let head = fragment & 0x1fff == 0;
    let opened = head && matches!(protocol, ICMP | IGMP | UDP);
    if opened && packet.len() < upper + 8 {
        return None;
    }
    let ports = (opened && protocol == UDP)
        .then(|| Some((u16_at(packet, upper)?, u16_at(packet, upper + 2)?)))
        .flatten();
    Some(Packet {
        source: v4_at(packet, SOURCE)?,
        destination: v4_at(packet, DESTINATION)?,
        protocol,
        upper,
        head,
        unfragmented: fragment & 0x3fff == 0,
        kind: if opened { u8_at(packet, upper)? } else { 0 },
        ports: ports.unwrap_or_default(),
    })
}

fn router(packet: &Packet) -> Step {
    let speaks = match packet.protocol {
        // A redirect, a router advertisement (RFC 1256).
        ICMP => matches!(packet.kind, 5 | 9),
        // A membership query, a multicast router advertisement (RFC 4286).
        IGMP => matches!(packet.kind, 0x11 | 0x30),
        PIM => return settle(Rule::Ipv4Router, PROTOCOL, 1),
        _ => false,
    };
    require(!(packet.head && speaks), Rule::Ipv4Router, packet.upper, 1)
}

fn source(port: &CompiledPort, packet: &Packet) -> Step {
    if packet.source.is_unspecified() && packet.unfragmented {
        if packet.destination.is_broadcast() && packet.protocol == UDP && packet.ports == (68, 67) {
            return settle(Rule::Ipv4DhcpClient, SOURCE, 8);
        }
        if packet.destination.is_multicast()
            && packet.protocol == IGMP
            && matches!(packet.kind, 0x12 | 0x16 | 0x17 | 0x22)
        {
            return settle(Rule::Ipv4Report, SOURCE, 8);
        }
    }
    require(port.owns_v4(packet.source), Rule::Ipv4Source, SOURCE, 4)
}
