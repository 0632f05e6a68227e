//! What a hook has left behind.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use vifguard_lab::Netns;

use crate::Result;

/// The names of a namespace's interfaces.
pub(crate) fn interfaces(host: &Netns) -> Result<BTreeSet<String>> {
    Ok(host.links()?.into_iter().map(|link| link.name).collect())
}

/// Ends the processes that a hook has left behind: those in its namespace, which nobody but the hook could
/// enter, and those that were given its directory. Returns what they are.
pub(crate) fn processes(host: &Netns, directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(processes) = fs::read_dir("/proc") else {
        return found;
    };
    for entry in processes.flatten() {
        let Some(number) = entry
            .file_name()
            .to_str()
            .and_then(|it| it.parse::<i32>().ok())
        else {
            continue;
        };
        let at = entry.path();
        // It may have ended meanwhile; who cannot be read is somebody else's.
        let inside = fs::metadata(at.join("ns/net")).is_ok_and(|it| it.ino() == host.id().inode());
        let given = fs::read(at.join("environ")).is_ok_and(|it| names(&it, directory));
        if !(inside || given) || number == std::process::id().cast_signed() {
            continue;
        }
        let name = fs::read_to_string(at.join("comm")).unwrap_or_default();
        found.push(format!("process {number} ({})", name.trim()));
        let _ = kill(Pid::from_raw(number), Signal::SIGKILL);
    }
    found
}

fn names(environment: &[u8], directory: &Path) -> bool {
    let wanted = format!("VIFGUARD_DIRECTORY={}", directory.display());
    environment
        .split(|byte| *byte == 0)
        .any(|it| it == wanted.as_bytes())
}
