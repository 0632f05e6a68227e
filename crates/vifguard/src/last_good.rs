//! The last policy that was put in force, kept for a boot at which the policy file is wrong.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;
use std::time::SystemTime;

use crate::policy_file;

/// Keeps a policy. Whoever reads the file meanwhile, or after a crash, finds the old or the new text
/// whole: a half of a policy may be a policy, with half of the ports.
pub(crate) fn keep(path: &Path, text: &[u8]) -> io::Result<()> {
    // Its time says since when the policy is in force; and a disk that has become full or read-only
    // hurts nobody who boots with what he had.
    if fs::read(path).is_ok_and(|kept| kept == text) {
        return Ok(());
    }
    let new = beside(path);
    let replaced = write(&new, text).and_then(|()| fs::rename(&new, path));
    if let Err(error) = replaced {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    // Without this, the new name may not survive a crash.
    File::open(directory(path))?.sync_all()
}

/// Since when the policy is in force.
pub(crate) fn since(path: &Path) -> anyhow::Result<SystemTime> {
    let unreadable = |error| policy_file::unreadable(&path.display().to_string(), &error);
    let time = fs::metadata(path).and_then(|meta| meta.modified());
    Ok(time.map_err(unreadable)?)
}

/// It names addresses of guests: nobody's business but root's.
fn write(new: &Path, text: &[u8]) -> io::Result<()> {
    // Left over by a process of the same number that was killed.
    let _ = fs::remove_file(new);
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(new)?;
    file.write_all(text)?;
    file.sync_all()
}

/// In the same directory, so that the rename is one step; no other process uses this name.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    directory(path).join(format!(".{name}.{}.new", process::id()))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
