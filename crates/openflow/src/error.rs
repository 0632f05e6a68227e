use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::bytes::Malformed;
use crate::text::Unspeakable;

/// Why a switch gave no answer, or another than was hoped for.
#[derive(Debug, Error)]
pub enum Error {
    /// Nobody is there.
    #[error("cannot connect to {}: {source}", socket.display())]
    Absent {
        /// Where.
        socket: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// It speaks other versions of OpenFlow only.
    #[error("the bridge does not speak OpenFlow 1.4")]
    OtherVersions,
    /// It ended the conversation.
    #[error("the switch hung up")]
    HungUp,
    /// It did not answer, or not to the end.
    #[error("the switch gave no answer for {} seconds", patience.as_secs())]
    Stuck {
        /// How long it was waited for.
        patience: Duration,
    },
    /// The connection broke.
    #[error("the connection to the switch broke: {0}")]
    Broken(io::Error),
    /// It does not do what it was asked for.
    #[error("the switch refused {what}: {refusal}")]
    Refused {
        /// What it was asked for.
        what: String,
        /// Its reason.
        refusal: Refusal,
    },
    /// It sent what is not OpenFlow.
    #[error("the switch sent {0}")]
    Malformed(#[from] Malformed),
    /// It sent more than anybody would wait for.
    #[error("the switch sent more than {} MiB", bytes >> 20)]
    TooMuch {
        /// So much was taken.
        bytes: usize,
    },
    /// It was told to make changes, and did not say that it had.
    #[error("whether the switch made the changes it did not say: {0}")]
    Uncertain(Box<Error>),
    /// It was to be told what there are no bytes for.
    #[error(transparent)]
    Unspeakable(#[from] Unspeakable),
}

/// An error message of OpenFlow (section 7.4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of error.
    pub kind: u16,
    /// Which of that kind.
    pub code: u16,
}

const KINDS: [&str; 18] = [
    "no common version",
    "bad request",
    "bad action",
    "bad instruction",
    "bad match",
    "bad flow",
    "bad group",
    "bad port",
    "bad table",
    "bad queue",
    "bad configuration",
    "bad role",
    "bad meter",
    "bad table features",
    "bad property",
    "bad asynchronous configuration",
    "bad flow monitor",
    "bad bundle",
];
/// `OFPFMFC_TABLE_FULL`.
const FULL: Refusal = Refusal { kind: 5, code: 1 };

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { kind, code } = self;
        let words = KINDS.get(usize::from(*kind)).copied().unwrap_or("error");
        let words = if *self == FULL {
            "the table is full"
        } else {
            words
        };
        write!(f, "{words} (OpenFlow error, type {kind}, code {code})")
    }
}
