use vifguard_nft::contents::Entry;
use vifguard_nft::names::name_key;

use super::byte::{Key, Origin};

/// Where frames come from, and what the kernel holds of it.
#[derive(Clone, Debug)]
pub(crate) struct Interface<'h> {
    pub(crate) device: String,
    /// The name as the kernel compares it.
    pub(crate) name: Vec<u8>,
    /// None has the number 0.
    pub(crate) index: u32,
    /// Its element in the map of ports.
    pub(crate) entry: Option<&'h Entry>,
}

impl<'h> Interface<'h> {
    pub(crate) fn new(device: &str, index: Option<u32>, entry: Option<&'h Entry>) -> Interface<'h> {
        Interface {
            device: device.to_owned(),
            name: name_key(device),
            index: index.unwrap_or(0),
            entry,
        }
    }

    /// A byte of what tells it from others.
    pub(super) fn byte(&self, origin: Origin) -> Option<u8> {
        let (bytes, at) = match origin {
            Origin::Name(at) => (self.name.clone(), at),
            Origin::Index(at) => (self.index.to_ne_bytes().to_vec(), at),
            Origin::Network(at) => (self.entry?.network.to_ne_bytes().to_vec(), at),
            Origin::Number(at) => (self.entry?.number.to_ne_bytes().to_vec(), at),
        };
        bytes.get(usize::from(at)).copied()
    }

    /// The key as it is for this interface, if it was another's.
    pub(super) fn own(&self, key: &Key) -> Option<Vec<u8>> {
        let byte = |(byte, from): &(u8, Option<Origin>)| match from {
            None => Some(*byte),
            Some(origin) => self.byte(*origin),
        };
        key.0.iter().map(byte).collect()
    }
}
