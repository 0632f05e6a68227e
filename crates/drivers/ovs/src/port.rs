//! Which interfaces the bridge has, and their numbers.

use crate::flow::LOCAL;

/// An interface with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub device: String,
    /// Its number.
    pub number: u32,
}

/// What `ovs-ofctl dump-ports-desc` prints: a line such as ` 1(tap-web): addr:…` for each, and others.
pub(crate) fn parse_ports(text: &str) -> Vec<Place> {
    let place = |line: &str| {
        let (head, _) = line.trim_start().split_once("): addr:")?;
        let (number, device) = head.split_once('(')?;
        let number = match number {
            "LOCAL" => LOCAL,
            _ => number.parse().ok()?,
        };
        Some(Place {
            device: device.to_owned(),
            number,
        })
    };
    text.lines().filter_map(place).collect()
}
