//! What the switch's daemon is asked as `ovs-appctl` does.

use std::path::{Path, PathBuf};

use serde_json::json;
use vifguard_programs::ProgramError;

use crate::rpc::{self, Call, failed, unclear};

/// The daemon.
const DAEMON: &str = "ovs-vswitchd";

type Result<T> = std::result::Result<T, ProgramError>;

/// Where the daemon is asked.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    rundir: PathBuf,
}

/// What was asked and is not answered yet.
#[derive(Debug)]
pub(crate) struct Pending(rpc::Pending);

impl Control {
    pub(crate) fn new(rundir: &Path) -> Control {
        Control {
            rundir: rundir.to_owned(),
        }
    }

    /// Asks; the answer may take a while.
    pub(crate) fn ask(&self, command: &str, arguments: &[&str]) -> Result<Pending> {
        let pidfile = self.rundir.join(format!("{DAEMON}.pid"));
        let number = std::fs::read_to_string(&pidfile).map_err(|error| {
            let why = format!("cannot read pidfile {}: {error}", pidfile.display());
            failed(DAEMON, why)
        })?;
        let socket = format!("{DAEMON}.{}.ctl", number.trim());
        let call = Call::to(DAEMON, &self.rundir.join(socket))?;
        call.ask(command, &json!(arguments)).map(Pending)
    }

    /// Waits until the switch has gone once through all that it remembers of frames: what it does with them, and how
    /// many there were. It does so after each change, and by itself twice a second.
    pub(crate) fn settling(&self) -> Result<Pending> {
        self.ask("revalidator/wait", &[])
    }

    /// Waits until it has done so from beginning to end since now: it may be in the middle of it. Nothing makes it begin
    /// again at once.
    pub(crate) fn settled(&self) -> Result<()> {
        for _ in 0..2 {
            self.settling()?.answer()?;
        }
        Ok(())
    }
}

impl Pending {
    /// The answer, when it comes.
    pub(crate) fn answer(self) -> Result<String> {
        let answer = self.0.answer()?;
        let said = answer.as_str().map(str::to_owned);
        said.ok_or_else(|| unclear(DAEMON, &answer.to_string()))
    }
}
