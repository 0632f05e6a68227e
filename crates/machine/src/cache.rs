//! Where what was fetched lies: beside what cargo builds, so that it is fetched once and goes with it.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// `target/machine`.
pub(crate) fn directory() -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    let directory = target.join("machine");
    fs::create_dir_all(&directory).map_err(Error::file("make", &directory))?;
    directory
        .canonicalize()
        .map_err(Error::file("find", &directory))
}

/// What `make` puts into a directory of this name, made once: tests of several processes may want it at a time.
pub(crate) fn once(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let all = directory()?;
    let whole = all.join(name);
    if whole.exists() {
        return Ok(whole);
    }
    let lock = all.join("lock");
    let file = File::create(&lock).map_err(Error::file("make", &lock))?;
    file.lock().map_err(Error::file("lock", &lock))?;
    if whole.exists() {
        return Ok(whole);
    }
    // What somebody was killed over is begun anew.
    let partial = all.join(format!("{name}.part"));
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(Error::file("remove", &partial))?;
    }
    fs::create_dir(&partial).map_err(Error::file("make", &partial))?;
    make(&partial)?;
    fs::rename(&partial, &whole).map_err(Error::file("rename", &partial))?;
    Ok(whole)
}
