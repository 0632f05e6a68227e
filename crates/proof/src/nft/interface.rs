use std::collections::HashMap;

use vifguard_netlink::nft::Element;
use vifguard_nft::Snapshot;
use vifguard_nft::class::By;
use vifguard_nft::contents::{Entry, device_of};
use vifguard_nft::names::{self, index_key, index_of, name_key};

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

/// The interfaces that there are, and what the map of ports knows.
pub(super) struct Interfaces<'h> {
    indices: HashMap<&'h str, u32>,
    names: HashMap<u32, &'h str>,
    entries: HashMap<&'h [u8], &'h Entry>,
}

impl<'h> Interfaces<'h> {
    pub(super) fn of(snapshot: &'h Snapshot) -> Interfaces<'h> {
        let there = snapshot.interfaces.iter();
        let entries = snapshot.main.entries.iter();
        Interfaces {
            indices: there
                .clone()
                .map(|(name, index)| (name.as_str(), *index))
                .collect(),
            names: there.map(|(name, index)| (*index, name.as_str())).collect(),
            entries: entries
                .map(|entry| (entry.element.key.as_slice(), entry))
                .collect(),
        }
    }

    /// The number of the one that is called so.
    pub(super) fn index(&self, device: &str) -> Option<u32> {
        self.indices.get(device).copied()
    }

    /// One that is called so. Rules ask for its number first.
    pub(super) fn interface(&self, device: &str) -> Interface<'h> {
        let index = self.index(device);
        let numbered = index.and_then(|index| self.entries.get(index_key(index).as_slice()));
        let named = || self.entries.get(name_key(device).as_slice());
        Interface::new(device, index, numbered.or_else(named).copied())
    }

    /// Whose frames an element is about. A number that nobody has, nobody will have.
    pub(super) fn name_of(&self, element: &Element) -> Option<String> {
        match index_of(&element.key) {
            Some(index) => self.names.get(&index).map(|name| (*name).to_owned()),
            None => Some(device_of(&element.key)),
        }
    }

    /// Those that the map of ports speaks of.
    pub(super) fn with_entries(&self) -> impl Iterator<Item = String> {
        let entries = self.entries.values();
        entries.filter_map(|entry| self.name_of(&entry.element))
    }
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

    /// What the map of ports knows it by.
    pub(super) fn by(&self) -> By {
        self.entry
            .map_or(By::Name, |entry| names::by(&entry.element.key))
    }

    /// What its elements begin with.
    pub(super) fn key(&self) -> &[u8] {
        self.entry.map_or(&self.name, |entry| &entry.element.key)
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
