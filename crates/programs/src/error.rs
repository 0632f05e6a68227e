use std::io;
use std::time::Duration;

use thiserror::Error;

/// Why a program gave no answer.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// It is not installed, or cannot be run.
    #[error("cannot run {program}: {source}")]
    Absent {
        /// Its name.
        program: String,
        /// The kernel's answer.
        source: io::Error,
    },
    /// It ended with an error.
    #[error("{program}: {said}")]
    Failed {
        /// Its name.
        program: String,
        /// Its own words.
        said: String,
    },
    /// It did not end.
    #[error("{program} gave no answer for {} seconds", patience.as_secs())]
    Stuck {
        /// Its name.
        program: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// It said what is not understood.
    #[error("{program} said what is not understood: {what}")]
    Unclear {
        /// Its name.
        program: String,
        /// What it was.
        what: String,
    },
}

impl ProgramError {
    /// Is it not installed at all?
    pub fn is_not_installed(&self) -> bool {
        matches!(self, ProgramError::Absent { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
