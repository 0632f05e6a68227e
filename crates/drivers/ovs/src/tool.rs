//! Running Open vSwitch's own programs: the only IO of this crate.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::Options;

/// After so many seconds a program of Open vSwitch's gives up by itself.
const PATIENCE: u8 = 10;
/// What the flows need: bundles came with it.
const VERSION: &str = "OpenFlow14";

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

type Result<T> = std::result::Result<T, ToolError>;

/// The programs of one switch.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    rundir: Option<PathBuf>,
    ovsdb: Option<String>,
    bridge: String,
}

impl Tools {
    pub(crate) fn new(options: &Options) -> Tools {
        Tools {
            rundir: options.rundir.clone(),
            ovsdb: options.ovsdb.clone(),
            bridge: options.bridge.clone(),
        }
    }

    /// Asks the database; question and answer are JSON (RFC 7047 section 4.1.3).
    pub(crate) fn database(&self, question: &str) -> Result<String> {
        let mut command = self.command("ovsdb-client");
        command.arg("transact");
        let database = self.ovsdb.clone().or_else(|| {
            let socket = self.rundir.as_ref()?.join("db.sock");
            Some(format!("unix:{}", socket.display()))
        });
        command.args(database).arg(question);
        run("ovsdb-client", command, None)
    }

    /// Asks the bridge in OpenFlow. The bridge stands behind the command's name.
    pub(crate) fn ofctl(&self, command: &str, arguments: &[&str]) -> Result<String> {
        run("ovs-ofctl", self.openflow(command, arguments), None)
    }

    /// Changes flows of the bridge, all of them or none.
    pub(crate) fn bundle(&self, changes: &str) -> Result<()> {
        let mut command = self.openflow("add-flows", &["-"]);
        command.arg("--bundle");
        run("ovs-ofctl", command, Some(changes)).map(drop)
    }

    /// Asks the switch's daemon.
    pub(crate) fn appctl(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command("ovs-appctl");
        command.args(arguments);
        run("ovs-appctl", command, None)
    }

    /// Waits until the switch has gone once through all that it remembers of frames: what it does with
    /// them, and how many there were. It does so after each change, and by itself twice a second.
    pub(crate) fn settled(&self) -> Result<()> {
        self.appctl(&["revalidator/wait"]).map(drop)
    }

    fn openflow(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = self.command("ovs-ofctl");
        command.args(["-O", VERSION, "--no-names", name]);
        match &self.rundir {
            // A bare name would be looked for in the built-in place.
            Some(rundir) => {
                let socket = rundir.join(format!("{}.mgmt", self.bridge));
                command.arg(format!("unix:{}", socket.display()))
            }
            None => command.arg(&self.bridge),
        };
        command.args(arguments);
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        command.arg(format!("--timeout={PATIENCE}"));
        if let Some(rundir) = &self.rundir {
            command.env("OVS_RUNDIR", rundir);
        }
        command
    }
}

fn run(program: &'static str, mut command: Command, input: Option<&str>) -> Result<String> {
    let failed = |source| ToolError::Run { program, source };
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    let mut child = command.spawn().map_err(failed)?;
    // It reads all of its input before it says anything.
    let fed = match (input, child.stdin.take()) {
        (Some(text), Some(mut pipe)) => pipe.write_all(text.as_bytes()),
        _ => Ok(()),
    };
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let said = if said.is_empty() {
            output.status.to_string()
        } else {
            said
        };
        return Err(ToolError::Said { program, said });
    }
    fed.map_err(failed)?;
    String::from_utf8(output.stdout).map_err(|error| ToolError::Unreadable {
        program,
        what: error.to_string(),
    })
}
