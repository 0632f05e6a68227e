use std::io;

use thiserror::Error;

use crate::privilege::Missing;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a lab could not be built or used.
#[derive(Debug, Error)]
pub enum Error {
    /// Namespaces cannot be made here at all.
    #[error(transparent)]
    Missing(#[from] Missing),

    /// The thread is in the namespace of the machine, which no test may touch.
    #[error(
        "refusing to work in the machine's own network namespace; make one with Netns::new and enter it"
    )]
    Home,

    /// The namespace has no such device.
    #[error("namespace {namespace} has no device {device}; `Netns::links` lists what it has")]
    NoDevice {
        /// The hint that the namespace was made with.
        namespace: String,
        /// The device asked for.
        device: String,
    },

    /// A sysctl outside `net.`: those belong to the whole machine.
    #[error("sysctl {key} is not one of a network namespace; only keys under net are written")]
    ForeignSysctl {
        /// The key asked for.
        key: String,
    },

    /// The kernel refused a step.
    #[error("namespace {namespace}: cannot {step}: {source}{}", advice(source, said.as_deref()))]
    Kernel {
        /// The hint that the namespace was made with.
        namespace: String,
        /// What was being done, and to what.
        step: String,
        /// The kernel's answer.
        source: io::Error,
        /// The same in the kernel's own words, where it gave any.
        said: Option<String>,
    },

    /// A program could not be started or ended.
    #[error("cannot {step} {program}: {source}")]
    Program {
        /// The program's name.
        program: String,
        /// What was being done with it.
        step: &'static str,
        /// The kernel's answer.
        source: io::Error,
    },
}

impl Error {
    /// Is it that a device is down, so that nothing can be sent by it?
    pub fn is_down(&self) -> bool {
        let down = |source: &io::Error| source.raw_os_error() == Some(nix::libc::EIO);
        matches!(self, Error::Kernel { source, .. } if down(source))
    }

    /// Names the step and the namespace for an error of the kernel.
    pub(crate) fn kernel(
        namespace: &str,
        step: impl Into<String>,
        source: impl Into<io::Error>,
    ) -> Self {
        let (namespace, step, source) = (namespace.to_owned(), step.into(), source.into());
        Error::Kernel {
            namespace,
            step,
            source,
            said: None,
        }
    }

    /// The kernel's answer, where there was one; tests compare it with what they expect.
    pub fn os_error(&self) -> Option<i32> {
        match self {
            Error::Kernel { source, .. } | Error::Program { source, .. } => source.raw_os_error(),
            Error::Missing(_)
            | Error::Home
            | Error::NoDevice { .. }
            | Error::ForeignSysctl { .. } => None,
        }
    }
}

/// The kernel's words, or what to do about the commonest refusal of all.
fn advice(source: &io::Error, said: Option<&str>) -> String {
    match said {
        Some(said) => format!(" ({said})"),
        None if source.kind() == io::ErrorKind::PermissionDenied => {
            " (the lab needs CAP_SYS_ADMIN and CAP_NET_ADMIN: run as root)".to_owned()
        }
        None => String::new(),
    }
}
