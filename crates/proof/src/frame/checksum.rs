//! Checksums, for frames that a real stack is to take.

use super::{Carries, Case};

const ICMP: u8 = 1;
const IGMP: u8 = 2;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const IPV6_HEADER: usize = 40;

/// Fills in what there is of checksums; UDP gets its length, too.
pub(super) fn fill(case: Case, frame: &mut [u8]) {
    let Some(packet) = frame.get_mut(case.header()..) else {
        return;
    };
    match case.carries {
        Carries::Ipv4(words) => ipv4(packet, usize::from(words) * 4),
        Carries::Ipv6(_) => ipv6(packet),
        Carries::AnyIpv4 | Carries::NoIpv4 | Carries::Other => {}
    }
}

fn length(packet: &[u8], at: usize) -> Option<usize> {
    let bytes = packet.get(at..)?.first_chunk()?;
    Some(usize::from(u16::from_be_bytes(*bytes)))
}

fn ipv4(packet: &mut [u8], header: usize) {
    let Some(packet) = length(packet, 2).and_then(|total| packet.get_mut(..total)) else {
        return;
    };
    if packet.len() < header || header < 20 {
        return;
    }
    let (head, upper) = packet.split_at_mut(header);
    put(head, 10, 0);
    put(head, 10, sum(&[head]));
    let whole = head[6] & 0x3f == 0 && head[7] == 0;
    if whole {
        let (protocol, addresses) = (head[9], head[12..20].to_vec());
        message(upper, protocol, &addresses);
    }
}

fn ipv6(packet: &mut [u8]) {
    let end = length(packet, 4).map(|length| IPV6_HEADER + length);
    let Some(packet) = end.and_then(|end| packet.get_mut(..end)) else {
        return;
    };
    let (head, upper) = packet.split_at_mut(IPV6_HEADER);
    let (protocol, addresses) = (head[6], head[8..40].to_vec());
    message(upper, protocol, &addresses);
}

fn message(upper: &mut [u8], protocol: u8, addresses: &[u8]) {
    let Ok(len) = u16::try_from(upper.len()) else {
        return;
    };
    let pseudo = [addresses, &len.to_be_bytes(), &[0, protocol]].concat();
    let (at, pseudo): (usize, &[u8]) = match protocol {
        ICMP | IGMP => (2, &[]),
        ICMPV6 => (2, &pseudo),
        UDP => {
            put(upper, 4, len);
            (6, &pseudo)
        }
        TCP => (16, &pseudo),
        _ => return,
    };
    put(upper, at, 0);
    let checksum = sum(&[pseudo, upper]);
    // 0 would say that there is none.
    let checksum = if protocol == UDP && checksum == 0 {
        0xffff
    } else {
        checksum
    };
    put(upper, at, checksum);
}

fn put(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(field) = bytes.get_mut(at..at + 2) {
        field.copy_from_slice(&value.to_be_bytes());
    }
}

/// RFC 1071; every part but the last is of whole words.
fn sum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0u64;
    for part in parts {
        for word in part.chunks(2) {
            sum += u64::from(word[0]) << 8 | u64::from(word.get(1).copied().unwrap_or(0));
        }
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}
