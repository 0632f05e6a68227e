use serde_json::Value;
use thiserror::Error;
use vifguard_driver::Error as DriverError;
use vifguard_policy::PolicyErrors;

use crate::exit::Exit;

/// Why a command could not do its work, and what to do about it.
#[derive(Debug, Error)]
#[error("{what}")]
pub(crate) struct Failure {
    /// How the program ends.
    pub(crate) exit: Exit,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do.
    pub(crate) advice: String,
    /// What on this host is in the way, for programs.
    pub(crate) host: Option<Value>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, advice: impl Into<String>) -> Failure {
        Failure {
            exit,
            what: what.into(),
            advice: advice.into(),
            host: None,
        }
    }

    /// A driver could not, and others had done their part before.
    pub(crate) fn halfway(error: DriverError, what: impl Into<String>) -> Failure {
        let advice =
            "what the others did stays so (see vifguard status); put this right and do it again";
        Failure::new(exit_of(&error.into()), what, advice)
    }
}

fn driver_error(error: &anyhow::Error) -> Option<&DriverError> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// How the program ends with this error.
pub(crate) fn exit_of(error: &anyhow::Error) -> Exit {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.exit;
    }
    if error.is::<PolicyErrors>() {
        return Exit::Data;
    }
    match driver_error(error) {
        Some(DriverError::Privilege) => Exit::Privilege,
        Some(DriverError::Unsupported { .. }) => Exit::Unavailable,
        Some(DriverError::Port { .. } | DriverError::NoSuchPort(_)) => Exit::No,
        Some(DriverError::Disturbed { .. }) => Exit::Again,
        Some(DriverError::Step { .. } | DriverError::Uncertain { .. }) => Exit::Os,
        Some(DriverError::NotAsPlanned { .. }) | None => Exit::Software,
    }
}

/// The last line of an error: what to do.
pub(crate) fn advice_of(error: &anyhow::Error) -> String {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.advice.clone();
    }
    if let Some(errors) = error.downcast_ref::<PolicyErrors>() {
        let count = match errors.as_slice().len() {
            1 => "1 error".to_owned(),
            more => format!("{more} errors"),
        };
        return format!("{count}; correct the file and try again, nothing was changed");
    }
    let advice = match driver_error(error) {
        Some(DriverError::Privilege) => "run it again as root; nothing was changed",
        Some(DriverError::NoSuchPort(_)) => {
            "see vifguard status for the names; nothing was changed"
        }
        Some(DriverError::Port { .. }) => "put that right and try again; what was in force stays",
        Some(DriverError::Unsupported { .. }) => {
            "nothing was changed; vifguard check and vifguard explain work on any host"
        }
        Some(DriverError::Disturbed { .. }) => {
            "what is in force is whole; vifguard status shows it"
        }
        Some(DriverError::Uncertain { .. }) => {
            "do it again: what is there is read first; vifguard status shows it"
        }
        Some(DriverError::NotAsPlanned { .. }) => {
            "see vifguard status, then enforce again; if it comes back, please report it"
        }
        Some(DriverError::Step { .. }) | None => {
            "what was in force stays in force (see vifguard status); try again, and report it if it \
             comes back"
        }
    };
    advice.to_owned()
}
