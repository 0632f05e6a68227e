use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::Verb;

/// Short for a result with this crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a switch could not be looked at. One that lets everything pass is no error.
#[derive(Debug, Error)]
pub enum Error {
    /// The hook.
    #[error("the hook {hook}, asked to {verb}, {fault}{}", quoted(fault, said))]
    Hook {
        /// Its file.
        hook: String,
        /// What it was asked to do.
        verb: Verb,
        /// What is wrong.
        fault: Fault,
        /// Its own words.
        said: String,
    },
    /// Somebody asked the program to stop.
    #[error("asked to stop")]
    Stopped,
    /// A case whose policy is none, or an observer that lost frames.
    #[error(transparent)]
    Run(#[from] vifguard_conformance::Error),
}

/// What is wrong with a hook.
#[derive(Debug)]
pub enum Fault {
    /// It cannot be run at all.
    CannotRun(io::Error),
    /// It says that this machine lacks something.
    Unavailable,
    /// It failed: how it ended.
    Failed(String),
    /// It did not end, and was ended.
    Stuck(Duration),
    /// What it printed is no answer.
    NoAnswer(String),
    /// What it says it did is not so.
    NotSo(String),
}

impl From<vifguard_lab::Error> for Error {
    fn from(error: vifguard_lab::Error) -> Error {
        Error::Run(error.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::CannotRun(error) => write!(f, "cannot be run: {error}"),
            Fault::Unavailable => f.write_str("cannot do it on this machine"),
            Fault::Failed(how) => f.write_str(how),
            Fault::Stuck(patience) => {
                write!(
                    f,
                    "did not end within {} s, and was ended",
                    patience.as_secs_f64()
                )
            }
            Fault::NoAnswer(why) => write!(f, "printed what is no answer: {why}"),
            Fault::NotSo(why) => f.write_str(why),
        }
    }
}

fn quoted(fault: &Fault, said: &str) -> String {
    match (said.trim(), fault) {
        ("", Fault::Failed(_) | Fault::Stuck(_) | Fault::Unavailable) => {
            "; it said nothing".to_owned()
        }
        ("", Fault::CannotRun(_) | Fault::NoAnswer(_) | Fault::NotSo(_)) => String::new(),
        (said, _) => format!("; it said: {said}"),
    }
}
