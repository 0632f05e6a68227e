use serde::Serialize;

use crate::{Levels, Selection};

/// What sort of feature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A guard of the policy.
    Guard,
    /// A property that holds beside the verdicts.
    Property,
    /// Beyond the contract's verdicts, and a driver's own affair.
    Extended,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Guard, Kind::Property, Kind::Extended];

    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Guard => "guard",
            Kind::Property => "property",
            Kind::Extended => "extended",
        }
    }
}

/// What shows whether a driver has a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Frames of the corpus that must be refused.
    Frames(Selection),
    /// A check of the conformance kit, by its name.
    Check(String),
    /// Nothing yet: whoever claims it cannot have it proven.
    Nothing,
}

/// Something that a driver may be able to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its public name, which keeps its meaning for ever.
    pub id: String,
    /// What sort of feature it is.
    pub kind: Kind,
    /// What it promises.
    pub promise: String,
    /// What shows it.
    pub shown: Shown,
    /// How far it binds, by release.
    pub levels: Levels,
}

impl Feature {
    /// The selection of frames that show it, if frames do.
    pub fn selection(&self) -> Option<&Selection> {
        match &self.shown {
            Shown::Frames(selection) => Some(selection),
            Shown::Check(_) | Shown::Nothing => None,
        }
    }

    /// The name of the check that shows it, if one does.
    pub fn check(&self) -> Option<&str> {
        match &self.shown {
            Shown::Check(check) => Some(check),
            Shown::Frames(_) | Shown::Nothing => None,
        }
    }
}
