//! Running `virsh` and `ebtables`: the only IO of this crate.

use std::io;
use std::process::Command;

use thiserror::Error;

use crate::Options;

/// Why a program did not do what it was asked.
#[derive(Debug, Error)]
pub enum ToolError {
    /// It is not there, or cannot be run.
    #[error("cannot run {program}: {source}")]
    Run {
        /// Its name.
        program: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It says that something is wrong.
    #[error("{program}: {said}")]
    Said {
        /// Its name.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// It said something that cannot be understood.
    #[error("{program} printed what cannot be read: {what}")]
    Unreadable {
        /// Its name.
        program: &'static str,
        /// What.
        what: String,
    },
}

pub(crate) type Result<T> = std::result::Result<T, ToolError>;

pub(crate) const VIRSH: &str = "virsh";
pub(crate) const EBTABLES: &str = "ebtables";

/// The programs of one libvirt.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    uri: Option<String>,
}

impl Tools {
    pub(crate) fn new(options: &Options) -> Tools {
        Tools {
            uri: options.uri.clone(),
        }
    }

    /// Runs one command of virsh.
    pub(crate) fn virsh(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(VIRSH);
        if let Some(uri) = &self.uri {
            command.args(["-c", uri]);
        }
        command.arg("--quiet").args(arguments);
        run(VIRSH, command)
    }

    /// The rules of the bridge that libvirt writes, with their counts, in the namespace of this thread.
    pub(crate) fn rules(&self) -> Result<String> {
        let mut command = Command::new(EBTABLES);
        command.args(["-t", "nat", "-L", "--Lc"]);
        run(EBTABLES, command)
    }
}

fn run(program: &'static str, mut command: Command) -> Result<String> {
    let output = command.env("LC_ALL", "C").output();
    let output = output.map_err(|source| ToolError::Run { program, source })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let last = lines.next_back().unwrap_or("it failed and did not say why");
        let bare = last.strip_prefix("error: ").unwrap_or(last);
        return Err(ToolError::Said {
            program,
            said: bare.to_owned(),
        });
    }
    String::from_utf8(output.stdout).map_err(|error| ToolError::Unreadable {
        program,
        what: error.to_string(),
    })
}
