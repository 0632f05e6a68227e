use std::net::Ipv4Addr;

use serde::Deserialize;

use super::build::{Around, BuildError};
use super::checksum::checksum;
use crate::{Hex, Number};

/// An IPv4 header (RFC 791).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipv4 {
    /// Source.
    pub src: Ipv4Addr,
    /// Destination.
    pub dst: Ipv4Addr,
    /// Protocol.
    pub protocol: Option<Number<u8>>,
    /// Time to live; 64 by default.
    pub ttl: Option<Number<u8>>,
    /// Type of service.
    #[serde(default)]
    pub tos: u8,
    /// Identification.
    #[serde(default)]
    pub id: u16,
    /// The reserved flag.
    #[serde(default)]
    pub reserved: bool,
    /// Don't fragment.
    #[serde(default)]
    pub df: bool,
    /// More fragments.
    #[serde(default)]
    pub mf: bool,
    /// Fragment offset, in units of 8 bytes as on the wire.
    #[serde(default)]
    pub offset: u16,
    /// Options, a multiple of 4 bytes.
    #[serde(default)]
    pub options: Hex,
    /// Version; 4 by default.
    pub version: Option<Number<u8>>,
    /// Header length, in units of 4 bytes as on the wire.
    pub ihl: Option<Number<u8>>,
    /// Length of header and payload.
    pub total_length: Option<Number<u16>>,
    /// Header checksum.
    pub checksum: Option<Number<u16>>,
}

impl Ipv4 {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let length = 20 + self.options.0.len();
        let total = match self.total_length {
            Some(total) => total.0,
            None => around.length("ipv4", length)?,
        };
        let protocol = match self.protocol {
            Some(protocol) => protocol.0,
            None => around.protocol("ipv4")?,
        };
        let version = self.version.map_or(4, |version| version.0);
        let flags = u16::from(self.reserved) << 15 | u16::from(self.df) << 14;
        let flags = flags | u16::from(self.mf) << 13 | self.offset & 0x1fff;
        let mut header = vec![version << 4 | self.ihl(length)? & 15, self.tos];
        header.extend(total.to_be_bytes());
        header.extend(self.id.to_be_bytes());
        header.extend(flags.to_be_bytes());
        header.extend([self.ttl.map_or(64, |ttl| ttl.0), protocol, 0, 0]);
        header.extend(self.src.octets());
        header.extend(self.dst.octets());
        header.extend(&self.options.0);
        let sum = self
            .checksum
            .map_or_else(|| checksum(&[&header]), |sum| sum.0);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        Ok(header)
    }

    fn ihl(&self, length: usize) -> Result<u8, BuildError> {
        if let Some(ihl) = self.ihl {
            return Ok(ihl.0);
        }
        if !length.is_multiple_of(4) {
            return Err(BuildError::Uneven("ipv4", length, 4));
        }
        u8::try_from(length / 4).map_err(|_| BuildError::TooLong("ipv4", length))
    }
}
