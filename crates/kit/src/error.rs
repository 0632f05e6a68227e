use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Short for a result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no report; a driver that is wrong is no error.
#[derive(Debug, Error)]
pub enum Error {
    /// The lab, the driver in it, or an observer.
    #[error(transparent)]
    Run(#[from] vifguard_conformance::Error),
    /// A hook, or what it has set up.
    #[error(transparent)]
    External(#[from] vifguard_hook::Error),
    /// The corpus has no such case.
    #[error("the corpus has no case {0:?}")]
    NoSuchCase(String),
    /// The case says nothing of what is judged.
    #[error("case {case} was not tried: {why}")]
    NotTried {
        /// The case.
        case: String,
        /// Why not.
        why: String,
    },
    /// The case is not judged with these guards.
    #[error("case {case} is not judged as {choice:?}; it is as: {known}")]
    NoSuchChoice {
        /// The case.
        case: String,
        /// What was asked for.
        choice: String,
        /// What there is.
        known: String,
    },
    /// The driver does not work in such a place.
    #[error("driver {driver} has no place {place:?} in the lab; it has: {known}")]
    NoSuchPlace {
        /// The driver.
        driver: String,
        /// What was asked for.
        place: String,
        /// What there is.
        known: String,
    },
    /// No wire can carry the case's frame to a driver.
    #[error("case {0} is for the judge alone: no wire carries its frame")]
    JudgeOnly(String),
    /// A report that cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A report that cannot be made.
    #[error("the {what} cannot be made: {why}")]
    Render {
        /// Which.
        what: &'static str,
        /// Why.
        why: String,
    },
}

impl From<vifguard_lab::Error> for Error {
    fn from(error: vifguard_lab::Error) -> Error {
        Error::Run(error.into())
    }
}

impl From<vifguard_driver::Error> for Error {
    fn from(error: vifguard_driver::Error) -> Error {
        Error::Run(error.into())
    }
}
