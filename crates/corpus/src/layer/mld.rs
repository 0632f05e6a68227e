use std::net::Ipv6Addr;

use serde::Deserialize;

use super::build::{Around, BuildError};
use super::icmp::message;
use crate::Number;

/// An MLD version 1 message (RFC 2710).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mld {
    /// Type: 130 query, 131 report, 132 done.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Group.
    pub group: Ipv6Addr,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Mld {
    pub(super) fn encode(&self, around: &Around<'_>) -> Vec<u8> {
        let mut bytes = vec![self.kind, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(self.group.octets());
        message(bytes, self.checksum, around)
    }
}

/// An MLD version 2 report (RFC 3810, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mldv2 {
    /// What is joined and left.
    pub records: Vec<GroupRecord6>,
}

/// One group of a report, without sources.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord6 {
    /// Record type; 4 is a join.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Group.
    pub group: Ipv6Addr,
}

impl Mldv2 {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let count = self.records.len();
        let count = u16::try_from(count).map_err(|_| BuildError::TooLong("mldv2", count))?;
        let mut bytes = vec![143, 0, 0, 0, 0, 0];
        bytes.extend(count.to_be_bytes());
        for record in &self.records {
            bytes.extend([record.kind, 0, 0, 0]);
            bytes.extend(record.group.octets());
        }
        Ok(message(bytes, None, around))
    }
}
