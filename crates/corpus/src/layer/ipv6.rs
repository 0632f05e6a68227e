use std::net::Ipv6Addr;

use serde::Deserialize;

use super::build::{Around, BuildError};
use crate::Number;

/// An IPv6 header (RFC 8200).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipv6 {
    /// Source.
    pub src: Ipv6Addr,
    /// Destination.
    pub dst: Ipv6Addr,
    /// Next header.
    pub next: Option<Number<u8>>,
    /// Hop limit; 64 by default, so a neighbor discovery message has to say 255.
    pub hop_limit: Option<Number<u8>>,
    /// Version; 6 by default.
    pub version: Option<Number<u8>>,
    /// Traffic class.
    #[serde(default)]
    pub traffic_class: u8,
    /// Flow label.
    #[serde(default)]
    pub flow_label: u32,
    /// Payload length.
    pub payload_length: Option<Number<u16>>,
}

impl Ipv6 {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let length = match self.payload_length {
            Some(length) => length.0,
            None => around.length("ipv6", 0)?,
        };
        let next = match self.next {
            Some(next) => next.0,
            None => around.next_header("ipv6")?,
        };
        let version = u32::from(self.version.map_or(6, |version| version.0));
        let word = version << 28 | u32::from(self.traffic_class) << 20 | self.flow_label & 0xf_ffff;
        Ok([
            &word.to_be_bytes()[..],
            &length.to_be_bytes(),
            &[next, self.hop_limit.map_or(64, |limit| limit.0)],
            &self.src.octets(),
            &self.dst.octets(),
        ]
        .concat())
    }
}
