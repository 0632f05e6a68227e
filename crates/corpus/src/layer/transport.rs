use serde::Deserialize;

use super::build::{Around, BuildError};
use super::checksum;
use crate::Number;

/// A UDP header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Udp {
    /// Source port.
    pub src: u16,
    /// Destination port.
    pub dst: u16,
    /// Length of header and payload.
    pub length: Option<Number<u16>>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Udp {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let length = match self.length {
            Some(length) => length.0,
            None => around.length("udp", 8)?,
        };
        let fields = [self.src, self.dst, length, 0];
        let mut header: Vec<u8> = fields.into_iter().flat_map(u16::to_be_bytes).collect();
        let given = self.checksum.map(|sum| sum.0);
        checksum::fill(&mut header, 6, given, (around.pseudo, 17), around.payload);
        Ok(header)
    }
}

/// A TCP header without options.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tcp {
    /// Source port.
    pub src: u16,
    /// Destination port.
    pub dst: u16,
    /// Flags; SYN by default.
    pub flags: Option<Number<u8>>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Tcp {
    pub(super) fn encode(&self, around: &Around<'_>) -> Vec<u8> {
        let mut header = [self.src.to_be_bytes(), self.dst.to_be_bytes()].concat();
        header.extend([
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0x50,
            self.flags.map_or(2, |flags| flags.0),
        ]);
        header.extend([0x20, 0, 0, 0, 0, 0]);
        let given = self.checksum.map(|sum| sum.0);
        checksum::fill(&mut header, 16, given, (around.pseudo, 6), around.payload);
        header
    }
}
