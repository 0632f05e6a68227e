use serde::Deserialize;

use super::Mac;
use super::build::BuildError;
use crate::{Hex, Number};

/// An option of neighbor discovery.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum NdOption {
    /// A link-layer address.
    LinkLayer(LinkLayer),
    /// Anything else.
    Other(OtherOption),
}

/// A link-layer address option with its own length.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum LinkLayer {
    /// Type 1: the sender's.
    Source(Mac),
    /// Type 2: the target's.
    Target(Mac),
}

/// An option by its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherOption {
    /// Type: 3 prefix, 5 MTU, 14 nonce, and so on.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Length field, in units of 8 bytes as on the wire.
    pub length: Option<Number<u8>>,
    /// What follows type and length; six zero bytes by default.
    pub data: Option<Hex>,
}

/// Adds the options to a message.
pub(super) fn encode(options: &[NdOption], message: &mut Vec<u8>) -> Result<(), BuildError> {
    for option in options {
        match option {
            NdOption::LinkLayer(LinkLayer::Source(mac)) => link_layer(1, *mac, message),
            NdOption::LinkLayer(LinkLayer::Target(mac)) => link_layer(2, *mac, message),
            NdOption::Other(other) => other.encode(message)?,
        }
    }
    Ok(())
}

fn link_layer(kind: u8, mac: Mac, message: &mut Vec<u8>) {
    message.extend([kind, 1]);
    message.extend(mac.0.0);
}

impl OtherOption {
    fn encode(&self, message: &mut Vec<u8>) -> Result<(), BuildError> {
        let data = self.data.as_ref().map_or(&[0; 6][..], |data| &data.0);
        let size = data.len() + 2;
        let length = match self.length {
            Some(length) => length.0,
            None if !size.is_multiple_of(8) => return Err(BuildError::Uneven("option", size, 8)),
            None => u8::try_from(size / 8).map_err(|_| BuildError::TooLong("option", size))?,
        };
        message.extend([self.kind, length]);
        message.extend(data);
        Ok(())
    }
}
