use crate::Logic;
use crate::word::{Octet, Words};

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
