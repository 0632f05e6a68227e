//! Who has a tap's name: one run at a time, until its guardian is done.
//!
//! A lock on a file that only root can open, held by an open file, so that it ends with whoever holds it,
//! however that ends. An abstract socket would do without a file, but anybody could take its name.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use vifguard_inventory::Link;
use vifguard_policy::DeviceName;

use crate::commands::prospect::links;
use crate::exit::Exit;
use crate::failure::Failure;

const DIRECTORY: &str = "/run/vifguard";
/// A guardian whose tap is gone needs a moment to take the guards away.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// A name that is taken, as long as the file is open.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) file: File,
    pub(super) path: PathBuf,
}

/// Takes the name, in the network namespace of this process.
pub(super) fn take(device: &DeviceName, port: &str) -> Result<Lock, Failure> {
    let failed = |error: io::Error| {
        let exit = if error.kind() == io::ErrorKind::PermissionDenied {
            Exit::Privilege
        } else {
            Exit::Io
        };
        let what = format!("cannot lock the name {device} under {DIRECTORY}: {error}");
        Failure::new(exit, what, "run it as root; nothing was changed")
    };
    let path = path(device).map_err(failed)?;
    let until = Instant::now() + PATIENCE;
    loop {
        let file = open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, &path) => return Ok(Lock { file, path }),
            // Its guardian has removed it meanwhile: the next one is another file.
            Ok(()) => continue,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                let what = format!("cannot lock the name {device}: {error}");
                return Err(Failure::new(Exit::Io, what, "nothing was changed"));
            }
        }
        let host = links()?;
        // One that nobody is attached to any more is about to be removed by its guardian.
        let is_it = |link: &Link| link.name == device.as_str() && link.attached;
        if host.links.iter().any(is_it) || Instant::now() > until {
            let what = format!("port {port}: another vifguard run has {device}");
            let advice = "stop its guest first; nothing was changed";
            return Err(Failure::new(Exit::No, what, advice));
        }
        thread::sleep(PAUSE);
    }
}

fn path(device: &DeviceName) -> io::Result<PathBuf> {
    // A namespace's number is its own as long as somebody is in it.
    let netns = fs::metadata("/proc/self/ns/net")?.ino();
    Ok(Path::new(DIRECTORY).join(format!("run-{netns}-{device}.lock")))
}

fn open(path: &Path) -> io::Result<File> {
    match DirBuilder::new().mode(0o700).create(DIRECTORY) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path)
}

/// Is this still the file of that name?
fn is_at(file: &File, path: &Path) -> bool {
    let number = |meta: fs::Metadata| (meta.dev(), meta.ino());
    let (file, path) = (file.metadata().map(number), fs::metadata(path).map(number));
    matches!((file, path), (Ok(file), Ok(path)) if file == path)
}
