use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::elf;
use crate::error::{Error, Result};

/// Where a loader looks, without being told.
const PLACES: [&str; 6] = [
    "lib/x86_64-linux-gnu",
    "usr/lib/x86_64-linux-gnu",
    "lib64",
    "lib",
    "usr/lib",
    "usr/lib/xen-4.17/lib",
];

/// Where libraries are looked for: in packages first, then on this host.
#[derive(Clone, Debug)]
pub struct Libraries {
    roots: Vec<PathBuf>,
}

impl Libraries {
    /// Those of this host.
    pub fn of_host() -> Libraries {
        Libraries::among(&[])
    }

    /// Those below these directories before those of this host.
    pub fn among(roots: &[&Path]) -> Libraries {
        let roots = roots.iter().copied().chain([Path::new("/")]);
        Libraries {
            roots: roots.map(Path::to_owned).collect(),
        }
    }

    /// All that a program needs, and what that needs: the path where a loader looks for it, and its file.
    pub(crate) fn needed_by(&self, program: &Path) -> Result<BTreeMap<String, PathBuf>> {
        let mut found = BTreeMap::new();
        let mut open = vec![program.to_owned()];
        while let Some(file) = open.pop() {
            let bytes = fs::read(&file).map_err(Error::file("read", &file))?;
            let needs = elf::needs(&bytes).unwrap_or_default();
            if let Some(loader) = needs.loader {
                let file = self.file(loader.trim_start_matches('/'));
                let absent = || absent(&loader, program);
                found.insert(
                    loader.trim_start_matches('/').to_owned(),
                    file.ok_or_else(absent)?,
                );
            }
            for name in needs.libraries {
                let (path, file) = self.library(&name).ok_or_else(|| absent(&name, program))?;
                if found.insert(path, file.clone()).is_none() {
                    open.push(file);
                }
            }
        }
        Ok(found)
    }

    /// A library by its name: where a loader finds it, and its file.
    pub(crate) fn library(&self, name: &str) -> Option<(String, PathBuf)> {
        let places = PLACES.iter().map(|place| format!("{place}/{name}"));
        // Where it lies must be where a loader without configuration looks.
        let seen = format!("{}/{name}", PLACES[0]);
        places
            .filter_map(|path| self.file(&path))
            .map(|file| (seen.clone(), file))
            .next()
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        let files = self.roots.iter().map(|root| root.join(path));
        files.into_iter().find(|file| file.is_file())
    }
}

fn absent(name: &str, program: &Path) -> Error {
    Error::Absent {
        what: format!("{} needs {name}, which is nowhere", program.display()),
    }
}
