//! How ports are told apart: by what is asked of them, and by which of two editions asks it.

use std::fmt;

use vifguard_policy::{Guard, GuardSet, Mode, Profile};

use crate::program::Fate;

/// Which chains judge a port. Ports that ask the same questions share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// The guards that are on.
    pub guards: GuardSet,
    /// Link-locals that belong to nobody else are own.
    pub any_link_local: bool,
    /// Refusals are only counted.
    pub audit: bool,
    /// How the rules know the port's interface.
    pub by: By,
}

/// What stands for a port's interface in the keys of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum By {
    /// Its name: whoever has it is the port.
    #[default]
    Name,
    /// Its number, which no other interface has, nor will have: the port is pinned.
    Index,
}

/// Which of a class's two sets of chains judges a port.
///
/// A frame looks a port up more than once. Were the port changed between two look-ups, the frame
/// could meet half of each policy. So every change of a port moves it to the other edition, every
/// rule asks for its own edition, and a frame that meets the other one is judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The first.
    A,
    /// The second.
    B,
}

/// A class in one edition, as the kernel holds it: one number in the map of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Court {
    /// The questions.
    pub class: Class,
    /// The edition.
    pub edition: Edition,
}

const ANY_LINK_LOCAL: u32 = 1 << 8;
const AUDIT: u32 = 1 << 9;
const EDITION: u32 = 1 << 10;
const PINNED: u32 = 1 << 11;
const KNOWN: u32 = 0xfff;

impl Class {
    /// Is this guard on?
    pub fn has(self, guard: Guard) -> bool {
        self.guards.has(guard)
    }

    /// Is any of these guards on?
    pub fn any(self, guards: &[Guard]) -> bool {
        self.guards.any(GuardSet::of(guards))
    }

    /// Whether refusals are carried out.
    pub fn mode(self) -> Mode {
        if self.audit {
            Mode::Audit
        } else {
            Mode::Enforce
        }
    }
}

impl Edition {
    /// Both.
    pub const BOTH: [Edition; 2] = [Edition::A, Edition::B];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Edition {
        match self {
            Edition::A => Edition::B,
            Edition::B => Edition::A,
        }
    }
}

impl Court {
    /// What becomes of frames that it refuses.
    pub(crate) fn fate(self) -> Fate {
        if self.class.audit {
            Fate::Audit
        } else {
            Fate::Refuse
        }
    }

    /// The number that stands for it in the kernel.
    pub fn word(self) -> u32 {
        let mut word = u32::from(self.class.guards.bits());
        if self.class.any_link_local {
            word |= ANY_LINK_LOCAL;
        }
        if self.class.audit {
            word |= AUDIT;
        }
        if self.edition == Edition::B {
            word |= EDITION;
        }
        if self.class.by == By::Index {
            word |= PINNED;
        }
        word
    }

    /// The court that this number stands for.
    pub fn from_word(word: u32) -> Option<Court> {
        let guards = GuardSet::from_bits(u8::try_from(word & 0xff).ok()?);
        let class = Class {
            guards,
            any_link_local: word & ANY_LINK_LOCAL != 0,
            audit: word & AUDIT != 0,
            by: match word & PINNED {
                0 => By::Name,
                _ => By::Index,
            },
        };
        let edition = if word & EDITION == 0 {
            Edition::A
        } else {
            Edition::B
        };
        (word & !KNOWN == 0).then_some(Court { class, edition })
    }

    /// The name of one of its chains; an empty part is the one where frames come in.
    pub fn chain(self, part: &str) -> String {
        if part.is_empty() {
            self.to_string()
        } else {
            format!("{self}.{part}")
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Profile::ALL
            .into_iter()
            .find(|profile| profile.guards() == self.guards)
        {
            Some(profile) => f.write_str(profile.name())?,
            None => {
                for (i, guard) in self.guards.iter().enumerate() {
                    write!(f, "{}{guard}", if i > 0 { "+" } else { "" })?;
                }
            }
        }
        if self.any_link_local {
            f.write_str("-any")?;
        }
        if self.audit {
            f.write_str("-audit")?;
        }
        if self.by == By::Index {
            f.write_str("-pinned")?;
        }
        Ok(())
    }
}

impl fmt::Display for Court {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let edition = match self.edition {
            Edition::A => "a",
            Edition::B => "b",
        };
        write!(f, "{}.{edition}", self.class)
    }
}
