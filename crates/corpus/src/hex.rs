use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

/// Bytes written as hexadecimal digits; spaces may group them.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Hex(pub Vec<u8>);

/// Why a text is no list of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HexError {
    /// A character that is neither a hexadecimal digit nor a space.
    #[error("{0:?} is no hexadecimal digit")]
    Digit(char),
    /// Half a byte is left over.
    #[error("an odd number of digits; a byte has two")]
    Odd,
}

impl FromStr for Hex {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        let digits = text
            .chars()
            .filter(|c| *c != ' ')
            .map(|c| {
                c.to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
                    .ok_or(HexError::Digit(c))
            })
            .collect::<Result<Vec<u8>, _>>()?;
        if !digits.len().is_multiple_of(2) {
            return Err(HexError::Odd);
        }
        Ok(Hex(digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()))
    }
}

impl TryFrom<String> for Hex {
    type Error = HexError;

    fn try_from(text: String) -> Result<Self, HexError> {
        text.parse()
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
