use vifguard_nft::class::By;
use vifguard_nft::names::BEHIND_INDEX;

use crate::Logic;
use crate::word::{Octet, Words};

/// How long what stands for an interface is in a key.
pub(super) const INTERFACE: usize = 16;

/// A byte in a register.
pub(super) struct Byte<L: Logic> {
    pub(super) bits: Octet<L>,
    /// It is this byte of what tells interfaces apart.
    pub(super) from: Option<Origin>,
}

/// A derived one would ask the same of the logic.
impl<L: Logic> Clone for Byte<L> {
    fn clone(&self) -> Byte<L> {
        Byte {
            bits: self.bits.clone(),
            from: self.from,
        }
    }
}

/// Bytes that one interface has and another has not, though both be judged by the same rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// Of the name.
    Name(u8),
    /// Of the index.
    Index(u8),
    /// Of the number of the port's network.
    Network(u8),
    /// Of the number that the port's claims stand under.
    Number(u8),
}

impl<L: Logic> Byte<L> {
    pub(super) fn known(logic: &L, value: u8) -> Byte<L> {
        Byte {
            bits: logic.octet(value),
            from: None,
        }
    }

    pub(super) fn of(bits: Octet<L>) -> Byte<L> {
        Byte { bits, from: None }
    }

    pub(super) fn value(&self, logic: &L) -> Option<u8> {
        logic.known_octet(&self.bits)
    }
}

/// What a key begins with, if it is the receiving interface.
pub(super) fn begins_with<L: Logic>(logic: &L, key: &[Byte<L>]) -> Option<By> {
    let own = |bytes: &[Byte<L>], origin: fn(u8) -> Origin| {
        let mut numbered = (0u8..).zip(bytes);
        numbered.all(|(i, byte)| byte.from == Some(origin(i)))
    };
    let interface = key.get(..INTERFACE)?;
    let (number, rest) = interface.split_at(INTERFACE - BEHIND_INDEX.len());
    let mut rest = rest.iter().zip(BEHIND_INDEX);
    if own(interface, Origin::Name) {
        return Some(By::Name);
    }
    let is_number = own(number, Origin::Index)
        && rest.all(|(byte, is)| byte.from.is_none() && byte.value(logic) == Some(is));
    is_number.then_some(By::Index)
}

/// A known key, of which some bytes are the interface's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(pub(super) Vec<(u8, Option<Origin>)>);

impl Key {
    /// The bytes, if all are known.
    pub(super) fn of<L: Logic>(logic: &L, bytes: &[Byte<L>]) -> Option<Key> {
        let known = bytes
            .iter()
            .map(|byte| Some((byte.value(logic)?, byte.from)));
        known.collect::<Option<_>>().map(Key)
    }
}
