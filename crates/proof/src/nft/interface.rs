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
        let of = |word: u32, at: u8| word.to_ne_bytes().get(usize::from(at)).copied();
        match origin {
            Origin::Name(at) => self.name.get(usize::from(at)).copied(),
            Origin::Index(at) => of(self.index, at),
            Origin::Network(at) => of(self.entry?.network, at),
            Origin::Number(at) => of(self.entry?.number, at),
        }
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
