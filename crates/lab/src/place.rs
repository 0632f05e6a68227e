use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result};

/// Their names: this, the process, a number.
const PREFIX: &str = "vg-";

/// A UNIX socket's path has 108 bytes, and the longest name put below it is one of some thirty.
const LONGEST: usize = 60;

/// A directory for sockets and logs, with a short path, that goes with this value.
#[derive(Debug)]
pub struct Place(PathBuf);

impl Place {
    /// A new one, empty.
    pub fn new() -> Result<Place> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        static SWEPT: Once = Once::new();
        let name = format!(
            "{PREFIX}{}-{}",
            process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let mut parent = std::env::temp_dir();
        if parent.join(&name).as_os_str().len() > LONGEST {
            parent = PathBuf::from("/tmp");
        }
        SWEPT.call_once(|| sweep(&parent));
        let path = parent.join(name);
        fs::create_dir(&path).map_err(|source: io::Error| Error::Program {
            program: format!("what runs in {}", path.display()),
            step: "make a directory for",
            source,
        })?;
        Ok(Place(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Takes away what processes have left behind that were ended in the middle. What cannot be taken away harms
/// nobody either.
fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let is_left = |name: &str| {
        let mut numbers = name.strip_prefix(PREFIX)?.split('-');
        let process: u32 = numbers.next()?.parse().ok()?;
        numbers.next()?.parse::<u32>().ok()?;
        (numbers.next().is_none() && !Path::new(&format!("/proc/{process}")).exists()).then_some(())
    };
    for entry in entries {
        let name = entry.file_name();
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_directory && name.to_str().and_then(is_left).is_some() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A directory that is left behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_the_dead_left_behind_goes_and_nothing_else() {
        let parent = Place::new().unwrap();
        let mut dead = Command::new("true").spawn().unwrap();
        dead.wait().unwrap();
        let [dead, ours] = [dead.id(), process::id()].map(|process| format!("vg-{process}-7"));
        let others = [ours.as_str(), "vg-notes", "vg-1-2-3", "other"];
        for name in others.iter().chain([&dead.as_str()]) {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        sweep(parent.path());
        assert!(!parent.path().join(dead).exists());
        assert!(others.iter().all(|name| parent.path().join(name).exists()));
    }
}
