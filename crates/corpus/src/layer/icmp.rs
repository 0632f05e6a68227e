use serde::Deserialize;

use super::build::Around;
use super::checksum;
use crate::{Hex, Number};

/// The first eight bytes of an ICMP or ICMPv6 message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Icmp {
    /// Type.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Code.
    #[serde(default)]
    pub code: u8,
    /// What follows the checksum; four zero bytes by default.
    pub rest: Option<Hex>,
    /// Checksum.
    pub checksum: Option<Number<u16>>,
}

impl Icmp {
    fn header(&self) -> Vec<u8> {
        let rest = self.rest.as_ref().map_or(&[0; 4][..], |rest| &rest.0);
        [&[self.kind, self.code, 0, 0], rest].concat()
    }

    pub(super) fn encode_v4(&self, around: &Around<'_>) -> Vec<u8> {
        let mut header = self.header();
        let given = self.checksum.map(|sum| sum.0);
        checksum::fill(&mut header, 2, given, (None, 1), around.payload);
        header
    }

    pub(super) fn encode_v6(&self, around: &Around<'_>) -> Vec<u8> {
        message(self.header(), self.checksum, around)
    }
}

/// Completes an ICMPv6 message whose checksum is still zero.
pub(super) fn message(
    mut bytes: Vec<u8>,
    given: Option<Number<u16>>,
    around: &Around<'_>,
) -> Vec<u8> {
    let given = given.map(|sum| sum.0);
    checksum::fill(&mut bytes, 2, given, (around.pseudo, 58), around.payload);
    bytes
}
