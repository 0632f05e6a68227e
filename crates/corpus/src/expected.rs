use std::fmt;

use serde::Deserialize;
use thiserror::Error;
use vifguard_verdict::{Reason, Verdict};

/// What must become of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Expected {
    /// The verdict of the contract, and so of the judge.
    pub verdict: Verdict,
    /// A reason for which a driver may refuse the frame whatever the contract says; the contract
    /// allows this for chains that no filter of bounded length can walk.
    pub driver_may: Option<Reason>,
}

/// Why an expectation in a case file means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no verdict; write \"pass\" or a reason of the contract")]
pub struct ExpectedError(String);

impl Expected {
    /// Exactly this verdict.
    pub const fn only(verdict: Verdict) -> Expected {
        Expected {
            verdict,
            driver_may: None,
        }
    }

    /// May a driver give this verdict?
    pub fn allows(self, verdict: Verdict) -> bool {
        verdict == self.verdict
            || self
                .driver_may
                .is_some_and(|reason| verdict == Verdict::Refuse(reason))
    }

    /// What an observer who sees frames but no reasons must find: `Some(true)` if the frame passes,
    /// `None` if a driver may do either.
    pub fn passes(self) -> Option<bool> {
        match (self.verdict, self.driver_may) {
            (Verdict::Pass, Some(_)) => None,
            (verdict, _) => Some(verdict == Verdict::Pass),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.driver_may {
            None => self.verdict.fmt(f),
            Some(reason) => write!(f, "{}, or in a driver {reason}", self.verdict),
        }
    }
}

/// The two ways to write an expectation.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Plain(String),
    Either(Either),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Either {
    verdict: String,
    driver_may: String,
}

impl TryFrom<Written> for Expected {
    type Error = ExpectedError;

    fn try_from(written: Written) -> Result<Self, ExpectedError> {
        match written {
            Written::Plain(text) => Ok(Expected::only(verdict(&text)?)),
            Written::Either(either) => Ok(Expected {
                verdict: verdict(&either.verdict)?,
                driver_may: Some(reason(&either.driver_may)?),
            }),
        }
    }
}

fn verdict(text: &str) -> Result<Verdict, ExpectedError> {
    match text {
        "pass" => Ok(Verdict::Pass),
        _ => reason(text).map(Verdict::Refuse),
    }
}

fn reason(text: &str) -> Result<Reason, ExpectedError> {
    text.parse().map_err(|()| ExpectedError(text.to_owned()))
}
