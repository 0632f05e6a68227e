use super::reader::Reader;

pub(super) fn protocol(number: u8) -> Option<&'static str> {
    Some(match number {
        0 => "hop-by-hop",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4",
        6 => "TCP",
        17 => "UDP",
        41 => "IPv6",
        43 => "routing",
        44 => "fragment",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        59 => "nothing",
        60 => "destination options",
        103 => "PIM",
        132 => "SCTP",
        _ => return None,
    })
}

pub(super) fn upper(reader: &mut Reader<'_>, number: u8) -> Option<()> {
    match number {
        1 => message(reader, "ICMP", icmp).map(drop),
        2 => igmp(reader),
        6 => ports(reader, "TCP"),
        17 => udp(reader),
        58 => icmpv6(reader),
        _ => None,
    }
}

fn ports(reader: &mut Reader<'_>, layer: &'static str) -> Option<()> {
    reader.number(layer, "source port")?;
    reader.number(layer, "destination port").map(drop)
}

fn udp(reader: &mut Reader<'_>) -> Option<()> {
    ports(reader, "UDP")?;
    reader.number("UDP", "length")?;
    reader.pair("UDP", "checksum", |_| None).map(drop)
}

fn message(
    reader: &mut Reader<'_>,
    layer: &'static str,
    words: fn(u8) -> Option<&'static str>,
) -> Option<u8> {
    let kind = reader.byte(layer, "type", words)?;
    reader.byte(layer, "code", |_| None)?;
    reader.pair(layer, "checksum", |_| None)?;
    Some(kind)
}

fn icmp(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "echo reply",
        3 => "unreachable",
        5 => "redirect",
        8 => "echo request",
        9 => "router advertisement",
        10 => "router solicitation",
        11 => "time exceeded",
        _ => return None,
    })
}

fn igmp(reader: &mut Reader<'_>) -> Option<()> {
    reader.byte("IGMP", "type", |kind| {
        Some(match kind {
            0x11 => "query",
            0x12 => "report, version 1",
            0x16 => "report, version 2",
            0x17 => "leave",
            0x22 => "report, version 3",
            0x30 => "multicast router advertisement",
            _ => return None,
        })
    })?;
    reader.byte("IGMP", "max. response time", |_| None)?;
    reader.pair("IGMP", "checksum", |_| None)?;
    reader.v4("IGMP", "group")
}

fn icmpv6(reader: &mut Reader<'_>) -> Option<()> {
    let layer = "ICMPv6";
    let kind = message(reader, layer, |kind| {
        Some(match kind {
            128 => "echo request",
            129 => "echo reply",
            130 => "multicast listener query",
            131 => "multicast listener report",
            132 => "multicast listener done",
            133 => "router solicitation",
            134 => "router advertisement",
            135 => "neighbor solicitation",
            136 => "neighbor advertisement",
            137 => "redirect",
            141 => "inverse solicitation",
            142 => "inverse advertisement",
            143 => "multicast listener report, version 2",
            151 => "multicast router advertisement",
            _ => return None,
        })
    })?;
    match kind {
        133 => reader.bytes(layer, "reserved", 4),
        134 => reader.bytes(layer, "lifetimes", 12),
        135..=137 => {
            reader.bytes(layer, "flags and reserved", 4);
            reader.v6(layer, "target")?;
            if kind == 137 {
                reader.v6(layer, "destination")?;
            }
        }
        _ => return None,
    }
    while reader.left() >= 2 {
        option(reader)?;
    }
    Some(())
}

fn option(reader: &mut Reader<'_>) -> Option<()> {
    let layer = "option";
    let kind = reader.byte(layer, "type", |kind| {
        Some(match kind {
            1 => "source link-layer address",
            2 => "target link-layer address",
            3 => "prefix",
            4 => "redirected header",
            5 => "MTU",
            14 => "nonce",
            _ => return None,
        })
    })?;
    let length = reader.byte(layer, "length", |_| None)?;
    match (kind, length, reader.peek(5)) {
        (1 | 2, 1, Some(_)) => reader.mac(layer, "address"),
        (_, 0, _) => None,
        (_, length, _) => {
            reader.bytes(layer, "content", usize::from(length) * 8 - 2);
            Some(())
        }
    }
}
