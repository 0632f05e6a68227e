use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{Defect, Tree};

/// A defect in a tree, until this is dropped.
#[derive(Debug)]
pub struct Planted {
    path: PathBuf,
    before: String,
}

impl Planted {
    /// Plants a defect.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, or in which the defect has no place.
    pub fn new(tree: &Tree, defect: &Defect) -> Result<Planted> {
        let path = tree.directory().join(&defect.file);
        let before = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let after = defect.plant_in(&before)?;
        // From here on the file is put right, whatever comes.
        let planted = Planted { path, before };
        fs::write(&planted.path, after).with_context(|| planted.path.display().to_string())?;
        Ok(planted)
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        // If it fails, the next run brings the tree up to date before it plants anything.
        let _ = fs::write(&self.path, &self.before);
    }
}
