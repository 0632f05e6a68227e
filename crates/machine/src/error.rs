use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a machine could not be built or used.
#[derive(Debug, Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("cannot {step} {}: {source}", path.display())]
    File {
        /// What was being done.
        step: &'static str,
        /// The file.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },

    /// A program of this host could not be run, or failed.
    #[error("{program}: {said}")]
    Program {
        /// Its name and arguments.
        program: String,
        /// Its own words, or the kernel's.
        said: String,
    },

    /// Something is not where it should be.
    #[error("{what}")]
    Absent {
        /// What, and where it was looked for.
        what: String,
    },

    /// The machine did not say what it was to say.
    #[error("the machine did not say {marker:?} {how}; the end of its console:\n{tail}")]
    Silent {
        /// What was waited for.
        marker: String,
        /// `within …`, or that it ended.
        how: String,
        /// The last lines.
        tail: String,
    },

    /// The monitor refused a command.
    #[error("the machine's monitor: {command}: {said}")]
    Monitor {
        /// The command.
        command: String,
        /// Its answer.
        said: String,
    },

    /// The lab could not be built.
    #[error(transparent)]
    Lab(#[from] vifguard_lab::Error),
}

impl Error {
    /// For `map_err`: names the step and the file.
    pub(crate) fn file(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::File {
            step,
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn silent(marker: &str, patience: Option<Duration>, log: &str) -> Error {
        let how = match patience {
            Some(patience) => format!("within {} seconds", patience.as_secs()),
            None => "before it ended".to_owned(),
        };
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.len().saturating_sub(40);
        Error::Silent {
            marker: marker.to_owned(),
            how,
            tail: lines[last..].join("\n"),
        }
    }
}
