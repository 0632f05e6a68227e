//! What can be done to a frame.
#![expect(
    clippy::ptr_arg,
    reason = "one signature for all changes, whether they change the length or not"
)]

use super::field::{CLAIMS, ETHERNET, IP4, IP6, IP6_UPPER, NUMBERS, TAGS, is};
use super::random::Random;
use super::repair;

/// Changes the first frame, with the help of another one.
type Change = fn(&mut Vec<u8>, &[u8], &mut Random);

/// The more often one stands here, the more often it is made.
pub(crate) const ALL: &[(&str, Change)] = &[
    ("number", number),
    ("number", number),
    ("number", number),
    ("byte", byte),
    ("bit", bit),
    ("claim", claim),
    ("claim", claim),
    ("claim", claim),
    ("cut", cut),
    ("pad", pad),
    ("tail", tail),
    ("tag", tag),
    ("extension header", extension_header),
    ("extension header", extension_header),
    ("fragment", fragment),
    ("IPv4 options", ip4_options),
    ("ND option", nd_option),
    ("ND option", nd_option),
    ("lengths", lengths),
    ("lengths", lengths),
    ("to all", to_all),
];

fn number(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let at = 12 + random.below(frame.len().saturating_sub(12).min(100));
    put(frame, at, &[*random.of(NUMBERS)]);
}

fn byte(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let at = random.below(frame.len());
    let byte = random.byte();
    put(frame, at, &[byte]);
}

fn bit(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let at = random.below(frame.len().min(100));
    if let Some(byte) = frame.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

/// The same field of another frame.
fn claim(frame: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (at, len) = *random.of(CLAIMS);
    if let Some(bytes) = other.get(at..at + len) {
        put(frame, at, bytes);
    }
}

fn cut(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let len = frame.len() - random.below(frame.len().min(60));
    frame.truncate(len);
}

fn pad(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let len = frame.len() + 1 + random.below(24);
    let byte = if random.one_in(2) { 0 } else { random.byte() };
    frame.resize(len, byte);
}

/// From somewhere on, another frame.
fn tail(frame: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let room = frame.len().min(other.len()).saturating_sub(ETHERNET);
    let at = ETHERNET + random.below(room);
    frame.truncate(at);
    frame.extend_from_slice(other.get(at..).unwrap_or_default());
}

fn tag(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let kind = *random.of(TAGS);
    let vid = if random.one_in(2) { 0 } else { random.byte() };
    insert(frame, 12, &[kind[0], kind[1], random.byte() & 0xe0, vid]);
}

/// Between the IPv6 header and what was behind it.
fn extension_header(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let Some(&next) = frame.get(20).filter(|_| is(frame, IP6)) else {
        return;
    };
    let kind = *random.of(&[0, 43, 44, 44, 51, 60, 60]);
    let mut header = match kind {
        44 => {
            let offset = if random.one_in(2) { 0 } else { random.byte() };
            vec![next, 0, 0, offset & 0xf9, 1, 2, 3, 4]
        }
        // An AH says its length in words less two (RFC 4302 section 2.2).
        51 => vec![next, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0],
        _ => vec![next, 0, 1, 4, 0, 0, 0, 0],
    };
    if random.one_in(8) {
        header[1] = random.byte() & 3;
    }
    put(frame, 20, &[kind]);
    insert(frame, IP6_UPPER, &header);
    repair::grow(frame, header.len());
}

fn fragment(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    if is(frame, IP4) {
        let bits = *random.of(&[
            [0x20, 0],
            [0, 1],
            [0x20, 1],
            [0x1f, 0xff],
            [0x40, 0],
            [0x80, 0],
        ]);
        put(frame, 20, &bits);
    }
}

fn ip4_options(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    let Some(&first) = frame.get(ETHERNET).filter(|_| is(frame, IP4)) else {
        return;
    };
    let words = 1 + random.below(3);
    let longer = first & 0xf0
        | (first & 0x0f)
            .saturating_add(words.to_le_bytes()[0])
            .min(15);
    put(frame, ETHERNET, &[longer]);
    insert(frame, ETHERNET + 20, &vec![1; words * 4]);
    repair::grow(frame, words * 4);
}

/// Behind all others, inside the packet.
fn nd_option(frame: &mut Vec<u8>, _: &[u8], random: &mut Random) {
    if !is(frame, IP6) {
        return;
    }
    let kind = *random.of(&[1, 1, 2, 2, 3, 5, 14, 25]);
    let words = if random.one_in(6) {
        random.byte() & 3
    } else {
        1
    };
    let own = *random.of(&[0x0a, 0x0a, 0x0b, 0xfe]);
    frame.extend_from_slice(&[kind, words, 2, 0, 0, 0, 0, own]);
    repair::grow(frame, 8);
}

fn lengths(frame: &mut Vec<u8>, _: &[u8], _: &mut Random) {
    repair::lengths(frame);
}

/// A bridge keeps back what is for the side that it comes from.
fn to_all(frame: &mut Vec<u8>, _: &[u8], _: &mut Random) {
    put(frame, 0, &[0xff; 6]);
}

fn put(frame: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(field) = frame.get_mut(at..at + bytes.len()) {
        field.copy_from_slice(bytes);
    }
}

fn insert(frame: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if at <= frame.len() {
        frame.splice(at..at, bytes.iter().copied());
    }
}
