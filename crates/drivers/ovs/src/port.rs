//! Which interfaces the bridge has, and their numbers.

use vifguard_openflow::{Malformed, ports};

/// An interface with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub device: String,
    /// Its number.
    pub number: u32,
}

/// What the bridge says of its ports. Special ones have long numbers there, and short ones everywhere else.
pub(crate) fn places(answer: &[u8]) -> Result<Vec<Place>, Malformed> {
    const SPECIAL: u32 = 0xffff_ff00;
    let places = ports(answer)?.into_iter().map(|port| Place {
        device: port.name,
        number: if port.number >= SPECIAL {
            port.number & 0xffff
        } else {
            port.number
        },
    });
    Ok(places.collect())
}
