use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The longest name of a Linux interface: `IFNAMSIZ` of `linux/if.h` less its closing NUL.
const MAX_LEN: usize = 15;

/// The name of a Linux interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceName(String);

/// Why a text cannot be the name of an interface (the kernel's `dev_valid_name`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeviceNameError {
    /// No text at all.
    #[error("an interface needs a name")]
    Empty,
    /// Over 15 bytes.
    #[error("{0} bytes long; Linux allows at most 15")]
    TooLong(usize),
    /// `.`, `..`, or a slash, colon, white space or control character.
    #[error("no interface can have this name; use letters, digits, '-', '_' and '.'")]
    Forbidden,
    /// A star in the name of one interface.
    #[error("a port has one interface, not a pattern; write its name")]
    Pattern,
    /// A star that is not at the end, or alone.
    #[error("a pattern is a name or a prefix followed by one '*', such as tap*")]
    Star,
}

impl DeviceName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceName {
    type Err = DeviceNameError;

    fn from_str(text: &str) -> Result<Self, DeviceNameError> {
        check(text)?;
        if text.contains('*') {
            return Err(DeviceNameError::Pattern);
        }
        Ok(DeviceName(text.to_owned()))
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One interface by its name, or all whose names begin alike (`tap*`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DevicePattern {
    /// Exactly this one.
    Name(DeviceName),
    /// Every interface whose name begins so; never empty.
    Prefix(String),
}

impl DevicePattern {
    /// Does the pattern cover an interface of this name?
    pub fn covers(&self, device: &str) -> bool {
        match self {
            DevicePattern::Name(name) => name.as_str() == device,
            DevicePattern::Prefix(prefix) => device.starts_with(prefix.as_str()),
        }
    }
}

impl FromStr for DevicePattern {
    type Err = DeviceNameError;

    fn from_str(text: &str) -> Result<Self, DeviceNameError> {
        let Some(prefix) = text.strip_suffix('*') else {
            check(text)?;
            let name = DeviceName(text.to_owned());
            return if text.contains('*') {
                Err(DeviceNameError::Star)
            } else {
                Ok(DevicePattern::Name(name))
            };
        };
        if prefix.is_empty() || prefix.contains('*') {
            return Err(DeviceNameError::Star);
        }
        check(prefix)?;
        Ok(DevicePattern::Prefix(prefix.to_owned()))
    }
}

impl fmt::Display for DevicePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DevicePattern::Name(name) => name.fmt(f),
            DevicePattern::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

fn check(text: &str) -> Result<(), DeviceNameError> {
    if text.is_empty() {
        return Err(DeviceNameError::Empty);
    }
    if text.len() > MAX_LEN {
        return Err(DeviceNameError::TooLong(text.len()));
    }
    let forbidden = |c: char| c == '/' || c == ':' || c.is_whitespace() || c.is_control();
    if text == "." || text == ".." || text.contains(forbidden) {
        return Err(DeviceNameError::Forbidden);
    }
    Ok(())
}
