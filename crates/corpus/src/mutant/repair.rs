//! Lengths that fit the frame again, so that mutants get past the first rule.

use super::field::{ETHERNET, IP4, IP6, IP6_UPPER, is};

/// Makes an IP packet say that it is as long as its frame.
pub fn lengths(frame: &mut [u8]) {
    if is(frame, IP4) && frame.len() >= ETHERNET + 20 {
        put(frame, 16, frame.len() - ETHERNET);
    }
    if is(frame, IP6) && frame.len() >= IP6_UPPER {
        put(frame, 18, frame.len() - IP6_UPPER);
    }
}

/// Adds to the length that the packet says it has.
pub(crate) fn grow(frame: &mut [u8], by: usize) {
    let at = match (is(frame, IP4), is(frame, IP6)) {
        (true, _) => 16,
        (_, true) => 18,
        _ => return,
    };
    if let Some(&[high, low]) = frame.get(at..at + 2).and_then(<[u8]>::first_chunk::<2>) {
        put(frame, at, usize::from(u16::from_be_bytes([high, low])) + by);
    }
}

fn put(frame: &mut [u8], at: usize, number: usize) {
    let number = u16::try_from(number).unwrap_or(u16::MAX);
    if let Some(field) = frame.get_mut(at..at + 2) {
        field.copy_from_slice(&number.to_be_bytes());
    }
}
