//! What a judge found in the field that decided, in words.

use std::fmt::Display;
use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_policy::{Identity, LinkLocalRule, MacAddr};

use super::form;
use crate::{Judgement, Rule};

/// As many own addresses are listed; a port may have thousands.
const LISTED: usize = 4;
/// Protocol number of IPv4, and its place in the frame.
const IPV4_PROTOCOL: usize = 23;

/// What stands in the field, and what would have been right.
pub fn found(judgement: &Judgement, frame: &[u8], own: &Identity) -> String {
    let at = judgement.field.start;
    match judgement.rule {
        Rule::Runt => format!(
            "the frame has {} bytes; an Ethernet header has 14",
            frame.len()
        ),
        Rule::EthernetSource => not_own("Ethernet source", mac(frame, at), macs(own)),
        Rule::Tag | Rule::TagOpen => tag(frame, at),
        Rule::Length => format!("length field {}: an 802.3 frame", number(frame, at)),
        Rule::EtherType => not_listed(frame, at, own),
        Rule::EtherTypeListed => format!("EtherType {} is listed", hex16(frame, at)),
        Rule::EtherTypeOpen => format!("EtherType {}, and l2 is off", hex16(frame, at)),
        Rule::ArpUnguarded => "ARP, and the guards mac and arp are off".to_owned(),
        Rule::RarpUnguarded => "RARP, and the guards mac and arp are off".to_owned(),
        Rule::ArpForm => form::arp(frame),
        Rule::ArpSenderMac => not_own("ARP sender hardware address", mac(frame, at), macs(own)),
        Rule::ArpSenderIp => arp_sender(frame, at, own),
        Rule::ArpProbe => format!("a probe for {}, which is own", v4(frame, at)),
        Rule::ArpOwn => format!("sender {} at {}", v4(frame, at + 6), mac(frame, at)),
        Rule::Rarp => form::rarp(frame, at),
        Rule::RarpOwn => format!("it announces {}", mac(frame, at)),
        Rule::Ipv4Unguarded => "IPv4, and the guards that look into it are off".to_owned(),
        Rule::Ipv4Form => form::ipv4(frame),
        Rule::Ipv4Router if at == IPV4_PROTOCOL => "protocol 103 is PIM".to_owned(),
        Rule::Ipv4Router => ipv4_router(frame, at),
        Rule::Ipv4Source => not_own("IPv4 source", v4(frame, at), v4s(own)),
        Rule::Ipv4DhcpClient => "a DHCP client's broadcast from 0.0.0.0".to_owned(),
        Rule::Ipv4Report => "an IGMP report or leave from 0.0.0.0".to_owned(),
        Rule::Ipv4DhcpServer | Rule::Ipv6DhcpServer => server(frame, at),
        Rule::Ipv4Own => format!("IPv4 source {}", v4(frame, at)),
        Rule::Ipv6Unguarded => "IPv6, and the guards that look into it are off".to_owned(),
        Rule::Ipv6Form => form::ipv6(frame),
        Rule::Ipv6Router => ipv6_router(frame, at),
        Rule::NdForm => form::nd(frame, &judgement.field),
        Rule::Ipv6Source => ipv6_source(frame, at, own),
        Rule::NdOption => not_own("link-layer address option", mac(frame, at), macs(own)),
        Rule::NdSource => not_own("neighbor discovery source", v6(frame, at), v6s(own)),
        Rule::NdTarget => not_own("neighbor discovery target", v6(frame, at), v6s(own)),
        Rule::InverseNd => format!(
            "ICMPv6 type {} is inverse neighbor discovery",
            byte(frame, at)
        ),
        Rule::Ipv6Own => format!("IPv6 source {}", v6(frame, at)),
    }
}

fn not_own(field: &str, found: String, own: String) -> String {
    format!("{field} {found} is not own; own: {own}")
}

fn not_listed(frame: &[u8], at: usize, own: &Identity) -> String {
    let listed = list(own.ethertypes.iter().map(|kind| format!("0x{kind:04x}")));
    format!(
        "EtherType {} is not listed; listed: {listed}",
        hex16(frame, at)
    )
}

fn tag(frame: &[u8], at: usize) -> String {
    let id = u16_at(frame, at + 2).map(|tci| tci & 0xfff);
    match id {
        Some(id) => format!("EtherType {} is a VLAN tag, VID {id}", hex16(frame, at)),
        None => format!("EtherType {} is a VLAN tag", hex16(frame, at)),
    }
}

fn arp_sender(frame: &[u8], at: usize, own: &Identity) -> String {
    if take::<4>(frame, at) != Some([0; 4]) {
        return not_own("ARP sender address", v4(frame, at), v4s(own));
    }
    let target = v4(frame, at + 10);
    match u16_at(frame, at - 8) {
        Some(1) => format!(
            "0.0.0.0 asks for {target}, which is not own; own: {}",
            v4s(own)
        ),
        _ => "sender address 0.0.0.0 in a reply; only a probe may have it".to_owned(),
    }
}

fn ipv4_router(frame: &[u8], at: usize) -> String {
    let kind = frame.get(at).copied();
    let name = match (frame.get(IPV4_PROTOCOL), kind) {
        (Some(1), Some(5)) => "ICMP redirect",
        (Some(1), Some(9)) => "ICMP router advertisement",
        (Some(2), Some(0x11)) => "IGMP membership query",
        (Some(2), Some(0x30)) => "IGMP multicast router advertisement",
        _ => "a router's message",
    };
    format!("type {} is {name}", byte(frame, at))
}

fn ipv6_router(frame: &[u8], at: usize) -> String {
    let name = match frame.get(at) {
        Some(130) => "a multicast listener query",
        Some(134) => "a router advertisement",
        Some(137) => "a redirect",
        Some(151) => "a multicast router advertisement",
        _ => return "the upper layer is PIM (103)".to_owned(),
    };
    format!("ICMPv6 type {} is {name}", byte(frame, at))
}

fn ipv6_source(frame: &[u8], at: usize, own: &Identity) -> String {
    if take::<16>(frame, at) == Some([0; 16]) {
        return "IPv6 source :: outside the forms in which a host without an address may speak"
            .to_owned();
    }
    not_own("IPv6 source", v6(frame, at), v6s(own))
}

fn server(frame: &[u8], at: usize) -> String {
    let (from, to) = (number(frame, at), number(frame, at + 2));
    format!("UDP from port {from} to port {to}: only a DHCP server or relay sends that")
}

fn macs(own: &Identity) -> String {
    list(own.macs.iter())
}

fn v4s(own: &Identity) -> String {
    list(own.v4.iter().map(|net| match net.prefix_len() {
        32 => net.addr().to_string(),
        _ => net.to_string(),
    }))
}

fn v6s(own: &Identity) -> String {
    let mut text = list(own.v6.iter().map(|net| match net.prefix_len() {
        128 => net.addr().to_string(),
        _ => net.to_string(),
    }));
    if let LinkLocalRule::AnyBut(_) = own.link_local {
        text += " and every link-local that is nobody else's";
    }
    text
}

fn list<T: Display>(items: impl ExactSizeIterator<Item = T>) -> String {
    let more = items.len().saturating_sub(LISTED);
    let shown: Vec<String> = items.take(LISTED).map(|item| item.to_string()).collect();
    match (shown.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

pub(super) fn take<const N: usize>(frame: &[u8], at: usize) -> Option<[u8; N]> {
    frame.get(at..)?.first_chunk().copied()
}

pub(super) fn u16_at(frame: &[u8], at: usize) -> Option<u16> {
    take(frame, at).map(u16::from_be_bytes)
}

pub(super) fn mac(frame: &[u8], at: usize) -> String {
    shown(take(frame, at).map(MacAddr))
}

pub(super) fn v4(frame: &[u8], at: usize) -> String {
    shown(take::<4>(frame, at).map(Ipv4Addr::from))
}

fn v6(frame: &[u8], at: usize) -> String {
    shown(take::<16>(frame, at).map(Ipv6Addr::from))
}

pub(super) fn number(frame: &[u8], at: usize) -> String {
    shown(u16_at(frame, at))
}

fn byte(frame: &[u8], at: usize) -> String {
    shown(frame.get(at))
}

fn hex16(frame: &[u8], at: usize) -> String {
    shown(u16_at(frame, at).map(|value| format!("0x{value:04x}")))
}

fn shown<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "(missing)".to_owned(), |value| value.to_string())
}
