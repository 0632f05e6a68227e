use serde::Deserialize;
use vifguard_policy::{MacAddr, MacAddrError};

use super::Layer;
use super::build::{Around, BuildError};
use crate::{Hex, Number};

/// An Ethernet address in a case file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Mac(pub MacAddr);

impl TryFrom<String> for Mac {
    type Error = MacAddrError;

    fn try_from(text: String) -> Result<Self, MacAddrError> {
        text.parse().map(Mac)
    }
}

/// The Ethernet header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eth {
    /// Destination.
    pub dst: Mac,
    /// Source.
    pub src: Mac,
    /// EtherType, or the length of an 802.3 frame.
    #[serde(rename = "type")]
    pub kind: Option<Number<u16>>,
}

impl Eth {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let kind = type_or_length(self.kind, around, "eth")?;
        Ok([
            &self.dst.0.0[..],
            &self.src.0.0[..],
            &kind.to_be_bytes()[..],
        ]
        .concat())
    }
}

/// A VLAN tag; its TPID is the type field of the layer outside it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vlan {
    /// What announces the tag: 0x8100 (default), 0x88a8 or 0x9100.
    pub tpid: Option<Number<u16>>,
    /// Priority.
    #[serde(default)]
    pub pcp: u8,
    /// Drop eligible.
    #[serde(default)]
    pub dei: bool,
    /// VLAN id.
    #[serde(default)]
    pub vid: u16,
    /// EtherType of what is tagged, or the length of an 802.3 frame.
    #[serde(rename = "type")]
    pub kind: Option<Number<u16>>,
}

impl Vlan {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let tci = u16::from(self.pcp & 7) << 13 | u16::from(self.dei) << 12 | self.vid & 0xfff;
        let kind = type_or_length(self.kind, around, "vlan")?;
        Ok([tci.to_be_bytes(), kind.to_be_bytes()].concat())
    }
}

fn type_or_length(
    given: Option<Number<u16>>,
    around: &Around<'_>,
    name: &'static str,
) -> Result<u16, BuildError> {
    match (given, around.next) {
        (Some(kind), _) => Ok(kind.0),
        (None, Some(Layer::Llc(_) | Layer::Snap(_))) => around.length(name, 0),
        (None, _) => around.ether_type(name),
    }
}

/// An 802.2 header with an unnumbered control field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llc {
    /// Destination service access point.
    pub dsap: Number<u8>,
    /// Source service access point.
    pub ssap: Number<u8>,
    /// Control; 3 (unnumbered information) by default.
    pub control: Option<Number<u8>>,
}

impl Llc {
    pub(super) fn encode(&self) -> Vec<u8> {
        vec![
            self.dsap.0,
            self.ssap.0,
            self.control.map_or(3, |control| control.0),
        ]
    }
}

/// An 802.2 header that announces SNAP, and the SNAP header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snap {
    /// The organization, three bytes; 00 00 00 (RFC 1042) by default.
    pub oui: Option<Hex>,
    /// The protocol, an EtherType where the organization is 00 00 00.
    #[serde(rename = "type")]
    pub kind: Option<Number<u16>>,
}

impl Snap {
    pub(super) fn encode(&self, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
        let oui = self.oui.as_ref().map_or(&[0, 0, 0][..], |oui| &oui.0);
        let kind = type_or_length(self.kind, around, "snap")?;
        Ok([&[0xaa, 0xaa, 3], oui, &kind.to_be_bytes()].concat())
    }
}
