use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, process};

use crate::error::{Error, Result};

/// A directory of the demo's own, gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Result<Scratch> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("vifguard-demo-{}-{number}", process::id());
            let path = env::temp_dir().join(name);
            // Only one that did not exist is ours: /tmp is everybody's, and the demo runs as root.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Scratch(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::step("make a temporary directory")(error)),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// What is in a file that a program may not have written yet.
    pub(crate) fn read(&self, file: &str) -> Result<String> {
        match fs::read_to_string(self.0.join(file)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            other => other.map_err(Error::step("read what a program of the demo wrote")),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of a demo that cannot tidy up is a few small files in /tmp.
        let _ = fs::remove_dir_all(&self.0);
    }
}
