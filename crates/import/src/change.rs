use std::fmt;

use serde::{Serialize, Serializer};

/// What becomes of a line of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Something that passed is refused.
    Stricter,
    /// Something that was refused passes.
    Looser,
    /// The same passes and the same is refused.
    Same,
    /// A policy has no word for it: it is left to whoever sees to it now.
    NotCarriedOver,
}

impl Change {
    /// Every value.
    pub const ALL: [Change; 4] = [
        Change::Stricter,
        Change::Looser,
        Change::Same,
        Change::NotCarriedOver,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Change::Stricter => "stricter",
            Change::Looser => "looser",
            Change::Same => "same",
            Change::NotCarriedOver => "not carried over",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
