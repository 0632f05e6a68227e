use std::net::Ipv4Addr;

use serde::Deserialize;

use super::build::{Around, BuildError};
use super::checksum;
use crate::Number;

/// An IGMP message of eight bytes (RFC 2236).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Igmp {
    /// Type.
    #[serde(rename = "type")]
    pub kind: Number<u8>,
    /// Longest time to answer, in a query.
    #[serde(default)]
    pub max_response: u8,
    /// Group.
    pub group: Ipv4Addr,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Igmp {
    pub(super) fn encode(&self, around: &Around<'_>) -> Vec<u8> {
        let mut bytes = vec![self.kind.0, self.max_response, 0, 0];
        bytes.extend(self.group.octets());
        let given = self.checksum.map(|sum| sum.0);
        checksum::fill(&mut bytes, 2, given, (None, 2), around.payload);
        bytes
    }
}

/// An IGMP version 3 report (RFC 3376, section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Igmpv3 {
    /// What is joined and left.
    pub records: Vec<GroupRecord4>,
}

/// One group of a report, without sources.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRecord4 {
    /// Record type; 4 is a join.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Group.
    pub group: Ipv4Addr,
}

impl Igmpv3 {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let count = self.records.len();
        let count = u16::try_from(count).map_err(|_| BuildError::TooLong("igmpv3", count))?;
        let mut bytes = vec![0x22, 0, 0, 0, 0, 0];
        bytes.extend(count.to_be_bytes());
        for record in &self.records {
            bytes.extend([record.kind, 0, 0, 0]);
            bytes.extend(record.group.octets());
        }
        checksum::fill(&mut bytes, 2, None, (None, 2), around.payload);
        Ok(bytes)
    }
}
