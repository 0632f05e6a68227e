use std::net::Ipv6Addr;

use serde::Deserialize;

use super::build::{Around, BuildError};
use super::icmp::message;
use super::nd_option::{NdOption, encode};
use crate::Number;

/// A router solicitation (RFC 4861, section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouterSolicitation {
    /// Code.
    #[serde(default)]
    pub code: u8,
    /// Options.
    #[serde(default)]
    pub options: Vec<NdOption>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl RouterSolicitation {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let mut bytes = vec![133, self.code, 0, 0, 0, 0, 0, 0];
        encode(&self.options, &mut bytes)?;
        Ok(message(bytes, self.checksum, around))
    }
}

/// A router advertisement (RFC 4861, section 4.2) of a router for 1,800 seconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouterAdvertisement {
    /// Options.
    #[serde(default)]
    pub options: Vec<NdOption>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl RouterAdvertisement {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let mut bytes = vec![134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];
        encode(&self.options, &mut bytes)?;
        Ok(message(bytes, self.checksum, around))
    }
}

/// A neighbor solicitation (RFC 4861, section 4.3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solicitation {
    /// Code.
    #[serde(default)]
    pub code: u8,
    /// The address that is asked for.
    pub target: Ipv6Addr,
    /// Options.
    #[serde(default)]
    pub options: Vec<NdOption>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Solicitation {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let mut bytes = vec![135, self.code, 0, 0, 0, 0, 0, 0];
        bytes.extend(self.target.octets());
        encode(&self.options, &mut bytes)?;
        Ok(message(bytes, self.checksum, around))
    }
}

/// A neighbor advertisement (RFC 4861, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertisement {
    /// Code.
    #[serde(default)]
    pub code: u8,
    /// Router, solicited, override: the highest three bits; override alone (0x20) by default.
    pub flags: Option<Number<u8>>,
    /// The address that is announced.
    pub target: Ipv6Addr,
    /// Options.
    #[serde(default)]
    pub options: Vec<NdOption>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Advertisement {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let flags = self.flags.map_or(0x20, |flags| flags.0);
        let mut bytes = vec![136, self.code, 0, 0, flags, 0, 0, 0];
        bytes.extend(self.target.octets());
        encode(&self.options, &mut bytes)?;
        Ok(message(bytes, self.checksum, around))
    }
}

/// A redirect (RFC 4861, section 4.5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// The better first hop.
    pub target: Ipv6Addr,
    /// Where packets shall go by it.
    pub destination: Ipv6Addr,
    /// Options.
    #[serde(default)]
    pub options: Vec<NdOption>,
}

impl Redirect {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let mut bytes = vec![137, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(self.target.octets());
        bytes.extend(self.destination.octets());
        encode(&self.options, &mut bytes)?;
        Ok(message(bytes, None, around))
    }
}
