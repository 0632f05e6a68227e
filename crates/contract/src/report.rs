use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::Declared;

/// What the conformance kit found of a driver, as it writes it down. Other keys are left alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// The driver's name.
    pub driver: String,
    /// The digest of the contract that it was tried by.
    pub contract: String,
    /// The version of vifguard whose kit tried it.
    pub vifguard: String,
    /// The program that it is, if it is somebody else's: then the name is what the program calls itself.
    pub program: Option<String>,
    /// What was found of each feature.
    pub features: Vec<Finding>,
}

/// What was found of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// The feature.
    pub id: String,
    /// What the driver said of itself there: `full`, `partial` or `none`.
    pub declared: Grade,
    /// What it turned out to be, if anything showed it.
    pub found: Option<Grade>,
    /// Whether that proves what was said.
    pub verdict: Verdict,
}

/// How far a feature is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Not, or not safely.
    None,
    /// More is refused than the contract refuses.
    Partial,
    /// As the contract says.
    Full,
}

/// What a report says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is so.
    Proven,
    /// It is not so.
    Contradicted,
    /// It was not tried.
    Unproven,
}

/// What a text that should be a report turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What was found of a driver.
    Driver(Report),
    /// Something of the kit's that proves nothing of any driver, and why not.
    Other(String),
}

/// What is the same in every form of report.
#[derive(Deserialize)]
struct Head {
    version: u32,
    hook: Option<IgnoredAny>,
}

impl Report {
    /// The form of report that is understood, as the kit numbers it.
    pub const FORM: u32 = 1;
}

impl Reading {
    /// Reads what the kit wrote.
    pub fn of(text: &str) -> Result<Reading, serde_json::Error> {
        let Head { version, hook } = serde_json::from_str(text)?;
        if version != Report::FORM {
            return Ok(Reading::Other(format!(
                "it is of form {version}, and this vifguard reads form {} only",
                Report::FORM
            )));
        }
        if hook.is_some() {
            let why = "it is of a switch that a hook set up, which declares nothing";
            return Ok(Reading::Other(why.to_owned()));
        }
        serde_json::from_str(text).map(Reading::Driver)
    }
}

impl Grade {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Grade::None => "none",
            Grade::Partial => "partial",
            Grade::Full => "full",
        }
    }
}

impl From<&Declared> for Grade {
    fn from(declared: &Declared) -> Grade {
        match declared {
            Declared::Full => Grade::Full,
            Declared::Partial(_) => Grade::Partial,
            Declared::None(_) => Grade::None,
        }
    }
}
