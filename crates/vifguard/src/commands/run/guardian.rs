//! Whoever looks after a guest's tap when `vifguard run` has become the guest's hypervisor.
//!
//! It waits for the tap to go, and takes the guards away after that. A tap that was handed over by name does
//! not go by itself: it is removed when the hypervisor has ended and nobody is attached to it (one that
//! makes itself a daemon ends without leaving).
//!
//! It is nobody's child, so that no hypervisor waits for it, and in a session of its own, so that what ends
//! the guest does not end it. Nothing is guarded by it: the rules stand in the kernel.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{self, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{dup2_stderr, dup2_stdout, setsid};
use vifguard_inventory::watch::{Source, watch};
use vifguard_inventory::{Link, Links};
use vifguard_netlink::{link, pidfd};

use super::lock::Lock;
use super::tap::Tap;
use crate::cli::{GuardianArgs, Handover};
use crate::drivers::{self, DriverArgs};
use crate::exit::Exit;
use crate::failure::Failure;

/// This program, also if its file was replaced.
const SELF: &str = "/proc/self/exe";
/// Said when it watches.
const READY: u8 = b'.';
/// How often to try to take the guards away, and when again.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// Starts one, and returns when it watches. It keeps the lock.
pub(super) fn start(
    tap: &Tap,
    port: &str,
    by: Handover,
    driver: &DriverArgs,
    lock: Lock,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(
            Exit::Os,
            format!("tap {}: cannot start its guardian: {error}", tap.device),
            "the command was not started, and nothing is left behind",
        )
    };
    let by = match by {
        Handover::Fd => "fd",
        Handover::Name => "name",
    };
    let mut child = Command::new(SELF)
        .arg0("vifguard")
        .args(["guardian", "--driver", driver.driver.name(), "--by", by])
        .args(
            driver
                .program
                .iter()
                .flat_map(|path| [OsStr::new("--program"), path.as_os_str()]),
        )
        .args(["--index", &tap.index.to_string()])
        .args(["--process", &process::id().to_string()])
        .arg(format!("--port={port}"))
        .arg("--lock")
        .arg(lock.path)
        .stdin(lock.file)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut ready = [0];
    let said = match child.stdout.take() {
        Some(mut pipe) => pipe.read_exact(&mut ready),
        None => Err(io::ErrorKind::BrokenPipe.into()),
    };
    child.wait().map_err(failed)?;
    said.map_err(failed)
}

/// What wakes it.
enum Event {
    Links,
    Ended,
}

impl From<Source> for Event {
    fn from(_: Source) -> Event {
        Event::Links
    }
}

/// The guardian's own life.
pub(crate) fn run(args: &GuardianArgs) -> Result<Exit> {
    if !args.settled {
        let arguments = std::env::args_os().skip(1);
        let mut command = Command::new(SELF);
        command.arg0("vifguard").args(arguments).arg("--settled");
        command.spawn().context("cannot start itself again")?;
        return Ok(Exit::Ok);
    }
    setsid().context("cannot have a session of its own")?;
    // Where the hypervisor was started may be unmounted while it runs.
    std::env::set_current_dir("/").context("cannot leave its directory")?;
    SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]).thread_block()?;
    let (tell, events) = mpsc::channel();
    watch(Source::Links, None, tell.clone())?;
    await_end(args.process, tell).context("cannot watch the process")?;
    // If nobody reads it any more there may be all the more to do.
    let _ = io::stdout().write_all(&[READY]);
    let _ = io::stdout().flush();
    // Whoever reads what the hypervisor says waits for its end, not for this one's.
    let nobody = File::options().write(true).open("/dev/null")?;
    dup2_stdout(&nobody)?;
    dup2_stderr(&nobody)?;
    let mut ended = false;
    while let Some(tap) = find(args)? {
        if ended && args.by == Handover::Name && !tap.attached {
            link::delete(tap.index)?;
            continue;
        }
        ended |= matches!(events.recv()?, Event::Ended);
    }
    let mut driver = drivers::by_name(args.driver.driver, args.driver.program.as_deref());
    for _ in 0..TRIES {
        if driver.dismiss(&args.port).is_ok() {
            break;
        }
        thread::sleep(PAUSE);
    }
    // While it still has the lock, so that nobody else can have one of this name.
    let _ = fs::remove_file(&args.lock);
    Ok(Exit::Ok)
}

/// The tap, while it is there.
fn find(args: &GuardianArgs) -> io::Result<Option<Link>> {
    let links = Links::read()?.links.into_iter();
    let mut taps = links.filter(|link| link.index == args.index);
    Ok(taps.find(|link| link.made_for() == Some(args.port.as_str())))
}

fn await_end(process: i32, tell: Sender<Event>) -> io::Result<()> {
    let process = match pidfd(process) {
        Ok(process) => process,
        // It was killed before anybody could watch it.
        Err(error) if error.raw_os_error() == Some(Errno::ESRCH as i32) => {
            let _ = tell.send(Event::Ended);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    thread::spawn(move || {
        let mut end = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
        while let Err(Errno::EINTR) = poll(&mut end, PollTimeout::NONE) {}
        let _ = tell.send(Event::Ended);
    });
    Ok(())
}
