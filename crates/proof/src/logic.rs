//! Truth that need not be known: the same rules over constants, and over functions of a frame's bits.

use std::hash::Hash;

/// Boolean values with their connectives.
///
/// What is written once over a logic is both a judge of single frames (over [`Plain`]) and the set of
/// all frames with a property (over diagrams), so the first can be tested for the second.
pub trait Logic {
    /// A value.
    type Bit: Clone + PartialEq + Eq + Hash;

    /// A value that is known.
    fn constant(&self, value: bool) -> Self::Bit;
    /// The value, if it is known.
    fn known(&self, bit: &Self::Bit) -> Option<bool>;
    /// Not.
    fn not(&self, bit: &Self::Bit) -> Self::Bit;
    /// Both.
    fn and(&self, one: &Self::Bit, other: &Self::Bit) -> Self::Bit;
    /// At least one.
    fn or(&self, one: &Self::Bit, other: &Self::Bit) -> Self::Bit;

    /// The first and not the second.
    fn minus(&self, one: &Self::Bit, other: &Self::Bit) -> Self::Bit {
        self.and(one, &self.not(other))
    }

    /// One of two, as a third says.
    fn choose(&self, which: &Self::Bit, yes: &Self::Bit, no: &Self::Bit) -> Self::Bit {
        self.or(&self.and(which, yes), &self.minus(no, which))
    }

    /// Can it not be?
    fn is_never(&self, bit: &Self::Bit) -> bool {
        self.known(bit) == Some(false)
    }

    /// All of them.
    fn all<'a>(&self, bits: impl IntoIterator<Item = &'a Self::Bit>) -> Self::Bit
    where
        Self::Bit: 'a,
    {
        let yes = self.constant(true);
        bits.into_iter().fold(yes, |all, bit| self.and(&all, bit))
    }

    /// Any of them.
    fn any<'a>(&self, bits: impl IntoIterator<Item = &'a Self::Bit>) -> Self::Bit
    where
        Self::Bit: 'a,
    {
        let no = self.constant(false);
        bits.into_iter().fold(no, |any, bit| self.or(&any, bit))
    }
}

/// Values that are all known: one frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Logic for Plain {
    type Bit = bool;

    fn constant(&self, value: bool) -> bool {
        value
    }

    fn known(&self, bit: &bool) -> Option<bool> {
        Some(*bit)
    }

    fn not(&self, bit: &bool) -> bool {
        !bit
    }

    fn and(&self, one: &bool, other: &bool) -> bool {
        *one && *other
    }

    fn or(&self, one: &bool, other: &bool) -> bool {
        *one || *other
    }
}
