//! Who has a tap's name: one run at a time, until its guardian is done.

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use vifguard_inventory::Link;
use vifguard_policy::DeviceName;

use crate::commands::prospect::links;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locks::{self, is_at};

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
    let failed = |error: io::Error| locks::failed(&format!("the name {device}"), &error);
    let path = locks::path("run", device.as_str()).map_err(failed)?;
    let until = Instant::now() + PATIENCE;
    loop {
        let file = locks::open(&path).map_err(failed)?;
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
