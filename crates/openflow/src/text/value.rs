//! Values of fields in words.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// How a field's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `0x1f`, `0`, `0x10/0x1f`.
    Hex,
    /// `0x88cc`.
    EtherType,
    /// `17`.
    Number,
    /// A port, of which some have names.
    Port,
    /// Is there a VLAN tag? No other question about it has words here.
    Tagged,
    /// `02:00:00:00:00:0a`.
    Mac,
    /// `192.0.2.0/24`.
    V4,
    /// `2001:db8::/32`.
    V6,
    /// As an octet of which six bits count.
    Dscp,
    /// Which fragments.
    Fragment,
}

/// A value, and which of its bits count, if not all.
pub(super) type Value = (u128, Option<u128>);

const PORTS: [(u128, &str); 2] = [(0xffff_fffe, "LOCAL"), (0xffff_fffd, "CONTROLLER")];
/// Ports with higher numbers are none (`OFPP_MAX` of OpenFlow 1.0, which the switch keeps to).
const LAST_PORT: u128 = 0xfeff;
/// There is a tag (`OFPVID_PRESENT`).
const TAG: u128 = 0x1000;
const FRAGMENTS: [(Value, &str); 5] = [
    ((0, None), "no"),
    ((1, None), "first"),
    ((3, None), "later"),
    ((1, Some(1)), "yes"),
    ((0, Some(2)), "not_later"),
];

/// Writes a value of so many bytes; nothing if there are no words for it.
pub(super) fn write(text: &mut String, kind: Kind, length: usize, value: Value) -> Option<()> {
    let (number, mask) = value;
    let all = u128::MAX >> (128 - 8 * length.min(16));
    let is_plain = mask.is_none_or(|mask| mask != 0 && mask != all && number & !mask == 0);
    is_plain.then_some(())?;
    let whole = mask.is_none().then_some(number);
    match kind {
        Kind::Hex => {
            hex(text, number);
            if let Some(mask) = mask {
                text.push('/');
                hex(text, mask);
            }
            Some(())
        }
        Kind::EtherType => write!(text, "{:#06x}", whole?).ok(),
        Kind::Number => write!(text, "{}", whole?).ok(),
        Kind::Port => match PORTS.iter().find(|(port, _)| Some(*port) == whole) {
            Some((_, name)) => text.write_str(name).ok(),
            None => write!(text, "{}", whole.filter(|port| *port <= LAST_PORT)?).ok(),
        },
        Kind::Tagged => (value == (TAG, Some(TAG))).then(|| text.push_str("0x1000/0x1000")),
        Kind::Dscp => write!(text, "{}", whole.filter(|bits| *bits < 64)? << 2).ok(),
        Kind::Fragment => {
            let (_, name) = FRAGMENTS.iter().find(|(known, _)| *known == value)?;
            text.write_str(name).ok()
        }
        Kind::Mac => address(text, value, all, mac),
        Kind::V4 => address(text, value, all, v4),
        Kind::V6 => address(text, value, all, v6),
    }
}

fn hex(text: &mut String, number: u128) {
    // Writing to a text does not fail.
    let _ = match number {
        0 => text.write_str("0"),
        _ => write!(text, "{number:#x}"),
    };
}

/// An address, with the length of its prefix or its mask behind it. MACs have masks only.
fn address(
    text: &mut String,
    (number, mask): Value,
    all: u128,
    spell: fn(&mut String, u128),
) -> Option<()> {
    spell(text, number);
    let Some(mask) = mask else {
        return Some(());
    };
    text.push('/');
    let is_prefix = (all & !mask).wrapping_add(1) & (all & !mask) == 0;
    if is_prefix && all != MACS {
        return write!(text, "{}", mask.count_ones()).ok();
    }
    spell(text, mask);
    Some(())
}

const MACS: u128 = 0xffff_ffff_ffff;

fn mac(text: &mut String, number: u128) {
    let [.., a, b, c, d, e, f] = number.to_be_bytes();
    let _ = write!(text, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}");
}

fn v4(text: &mut String, number: u128) {
    let [.., a, b, c, d] = number.to_be_bytes();
    let _ = write!(text, "{}", Ipv4Addr::new(a, b, c, d));
}

/// As `inet_ntop` writes it: it ends what begins with six zero groups in dotted form.
fn v6(text: &mut String, number: u128) {
    let address = Ipv6Addr::from_bits(number);
    let _ = match address.segments() {
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => {
            text.push_str("::");
            v4(text, number);
            Ok(())
        }
        _ => write!(text, "{address}"),
    };
}

/// Reads a value of so many bytes back.
pub(super) fn parse(kind: Kind, length: usize, text: &str) -> Option<Value> {
    let whole = |number: Option<u128>| Some((number?, None));
    let value = match kind {
        Kind::Hex => both(text, parse_hex),
        Kind::EtherType => whole(parse_hex(text)),
        Kind::Number => whole(text.parse().ok()),
        Kind::Port => {
            let named = PORTS.iter().find(|(_, name)| *name == text);
            whole(named.map_or_else(|| text.parse().ok(), |(port, _)| Some(*port)))
        }
        Kind::Tagged => (text == "0x1000/0x1000").then_some((TAG, Some(TAG))),
        Kind::Dscp => {
            let octet: u128 = text.parse().ok()?;
            whole((octet & 0b11 == 0).then_some(octet >> 2))
        }
        Kind::Fragment => FRAGMENTS
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(value, _)| *value),
        Kind::Mac => both(text, parse_mac),
        Kind::V4 => prefixed(text, 32, |text| {
            text.parse()
                .ok()
                .map(|ip: Ipv4Addr| u128::from(ip.to_bits()))
        }),
        Kind::V6 => prefixed(text, 128, |text| {
            text.parse().ok().map(|ip: Ipv6Addr| ip.to_bits())
        }),
    }?;
    let all = u128::MAX >> (128 - 8 * length.min(16));
    let fits = value.0 <= all && value.1.is_none_or(|mask| mask <= all);
    fits.then_some(value)
}

fn both(text: &str, parse: impl Fn(&str) -> Option<u128>) -> Option<Value> {
    match text.split_once('/') {
        None => Some((parse(text)?, None)),
        Some((number, mask)) => Some((parse(number)?, Some(parse(mask)?))),
    }
}

fn prefixed(text: &str, bits: u32, parse: impl Fn(&str) -> Option<u128>) -> Option<Value> {
    let Some((address, mask)) = text.split_once('/') else {
        return Some((parse(text)?, None));
    };
    let of_length = |length: u32| {
        let free = bits.checked_sub(length)?;
        let all = u128::MAX >> (128 - bits);
        Some(all & u128::MAX.checked_shl(free).unwrap_or(0))
    };
    let mask = match mask.parse() {
        Ok(length) => of_length(length)?,
        Err(_) => parse(mask)?,
    };
    Some((parse(address)?, Some(mask)))
}

fn parse_hex(text: &str) -> Option<u128> {
    match text.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16).ok(),
        None => (text == "0").then_some(0),
    }
}

fn parse_mac(text: &str) -> Option<u128> {
    let bytes = text
        .split(':')
        .map(|byte| u8::from_str_radix(byte, 16).ok());
    let bytes: Option<Vec<u8>> = bytes.collect();
    let bytes = bytes.filter(|bytes| bytes.len() == 6)?;
    Some(crate::bytes::number(&bytes))
}
