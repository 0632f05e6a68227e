use serde::Deserialize;

use super::build::{Around, BuildError};
use crate::{Hex, Number};

/// A hop-by-hop or destination options header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Next header.
    pub next: Option<Number<u8>>,
    /// Length field, in units of 8 bytes without the first 8, as on the wire.
    pub length: Option<Number<u8>>,
    /// The options; what is missing to `size` is filled with padding options.
    #[serde(default)]
    pub options: Hex,
    /// Bytes of the header; what its options need, rounded up to 8, by default.
    pub size: Option<usize>,
}

impl Options {
    pub(super) fn encode(
        &self,
        name: &'static str,
        around: &Around<'_>,
    ) -> Result<Vec<u8>, BuildError> {
        let size = self
            .size
            .unwrap_or((self.options.0.len() + 2).next_multiple_of(8));
        let mut header = start(self.next, self.length, size, (name, around))?;
        header.extend(&self.options.0);
        pad(&mut header, size);
        Ok(header)
    }
}

/// Fills with Pad1 and PadN (RFC 8200, section 4.2).
fn pad(header: &mut Vec<u8>, size: usize) {
    while let missing @ 1.. = size.saturating_sub(header.len()) {
        let data = u8::try_from(missing.saturating_sub(2)).unwrap_or(u8::MAX);
        if missing == 1 {
            header.push(0);
        } else {
            header.extend([1, data]);
            header.resize(header.len() + usize::from(data), 0);
        }
    }
}

/// The next header and the length, with which most extension headers begin.
fn start(
    next: Option<Number<u8>>,
    length: Option<Number<u8>>,
    size: usize,
    (name, around): (&'static str, &Around<'_>),
) -> Result<Vec<u8>, BuildError> {
    let next = match next {
        Some(next) => next.0,
        None => around.next_header(name)?,
    };
    let length = match length {
        Some(length) => length.0,
        None if !size.is_multiple_of(8) => return Err(BuildError::Uneven(name, size, 8)),
        None => u8::try_from((size / 8).saturating_sub(1))
            .map_err(|_| BuildError::TooLong(name, size))?,
    };
    Ok(vec![next, length])
}

/// A routing header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Next header.
    pub next: Option<Number<u8>>,
    /// Length field, in units of 8 bytes without the first 8, as on the wire.
    pub length: Option<Number<u8>>,
    /// Routing type.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Segments left.
    #[serde(default)]
    pub segments_left: u8,
    /// What follows these four bytes; four zero bytes by default.
    pub data: Option<Hex>,
}

impl Routing {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let data = self.data.as_ref().map_or(&[0; 4][..], |data| &data.0);
        let mut header = start(self.next, self.length, 4 + data.len(), ("routing", around))?;
        header.extend([self.kind, self.segments_left]);
        header.extend(data);
        Ok(header)
    }
}

/// An IPv6 fragment header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fragment {
    /// Next header.
    pub next: Option<Number<u8>>,
    /// Fragment offset, in units of 8 bytes as on the wire.
    #[serde(default)]
    pub offset: u16,
    /// More fragments.
    #[serde(default)]
    pub more: bool,
    /// The byte that nobody uses.
    #[serde(default)]
    pub reserved: u8,
    /// Identification; 1 by default.
    pub id: Option<Number<u32>>,
}

impl Fragment {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let next = match self.next {
            Some(next) => next.0,
            None => around.next_header("fragment")?,
        };
        let mut header = vec![next, self.reserved];
        header.extend((self.offset << 3 | u16::from(self.more)).to_be_bytes());
        header.extend(self.id.map_or(1, |id| id.0).to_be_bytes());
        Ok(header)
    }
}

/// An authentication header (RFC 4302).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ah {
    /// Next header.
    pub next: Option<Number<u8>>,
    /// Length field, in units of 4 bytes less 2, as on the wire.
    pub length: Option<Number<u8>>,
    /// The check value; 12 zero bytes by default.
    pub icv: Option<Hex>,
}

impl Ah {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let icv = self.icv.as_ref().map_or(&[0; 12][..], |icv| &icv.0);
        let length = match self.length {
            Some(length) => length.0,
            None => u8::try_from(icv.len() / 4 + 1)
                .map_err(|_| BuildError::TooLong("ah", 12 + icv.len()))?,
        };
        let next = match self.next {
            Some(next) => next.0,
            None => around.next_header("ah")?,
        };
        Ok([&[next, length, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], icv].concat())
    }
}

/// An encapsulated security payload (RFC 4303): all that is inside it is opaque.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Esp {
    /// What follows the security parameters index and the sequence number.
    #[serde(default)]
    pub data: Hex,
}

impl Esp {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&[0, 0, 1, 0, 0, 0, 0, 1], &self.data.0[..]].concat()
    }
}
