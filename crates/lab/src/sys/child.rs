use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{self, Command};

use nix::sched::{CloneFlags, setns};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{Pid, getppid};

/// Makes the command's child begin in the namespace and end with the thread that starts it.
pub(crate) fn enter_before_exec<N>(command: &mut Command, netns: N)
where
    N: AsFd + Send + Sync + 'static,
{
    let parent = Pid::from_raw(process::id().cast_signed());
    let no_signals = SigSet::empty();
    let prepare = move || -> io::Result<()> {
        setns(netns.as_fd(), CloneFlags::CLONE_NEWNET)?;
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // Signals that this program holds back for a while are not the child's to hold back.
        no_signals.thread_set_mask()?;
        // The parent may have died before the line above; then nobody will ever signal.
        if getppid() == parent {
            Ok(())
        } else {
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        }
    };
    // SAFETY: between fork and exec the closure makes four system calls (setns, prctl, sigprocmask, getppid) on
    // values made before the fork; it neither allocates nor takes a lock, and errors carry plain codes.
    unsafe {
        command.pre_exec(prepare);
    }
}
