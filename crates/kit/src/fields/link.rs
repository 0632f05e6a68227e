use super::reader::Reader;
use super::{ipv6, upper};

pub(super) fn ethernet(reader: &mut Reader<'_>) -> Option<()> {
    reader.mac("Ethernet", "destination")?;
    reader.mac("Ethernet", "source")?;
    let mut kind = reader.pair("Ethernet", "EtherType", ethertype)?;
    while matches!(kind, 0x8100 | 0x88a8 | 0x9100) {
        reader.pair("VLAN", "tag", |tag| {
            Some(format!("VID {}, priority {}", tag & 0xfff, tag >> 13))
        })?;
        kind = reader.pair("VLAN", "EtherType", ethertype)?;
    }
    if kind < 0x0600 {
        kind = llc(reader)?;
    }
    network(reader, kind)
}

fn ethertype(value: u16) -> Option<String> {
    let name = match value {
        0x0800 => "IPv4",
        0x0806 => "ARP",
        0x8035 => "RARP",
        0x86dd => "IPv6",
        0x8100 => "802.1Q tag",
        0x88a8 => "802.1ad tag",
        0x9100 => "a tag",
        0x8847 | 0x8848 => "MPLS",
        0x8863 | 0x8864 => "PPPoE",
        0x88cc => "LLDP",
        0..0x0600 => return Some(format!("a length: {value}")),
        _ => return None,
    };
    Some(name.to_owned())
}

/// 802.2, and what SNAP says that it carries.
fn llc(reader: &mut Reader<'_>) -> Option<u16> {
    let dsap = reader.byte("LLC", "DSAP", |_| None)?;
    reader.byte("LLC", "SSAP", |_| None)?;
    reader.byte("LLC", "control", |_| None)?;
    if dsap != 0xaa {
        return None;
    }
    reader.bytes("SNAP", "OUI", 3);
    reader.pair("SNAP", "EtherType", ethertype)
}

fn network(reader: &mut Reader<'_>, kind: u16) -> Option<()> {
    match kind {
        0x0800 => ipv4(reader),
        0x0806 => arp(reader, "ARP"),
        0x8035 => arp(reader, "RARP"),
        0x86dd => ipv6::ipv6(reader),
        _ => None,
    }
}

fn arp(reader: &mut Reader<'_>, layer: &'static str) -> Option<()> {
    reader.number(layer, "hardware type")?;
    reader.pair(layer, "protocol", ethertype)?;
    let hardware = reader.byte(layer, "hardware length", |_| None)?;
    let protocol = reader.byte(layer, "protocol length", |_| None)?;
    reader.pair(layer, "operation", |operation| {
        let name = match operation {
            1 => "request",
            2 => "reply",
            3 => "reverse request",
            4 => "reverse reply",
            _ => return None,
        };
        Some(name.to_owned())
    })?;
    if (hardware, protocol) != (6, 4) {
        return None;
    }
    reader.mac(layer, "sender hardware address")?;
    reader.v4(layer, "sender address")?;
    reader.mac(layer, "target hardware address")?;
    reader.v4(layer, "target address")
}

fn ipv4(reader: &mut Reader<'_>) -> Option<()> {
    let layer = "IPv4";
    let before = reader.left();
    let first = reader.byte(layer, "version and header length", |_| None)?;
    reader.byte(layer, "type of service", |_| None)?;
    let total = reader.number(layer, "total length")?;
    reader.end_in(usize::from(total).saturating_sub(4));
    reader.pair(layer, "identification", |_| None)?;
    let fragment = reader.pair(layer, "flags and offset", |bits| {
        let more = if bits & 0x2000 == 0 { "" } else { ", more" };
        let whole = if bits & 0x4000 == 0 {
            ""
        } else {
            ", not to be cut"
        };
        Some(format!(
            "offset {}{more}{whole}",
            u32::from(bits & 0x1fff) * 8
        ))
    })?;
    reader.byte(layer, "time to live", |_| None)?;
    let protocol = reader.byte(layer, "protocol", upper::protocol)?;
    reader.pair(layer, "checksum", |_| None)?;
    reader.v4(layer, "source")?;
    reader.v4(layer, "destination")?;
    let options = (usize::from(first & 15) * 4).saturating_sub(20);
    reader.bytes(layer, "options", options.min(before));
    if fragment & 0x1fff != 0 {
        return None;
    }
    upper::upper(reader, protocol)
}
