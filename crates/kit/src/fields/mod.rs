//! A frame, field by field, for people. It reads as far as it can: frames that lie about their lengths are
//! what it is for. No verdict rests on it.

mod ipv6;
mod link;
mod reader;
#[cfg(test)]
mod tests;
mod upper;

use schemars::JsonSchema;
use serde::Serialize;

use reader::Reader;

/// One field of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Field {
    /// The header that it is in: `IPv4`.
    pub layer: &'static str,
    /// What it is called there: `source`.
    pub name: &'static str,
    /// Where it begins, in bytes from the beginning of the frame.
    pub offset: usize,
    /// How many bytes it has.
    pub length: usize,
    /// What stands there.
    pub value: String,
}

/// The fields of a frame, from the destination address on.
pub fn fields(frame: &[u8]) -> Vec<Field> {
    let mut reader = Reader::new(frame);
    link::ethernet(&mut reader);
    reader.rest();
    reader.into_fields()
}
