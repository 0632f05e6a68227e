//! The report: one value, and its forms.

mod build;
mod difference;
mod document;
mod external;
mod junit;
mod page;

use std::fs;
use std::io;
use std::path::Path;

use crate::{Error, Result};

pub use document::{Report, schema};
pub use external::External;
pub use junit::junit;
pub use page::page;

const FILES: [&str; 3] = ["report.json", "junit.xml", "index.html"];

/// Makes the directory for a report, and takes an older report out of it: should the run not come to an end, no
/// other's report stands for it. That nothing can be written there is found out before the run, not after it.
///
/// # Errors
///
/// A directory that cannot be made or changed.
pub fn make_room(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(write_failed(directory))?;
    for name in FILES {
        let path = directory.join(name);
        fs::File::create(&path).map_err(write_failed(&path))?;
        fs::remove_file(&path).map_err(write_failed(&path))?;
    }
    Ok(())
}

fn write_failed(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}

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
        fs::create_dir_all(directory).map_err(write_failed(directory))?;
        for (name, text) in FILES
            .into_iter()
            .zip([json + "\n", junit(self)?, page(self)?])
        {
            let path = directory.join(name);
            fs::write(&path, text).map_err(write_failed(&path))?;
        }
        Ok(())
    }
}
