//! Who has a tap's name: one run at a time, until its guardian is done.
//!
//! A lock on a file that only root can open, held by an open file, so that it ends with whoever holds it,
//! however that ends. An abstract socket would do without a file, but anybody could take its name.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use vifguard_policy::DeviceName;

use crate::commands::prospect::links;
use crate::exit::Exit;
use crate::failure::Failure;

const DIRECTORY: &str = "/run/vifguard";
/// A guardian whose tap is gone needs a moment to take the guards away.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// Takes the name, in the network namespace of this process.
pub(super) fn take(device: &DeviceName, port: &str) -> Result<File, Failure> {
    let file = open(device).map_err(|error| {
        let exit = if error.kind() == io::ErrorKind::PermissionDenied {
            Exit::Privilege
        } else {
            Exit::Io
        };
        let what = format!("cannot lock the name {device} under {DIRECTORY}: {error}");
        Failure::new(exit, what, "run it as root; nothing was changed")
    })?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                let what = format!("cannot lock the name {device}: {error}");
                return Err(Failure::new(Exit::Io, what, "nothing was changed"));
            }
        }
        let host = links()?;
        let is_there = host.links.iter().any(|link| link.name == device.as_str());
        if is_there || Instant::now() > until {
            let what = format!("port {port}: another vifguard run has {device}");
            let advice = "stop its guest first; nothing was changed";
            return Err(Failure::new(Exit::No, what, advice));
        }
        thread::sleep(PAUSE);
    }
}

fn open(device: &DeviceName) -> io::Result<File> {
    let directory = Path::new(DIRECTORY);
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // A namespace's number is its own as long as somebody is in it.
    let netns = fs::metadata("/proc/self/ns/net")?.ino();
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    options.open(directory.join(format!("run-{netns}-{device}.lock")))
}
