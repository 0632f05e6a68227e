use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result};

/// A UNIX socket's path has 108 bytes, and the longest name put below it is one of some thirty.
const LONGEST: usize = 60;

/// A directory for sockets and logs, with a short path, that goes with this value.
#[derive(Debug)]
pub struct Place(PathBuf);

impl Place {
    /// A new one, empty.
    pub fn new() -> Result<Place> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "vg-{}-{}",
            process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let usual = std::env::temp_dir().join(&name);
        let path = if usual.as_os_str().len() <= LONGEST {
            usual
        } else {
            Path::new("/tmp").join(name)
        };
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

impl Drop for Place {
    fn drop(&mut self) {
        // A directory that is left behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
