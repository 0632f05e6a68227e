use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What is no source of the workspace's.
const LEFT_OUT: [&str; 3] = ["target", ".git", "fuzz"];

/// A copy of the workspace's sources, to plant defects in.
#[derive(Clone, Debug)]
pub struct Tree {
    directory: PathBuf,
}

impl Tree {
    /// Makes the copy, or brings it up to date. A file that is the same is left alone, so that nothing is built
    /// anew for it.
    ///
    /// # Errors
    ///
    /// What cannot be read or written.
    pub fn of(root: &Path, directory: &Path) -> Result<Tree> {
        copy(root, directory, true)?;
        Ok(Tree {
            directory: directory.to_owned(),
        })
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

fn copy(from: &Path, to: &Path, is_root: bool) -> Result<()> {
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    let mut here = BTreeSet::new();
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        if is_root && LEFT_OUT.iter().any(|it| name == *it) {
            continue;
        }
        let (source, copied) = (entry.path(), to.join(&name));
        here.insert(name);
        if entry.file_type()?.is_dir() {
            copy(&source, &copied, false)?;
            continue;
        }
        let text = fs::read(&source).with_context(|| source.display().to_string())?;
        if fs::read(&copied).ok().as_ref() != Some(&text) {
            fs::write(&copied, text).with_context(|| copied.display().to_string())?;
        }
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if here.contains(&entry.file_name()) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}
