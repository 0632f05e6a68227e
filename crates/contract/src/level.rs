use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::Release;

/// How far a feature binds drivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Expected of all, and reported; no release waits for it.
    Advisory,
    /// A release waits until every driver that is held has it.
    Required,
    /// A driver's own affair.
    Optional,
    /// It goes away; nobody need begin with it.
    Deprecated,
    /// It is gone.
    Removed,
}

impl Level {
    /// All of them.
    pub const ALL: [Level; 5] = [
        Level::Advisory,
        Level::Required,
        Level::Optional,
        Level::Deprecated,
        Level::Removed,
    ];

    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Advisory => "advisory",
            Level::Required => "required",
            Level::Optional => "optional",
            Level::Deprecated => "deprecated",
            Level::Removed => "removed",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The levels of a feature, each from its release on until the next.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Levels(pub(crate) BTreeMap<Release, Level>);

impl Levels {
    /// The level at a release; none if the feature comes later.
    pub fn at(&self, release: Release) -> Option<Level> {
        self.0
            .range(..=release)
            .next_back()
            .map(|(_, level)| *level)
    }

    /// Where it changes, in the order of releases.
    pub fn changes(&self) -> impl Iterator<Item = (Release, Level)> + '_ {
        self.0.iter().map(|(release, level)| (*release, *level))
    }

    /// The first release from `from` on at which the feature is required.
    pub fn required_from(&self, from: Release) -> Option<Release> {
        if self.at(from) == Some(Level::Required) {
            return Some(from);
        }
        let mut later = self.0.range(from..);
        later.find_map(|(release, level)| (*level == Level::Required).then_some(*release))
    }
}
