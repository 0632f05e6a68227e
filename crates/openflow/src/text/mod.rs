//! Matches and actions in the words of `ovs-ofctl`: of what it prints, the forms that guards use.
//!
//! What has other fields, or more of them, or in a way that these words do not say, is called [`UNKNOWN`] with all
//! its bytes: it is equal to nothing but itself.

mod actions;
mod field;
mod matches;
mod value;

use thiserror::Error;

pub use actions::{actions, parse_actions};
pub use matches::{matches, parse_matches};

/// What something without words begins with; its bytes come behind.
pub const UNKNOWN: &str = "unknown:";

/// Words that there are no bytes for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no OpenFlow for {0}")]
pub struct Unspeakable(String);

impl Unspeakable {
    pub(crate) fn new(what: &str) -> Unspeakable {
        Unspeakable(what.to_owned())
    }
}

fn unknown(bytes: &[u8]) -> String {
    let mut text = UNKNOWN.to_owned();
    for byte in bytes {
        hex(&mut text, *byte);
    }
    text
}

/// Two digits.
fn hex(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for half in [byte >> 4, byte & 15] {
        let digit = DIGITS.get(usize::from(half)).copied();
        text.push(digit.map_or('0', char::from));
    }
}

/// Back again.
fn parse_unknown(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(UNKNOWN)?.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
