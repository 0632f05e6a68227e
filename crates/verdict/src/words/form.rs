//! What is wrong with the form of a message, in words.

use std::ops::Range;

use super::field::{mac, number, take, u16_at, v4};

const PAYLOAD: usize = 14;
const ARP: usize = 28;
const IPV4: usize = 20;
const IPV6: usize = 40;
const HOP_LIMIT: usize = PAYLOAD + 7;

/// ARP that is not Ethernet and IPv4, or not whole.
pub(super) fn arp(frame: &[u8]) -> String {
    header(frame).unwrap_or_else(|| {
        format!(
            "ARP operation {} is neither request (1) nor reply (2)",
            number(frame, PAYLOAD + 6)
        )
    })
}

/// RARP other than an announcement.
pub(super) fn rarp(frame: &[u8], at: usize) -> String {
    if let Some(wrong) = header(frame) {
        return wrong;
    }
    match at - PAYLOAD {
        6 => format!("RARP operation {} is not 3", number(frame, at)),
        8 => format!("RARP sender hardware address {} is not own", mac(frame, at)),
        14 => format!("RARP sender address {} is not 0.0.0.0", v4(frame, at)),
        18 => format!("RARP target hardware address {} is not own", mac(frame, at)),
        _ => format!("RARP target address {} is not 0.0.0.0", v4(frame, at)),
    }
}

fn header(frame: &[u8]) -> Option<String> {
    let have = frame.len().saturating_sub(PAYLOAD);
    if have < ARP {
        return Some(format!("it ends after {have} of {ARP} bytes"));
    }
    let [hw_high, hw_low, high, low, mac_length, ip_length] = take(frame, PAYLOAD)?;
    let hardware = u16::from_be_bytes([hw_high, hw_low]);
    let protocol = u16::from_be_bytes([high, low]);
    if (hardware, protocol, mac_length, ip_length) == (1, 0x0800, 6, 4) {
        return None;
    }
    Some(format!(
        "hardware {hardware}, protocol 0x{protocol:04x}, lengths {mac_length} and {ip_length}; \
         Ethernet and IPv4 have 1, 0x0800, 6 and 4"
    ))
}

/// An IPv4 header that does not agree with the frame.
pub(super) fn ipv4(frame: &[u8]) -> String {
    let have = frame.len().saturating_sub(PAYLOAD);
    let (Some(first), Some(total)) = (frame.get(PAYLOAD), u16_at(frame, PAYLOAD + 2)) else {
        return format!("the IPv4 header ends after {have} of {IPV4} bytes");
    };
    let (version, header, total) = (first >> 4, usize::from(first & 15) * 4, usize::from(total));
    if version != 4 {
        format!("IP version {version} under the EtherType of IPv4")
    } else if header < IPV4 {
        format!("a header of {header} bytes; the shortest has {IPV4}")
    } else if total < header {
        format!("a total length of {total} under the header's {header}")
    } else if have < total {
        format!("a total length of {total} in a frame that carries {have} bytes")
    } else {
        let upper = total - header;
        format!("{upper} bytes of UDP, ICMP or IGMP; their first header has 8")
    }
}

/// An IPv6 packet whose headers cannot be walked.
pub(super) fn ipv6(frame: &[u8]) -> String {
    let have = frame.len().saturating_sub(PAYLOAD);
    let first = frame.get(PAYLOAD).copied().unwrap_or(0x60);
    let length = u16_at(frame, PAYLOAD + 4).map(usize::from);
    let (Some(length), false) = (length, have < IPV6) else {
        return format!("the IPv6 header ends after {have} of {IPV6} bytes");
    };
    let next = frame.get(PAYLOAD + 6).copied().unwrap_or_default();
    let packet = IPV6 + length;
    if first >> 4 != 6 {
        format!("IP version {} under the EtherType of IPv6", first >> 4)
    } else if length == 0 && next != 59 {
        format!("a payload length of 0 with next header {next}")
    } else if have < packet {
        format!(
            "a payload length of {length} in a frame that carries {}",
            have - IPV6
        )
    } else if have > packet {
        let more = have - packet;
        format!(
            "headers that cannot be walked to their end (first: {next}), or {more} bytes behind a \
             packet that may have none"
        )
    } else {
        format!("headers that cannot be walked to their end inside the packet (first: {next})")
    }
}

/// Neighbor discovery that no honest stack sends.
pub(super) fn nd(frame: &[u8], field: &Range<usize>) -> String {
    let value = frame.get(field.start).copied().unwrap_or_default();
    match (field.start, field.len()) {
        (HOP_LIMIT, 1) => format!("hop limit {value} is not 255: it may come from afar"),
        (_, 8) if frame.len() >= field.end && is_fragment_header(frame, field.start) => {
            "it is in a fragment, where no stack takes it (RFC 6980)".to_owned()
        }
        (_, 1) if follows_type(frame, field.start) => format!("ICMPv6 code {value} is not 0"),
        (_, 1) => format!(
            "an option of {} bytes; only those of 8 are taken",
            u16::from(value) * 8
        ),
        (_, length) if frame.len() < field.end => {
            format!("the message ends inside its {length} fixed bytes")
        }
        (_, length) => format!("{length} bytes of options; at most four of 8 bytes are taken"),
    }
}

/// The judge points at the whole fragment header; its second byte is reserved and its first names
/// ICMPv6.
fn is_fragment_header(frame: &[u8], at: usize) -> bool {
    at >= PAYLOAD + IPV6 && frame.get(at) == Some(&58)
}

/// Is the byte before a type of neighbor discovery, and not that of an option?
fn follows_type(frame: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| frame.get(before))
        .is_some_and(|kind| matches!(kind, 133 | 135 | 136))
}
