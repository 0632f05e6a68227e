use std::ffi::OsStr;
use std::process::Command;

use crate::daemon::Daemon;
use crate::error::Result;
use crate::netns::Netns;
use crate::sys::child;

impl Netns {
    /// A program whose process will run inside. It is killed when the thread that started it ends.
    ///
    /// For programs that run to their end; one that is to stay is given to [`Netns::daemon`].
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        child::enter_before_exec(&mut command, self.clone());
        command
    }

    /// Starts a program that stays, inside; it ends with the guard, and with this process at the latest.
    pub fn daemon(&self, mut command: Command) -> Result<Daemon> {
        child::enter_before_exec(&mut command, self.clone());
        Daemon::start(command)
    }
}
