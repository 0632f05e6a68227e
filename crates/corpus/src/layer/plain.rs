use serde::Deserialize;

use crate::{Hex, Number};

/// Bytes as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Raw {
    /// These bytes.
    Bytes(Hex),
    /// The bytes of a text.
    Text(String),
    /// So many zero bytes.
    Zeros(usize),
}

impl Raw {
    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Raw::Bytes(bytes) => bytes.0.clone(),
            Raw::Text(text) => text.clone().into_bytes(),
            Raw::Zeros(count) => vec![0; *count],
        }
    }
}

/// Bytes behind everything that a length field counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// How many.
    pub count: usize,
    /// What; zero by default.
    pub fill: Option<Number<u8>>,
}

/// The end of a frame that is shorter than its fields say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The length of the frame.
    pub to: usize,
}
