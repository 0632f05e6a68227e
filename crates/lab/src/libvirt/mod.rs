//! A host with a bridge and a real libvirtd, in a namespace of its own.

mod programs;
mod root;

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::daemon::Daemon;
use crate::error::{Error, Result};
use crate::netns::Netns;
use crate::place::Place;
use crate::topology::Bridged;
use crate::wait::wait_until;
pub use programs::{available, missing};

/// How long a daemon may take to start, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A host whose guests are on a Linux bridge, and whose hypervisor is libvirt.
///
/// Clones are handles to the same host; its daemon, guests and files go with the last of them.
#[derive(Clone)]
pub struct Libvirtd(Arc<Inner>);

struct Inner {
    bridged: Bridged,
    // Fields are dropped in this order: the daemon before what it writes to.
    daemon: Mutex<Option<Daemon>>,
    place: Place,
}

impl Libvirtd {
    /// A host with an empty bridge.
    pub fn new() -> Result<Libvirtd> {
        Libvirtd::on(Bridged::new()?)
    }

    /// The same on a bridge that is there.
    pub fn on(bridged: Bridged) -> Result<Libvirtd> {
        let place = Place::new()?;
        root::furnish(place.path()).map_err(|source| failed("make a place for", source))?;
        let inner = Inner {
            bridged,
            daemon: Mutex::new(None),
            place,
        };
        let libvirtd = Libvirtd(Arc::new(inner));
        libvirtd.start()?;
        Ok(libvirtd)
    }

    /// The namespace of its interfaces.
    pub fn host(&self) -> &Netns {
        &self.0.bridged.host
    }

    /// The host and its bridge.
    pub fn bridged(&self) -> &Bridged {
        &self.0.bridged
    }

    /// Where its files are, for those who put something beside them.
    pub fn path(&self) -> &Path {
        self.0.place.path()
    }

    /// How to connect to it, from any namespace: what `LIBVIRT_DEFAULT_URI` says.
    pub fn uri(&self) -> String {
        let socket = self.path().join("run/libvirt/libvirt-sock");
        format!("qemu+unix:///system?socket={}", socket.display())
    }

    /// Starts the daemon, if it does not run, and waits until it answers.
    pub fn start(&self) -> Result<()> {
        let mut daemon = self.daemon();
        if daemon.is_none() {
            *daemon = Some(self.host().daemon(root::command(self.path()))?);
        }
        let runs = || daemon.as_ref().is_some_and(Daemon::is_running);
        let answers = || self.virsh(&["nwfilter-list"]).is_ok();
        if wait_until(PATIENCE, || !runs() || answers()) && runs() {
            return Ok(());
        }
        let log = fs::read_to_string(self.path().join("log/libvirtd.log")).unwrap_or_default();
        let said = format!("it did not come up in time: {log}");
        Err(failed("start", io::Error::other(said)))
    }

    /// Ends the daemon as an operator does. Guests and filters stay.
    pub fn stop(&self) -> Result<()> {
        match self.daemon().take() {
            Some(daemon) => daemon.stop(PATIENCE).map(drop),
            None => Ok(()),
        }
    }

    /// Kills the daemon, wherever it is. Guests and filters stay.
    pub fn kill(&self) {
        self.daemon().take();
    }

    /// Runs `virsh` and returns what it prints.
    pub fn virsh(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("virsh");
        command.args(["-c", &self.uri(), "--quiet"]).args(arguments);
        let output = command.env("LC_ALL", "C").output();
        let output = output.map_err(|source| virsh_failed(arguments, source))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(virsh_failed(arguments, io::Error::other(said)))
    }

    /// The same for a command that takes a file: it stands behind the arguments.
    pub fn virsh_with(&self, arguments: &[&str], xml: &str) -> Result<String> {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let file = self.path().join(format!("given-{number}.xml"));
        fs::write(&file, xml).map_err(|source| virsh_failed(arguments, source))?;
        let name = file.display().to_string();
        let (command, options) = arguments.split_at(1);
        // A domain's name stands before the file, options behind it.
        let named = options
            .iter()
            .take_while(|word| !word.starts_with("--"))
            .count();
        let (names, options) = options.split_at(named);
        let all = [command, names, &[name.as_str()], options].concat();
        let said = self.virsh(&all);
        // A file that is left behind goes with its directory.
        let _ = fs::remove_file(file);
        said
    }

    fn daemon(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.0.daemon.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guests leave the daemon's group; their numbers are where it put them.
impl Drop for Inner {
    fn drop(&mut self) {
        let daemon = self
            .daemon
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        daemon.take();
        let Ok(files) = fs::read_dir(self.place.path().join("run/libvirt/qemu")) else {
            return;
        };
        let files = files.flatten().map(|entry| entry.path());
        for file in files.filter(|file| file.extension().is_some_and(|it| it == "pid")) {
            let number = fs::read_to_string(&file).unwrap_or_default();
            let Ok(number) = number.trim().parse::<i32>() else {
                continue;
            };
            // It may have ended, and its number be another's: only what says that it is this guest is ended.
            let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
            let is_it = root::names(&line, &file);
            if is_it {
                let _ = kill(Pid::from_raw(number), Signal::SIGKILL);
            }
        }
    }
}

fn failed(step: &'static str, source: io::Error) -> Error {
    Error::Program {
        program: "libvirtd".to_owned(),
        step,
        source,
    }
}

fn virsh_failed(arguments: &[&str], source: io::Error) -> Error {
    Error::Program {
        program: format!("virsh {}", arguments.join(" ")),
        step: "run",
        source,
    }
}

/// Two handles are equal if they are of the same host.
impl PartialEq for Libvirtd {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Libvirtd {}

impl fmt::Debug for Libvirtd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Libvirtd")
    }
}
