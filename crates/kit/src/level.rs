use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vifguard_driver::Support;

/// How far a feature goes, least first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something passed that the contract refuses, or the promise was broken.
    None,
    /// Nothing passed that the contract refuses; something was refused that it lets pass.
    Partial,
    /// As the contract says.
    Full,
}

/// What follows for a feature that a driver declares.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was found to go at least as far as is declared.
    Proven,
    /// It was found to go less far than is declared.
    Contradicted,
    /// Nothing showed how far it goes.
    Unproven,
    /// Nobody declares anything, and nothing passed that the contract refuses.
    Holds,
    /// Nobody declares anything, and something passed that the contract refuses.
    DoesNotHold,
    /// Nobody declares anything, and nothing showed how far it goes.
    NotShown,
}

impl Level {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Partial => "partial",
            Level::Full => "full",
        }
    }

    /// What a driver declares, and its sentence.
    pub fn declared(support: &Support) -> (Level, Option<&str>) {
        match support {
            Support::Full => (Level::Full, None),
            Support::Partial(why) => (Level::Partial, Some(why)),
            Support::None(why) => (Level::None, Some(why)),
        }
    }
}

impl Verdict {
    /// What follows from what was found, if anything was.
    pub fn of(declared: Level, found: Option<Level>) -> Verdict {
        match found {
            None => Verdict::Unproven,
            Some(found) if found >= declared => Verdict::Proven,
            Some(_) => Verdict::Contradicted,
        }
    }

    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Proven => "proven",
            Verdict::Contradicted => "contradicted",
            Verdict::Unproven => "unproven",
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does-not-hold",
            Verdict::NotShown => "not-shown",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
