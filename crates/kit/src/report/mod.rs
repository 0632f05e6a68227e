//! The report: one value, and its forms.

mod build;
mod difference;
mod document;
mod external;
mod junit;
mod page;

use std::fs;
use std::path::Path;

use crate::{Error, Result};

pub use document::{Report, schema};
pub use external::External;
pub use junit::junit;
pub use page::page;

impl Report {
    /// Writes `report.json`, `junit.xml` and `index.html` into a directory, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn write(&self, directory: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self).map_err(|error| Error::Render {
            what: "report.json",
            why: error.to_string(),
        })?;
        let write_failed = |path: &Path, source| Error::Write {
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(directory).map_err(|source| write_failed(directory, source))?;
        let files = [
            ("report.json", json + "\n"),
            ("junit.xml", junit(self)?),
            ("index.html", page(self)?),
        ];
        for (name, text) in files {
            let path = directory.join(name);
            fs::write(&path, text).map_err(|source| write_failed(&path, source))?;
        }
        Ok(())
    }
}
