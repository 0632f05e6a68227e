use super::reader::Reader;
use super::upper::{protocol, upper};

/// Headers of a chain that are shown: no honest chain is longer.
const LONGEST: usize = 24;

pub(super) fn ipv6(reader: &mut Reader<'_>) -> Option<()> {
    let layer = "IPv6";
    reader.pair(layer, "version and class", |bits| {
        Some(format!("version {}", bits >> 12))
    })?;
    reader.pair(layer, "flow label", |_| None)?;
    let length = reader.number(layer, "payload length")?;
    let mut next = reader.byte(layer, "next header", protocol)?;
    reader.byte(layer, "hop limit", |_| None)?;
    reader.v6(layer, "source")?;
    reader.v6(layer, "destination")?;
    reader.end_in(usize::from(length));
    for _ in 0..LONGEST {
        next = match next {
            0 => options(reader, "hop-by-hop")?,
            43 => options(reader, "routing")?,
            60 => options(reader, "destination options")?,
            44 => fragment(reader)?,
            51 => authentication(reader)?,
            _ => return upper(reader, next),
        };
    }
    None
}

fn options(reader: &mut Reader<'_>, layer: &'static str) -> Option<u8> {
    let next = reader.byte(layer, "next header", protocol)?;
    let length = reader.byte(layer, "length", |_| None)?;
    reader.bytes(layer, "content", usize::from(length) * 8 + 6);
    Some(next)
}

/// A later fragment has no upper layer that can be told.
fn fragment(reader: &mut Reader<'_>) -> Option<u8> {
    let layer = "fragment";
    let next = reader.byte(layer, "next header", protocol)?;
    reader.byte(layer, "reserved", |_| None)?;
    let bits = reader.pair(layer, "offset and more", |bits| {
        let more = if bits & 1 == 0 { "" } else { ", more" };
        Some(format!("offset {}{more}", bits & 0xfff8))
    })?;
    reader.bytes(layer, "identification", 4);
    (bits >> 3 == 0).then_some(next)
}

fn authentication(reader: &mut Reader<'_>) -> Option<u8> {
    let layer = "AH";
    let next = reader.byte(layer, "next header", protocol)?;
    let length = reader.byte(layer, "length", |_| None)?;
    reader.bytes(layer, "content", usize::from(length) * 4 + 6);
    Some(next)
}
