use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The defects of one driver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The driver, by the name that the kit knows it by.
    pub driver: String,
    /// Its defects, in the order in which they are planted.
    #[serde(rename = "defect")]
    pub defects: Vec<Defect>,
}

/// One defect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its name, unique among all.
    pub id: String,
    /// What is wrong, and who notices.
    pub what: String,
    /// The file, from the root of the repository.
    pub file: String,
    /// What stands there, once.
    pub find: String,
    /// What stands there instead.
    pub replace: String,
    /// Features that the kit is asked for. One of them at least has to be contradicted.
    pub features: Vec<String>,
    /// Further arguments of the kit.
    #[serde(default)]
    pub arguments: Vec<String>,
}

/// The lists of a repository, in the order of their names.
///
/// # Errors
///
/// A list that cannot be read.
pub fn lists(root: &Path) -> Result<Vec<List>> {
    let directory = root.join("crates/conformance/defects");
    let entries = fs::read_dir(&directory).with_context(|| directory.display().to_string())?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|it| it.path())).collect();
    let mut paths = paths.with_context(|| directory.display().to_string())?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "toml"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    };
    paths.iter().map(read).collect()
}

impl Defect {
    /// The file with the defect in it.
    ///
    /// # Errors
    ///
    /// What is to be replaced is not there, or more than once.
    pub fn plant_in(&self, text: &str) -> Result<String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            0 => anyhow::bail!("{}: what it replaces is not in {}", self.id, self.file),
            many => anyhow::bail!(
                "{}: what it replaces is {many} times in {}",
                self.id,
                self.file
            ),
        }
    }
}
