//! A signal in the middle must not leave work half done.

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::exit::Exit;
use crate::failure::Failure;

/// While this lives, requests to stop wait. Putting a policy in force takes less than a second and is
/// whole only when it was read back, so it is finished first.
pub(crate) struct Deferred {
    before: SigSet,
    arrivals: SignalFd,
}

impl Deferred {
    /// Begins to hold requests back; only while the process has one thread, which every later one
    /// takes the mask from.
    pub(crate) fn begin() -> Result<Deferred, Failure> {
        Deferred::try_begin().map_err(|errno| {
            let what = format!("cannot hold signals back: {errno}");
            Failure::new(Exit::Os, what, "nothing was changed; try again")
        })
    }

    fn try_begin() -> Result<Deferred, Errno> {
        let stop = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]);
        let arrivals = SignalFd::with_flags(&stop, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
        let before = SigSet::thread_get_mask()?;
        stop.thread_block()?;
        Ok(Deferred { before, arrivals })
    }

    /// The request that came meanwhile, if one did.
    pub(crate) fn asked(&mut self) -> Option<Signal> {
        let arrived = self.arrivals.read_signal().ok()??;
        Signal::try_from(i32::try_from(arrived.ssi_signo).ok()?).ok()
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        // If this fails, signals wait until the program's end, which is near.
        let _ = self.before.thread_set_mask();
    }
}
