use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use thiserror::Error;
use vifguard_driver::Error as DriverError;

use crate::driver::NAME;
use crate::ears::printable;
use crate::wire::Refusal;

/// Why a program gave no answer that can be used: who, when, what it said, and what to do.
#[derive(Debug, Error)]
#[error("{}{}; {}", what, complaint(said.as_deref()), what.remedy())]
pub(crate) struct Trouble {
    /// What went wrong.
    pub(crate) what: What,
    /// What it last wrote to standard error.
    pub(crate) said: Option<String>,
}

/// What went wrong.
#[derive(Debug, Error)]
pub(crate) enum What {
    #[error("it cannot be started: {0}")]
    NotStarted(#[source] io::Error),
    #[error("it ended ({0}) before it answered")]
    Ended(ExitStatus),
    #[error("it closed its output before it answered")]
    Silent,
    #[error("it gave no answer for {} and was ended", seconds(*.0))]
    Stuck(Duration),
    #[error("its answer breaks off: {}", shown(.0))]
    Torn(Vec<u8>),
    #[error(
        "its answer is longer than {longest} bytes and begins {}",
        shown(begin)
    )]
    TooLong { longest: usize, begin: Vec<u8> },
    #[error(
        "its answer is not what the protocol has here ({why}): {}",
        shown(line)
    )]
    Unclear { why: String, line: Vec<u8> },
    #[error("it answered request {got} when {wanted} was asked")]
    WrongId { got: u64, wanted: u64 },
    #[error("it said something that nobody asked: {}", shown(.0))]
    Unasked(Vec<u8>),
    #[error("it speaks protocol {0}, and this vifguard speaks {ours}", ours = crate::PROTOCOL)]
    Protocol(u32),
    #[error("{0}")]
    Refused(String),
}

impl What {
    fn remedy(&self) -> &'static str {
        match self {
            What::NotStarted(_) => "check the path, its rights and its first line (#!)",
            What::Stuck(_) => {
                "find out what it waits for, and see what is in force (vifguard status)"
            }
            What::Protocol(_) => "install a release of it, or of vifguard, that fits",
            What::Ended(_)
            | What::Silent
            | What::Torn(_)
            | What::TooLong { .. }
            | What::Unclear { .. }
            | What::WrongId { .. }
            | What::Unasked(_) => {
                "tell whoever maintains it (docs/external-drivers.md has the protocol)"
            }
            What::Refused(_) => "put that right and try again",
        }
    }
}

impl Trouble {
    /// In the words of a driver.
    pub(crate) fn during(self, call: &str, program: &Path) -> DriverError {
        let program = program.display();
        match self.what {
            What::NotStarted(_) | What::Protocol(_) => DriverError::Unsupported {
                driver: NAME,
                cause: format!(
                    "{program}, asked for {call}: {}{}",
                    self.what,
                    complaint(self.said.as_deref())
                ),
                remedy: self.what.remedy().to_owned(),
            },
            What::Ended(_)
            | What::Silent
            | What::Stuck(_)
            | What::Torn(_)
            | What::TooLong { .. }
            | What::Unclear { .. }
            | What::WrongId { .. }
            | What::Unasked(_)
            | What::Refused(_) => DriverError::Step {
                driver: NAME,
                step: format!("{} ({call} by {program})", aim(call)),
                source: Box::new(self),
            },
        }
    }
}

/// What the program itself says about why it did not do it.
pub(crate) fn refused(
    refusal: Refusal,
    call: &str,
    program: &Path,
    said: Option<String>,
) -> DriverError {
    let by = |text: String| format!("{text} (says {})", program.display());
    match refusal {
        Refusal::Privilege => DriverError::Privilege,
        Refusal::Unsupported { cause, remedy } => DriverError::Unsupported {
            driver: NAME,
            cause: by(cause),
            remedy,
        },
        Refusal::Port {
            port,
            cause,
            remedy,
        } => DriverError::Port {
            port,
            cause: by(cause),
            remedy,
        },
        Refusal::NoSuchPort { port } => DriverError::NoSuchPort(port),
        Refusal::Disturbed { what } => DriverError::Disturbed {
            driver: NAME,
            what: by(what),
        },
        Refusal::NotAsPlanned { difference } => DriverError::NotAsPlanned {
            driver: NAME,
            difference: by(difference),
        },
        Refusal::Step { step, cause } => {
            let what = What::Refused(format!("it could not {step}: {cause}"));
            Trouble { what, said }.during(call, program)
        }
    }
}

/// What a call is for: it follows "cannot".
fn aim(call: &str) -> &'static str {
    match call {
        "probe" => "find out what this host can do",
        "preview" => "work out what would change",
        "apply" => "put the policy in force",
        "observe" => "read what is in force",
        "counters" => "read the counters",
        "remove" => "take guards away",
        "watch" => "listen to what is changed",
        _ => "begin a conversation",
    }
}

fn complaint(said: Option<&str>) -> String {
    said.map_or_else(String::new, |said| format!("; it complained: {said}"))
}

fn shown(line: &[u8]) -> String {
    format!("{:?}", printable(&String::from_utf8_lossy(line)))
}

fn seconds(patience: Duration) -> String {
    format!("{} s", patience.as_secs_f64())
}
