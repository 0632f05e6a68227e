use std::collections::BTreeMap;

use serde::Serialize;

use crate::Release;

/// Who answers for a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Maintainer {
    /// A role, or a person's name.
    pub name: String,
    /// Where to write to.
    pub contact: String,
}

/// What a driver says of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declared {
    /// As the contract says.
    Full,
    /// It refuses more than the contract does; the sentence says what.
    Partial(String),
    /// Not, or not safely; the sentence says why.
    None(String),
}

impl Declared {
    /// Its public name.
    pub const fn name(&self) -> &'static str {
        match self {
            Declared::Full => "full",
            Declared::Partial(_) => "partial",
            Declared::None(_) => "none",
        }
    }

    /// The sentence.
    pub fn why(&self) -> Option<&str> {
        match self {
            Declared::Full => None,
            Declared::Partial(why) | Declared::None(why) => Some(why),
        }
    }

    /// Whether it claims anything, so that it can be untrue.
    pub const fn is_claim(&self) -> bool {
        !matches!(self, Declared::None(_))
    }

    /// More is better.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Declared::Full => 2,
            Declared::Partial(_) => 1,
            Declared::None(_) => 0,
        }
    }
}

/// A driver, as the contract knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// Its name on the command line.
    pub name: String,
    /// What it is, for people.
    pub about: String,
    /// The release from which it is held to the contract; never, if there is none.
    pub held: Option<Release>,
    /// The release from which it is held no more, if it is to leave.
    pub leaves: Option<Release>,
    /// Who answers for it.
    pub maintainers: Vec<Maintainer>,
    /// What it says of each feature that it names.
    pub features: BTreeMap<String, Declared>,
}

impl Driver {
    /// What it says of a feature. One that it does not name it does not have: a new feature must not make
    /// work for every driver.
    pub fn declared(&self, feature: &str) -> Declared {
        let unnamed = || Declared::None("the driver does not name it".to_owned());
        self.features.get(feature).cloned().unwrap_or_else(unnamed)
    }

    /// Whether a release waits for it.
    pub fn is_held_at(&self, release: Release) -> bool {
        let has_left = self.leaves.is_some_and(|leaves| leaves <= release);
        self.held.is_some_and(|held| held <= release) && !has_left
    }

    /// Its maintainers in a line, `name <contact>`.
    pub fn answerable(&self) -> String {
        let each = self
            .maintainers
            .iter()
            .map(|Maintainer { name, contact }| format!("{name} <{contact}>"));
        each.collect::<Vec<_>>().join(", ")
    }
}
