use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache;
use crate::error::{Error, Result};
use crate::program::run;

/// A package of Debian's, unpacked: its files are used, and nothing is installed.
#[derive(Clone, Debug)]
pub struct Package {
    root: PathBuf,
}

impl Package {
    /// Fetches it from where this host gets its packages, unless that was done before.
    pub fn fetch(name: &str) -> Result<Package> {
        let root = cache::once(name, |directory| unpack(name, directory))?;
        Ok(Package { root })
    }

    /// The package of this host that this one (which itself is empty) stands for: the first that it depends on.
    pub(crate) fn behind(name: &str) -> Result<Package> {
        let note = cache::once(&format!("{name}.is"), |directory| {
            let real = depends_on(name)?;
            let file = directory.join("name");
            fs::write(&file, real).map_err(Error::file("write", &file))
        })?;
        let file = note.join("name");
        let real = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
        Package::fetch(&real)
    }

    /// Where its files are, as if that were `/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of it.
    pub fn file(&self, path: &str) -> Result<PathBuf> {
        let file = self.root.join(path.trim_start_matches('/'));
        if file.exists() {
            return Ok(file);
        }
        Err(Error::Absent {
            what: format!("there is no {path} in {}", self.root.display()),
        })
    }
}

fn unpack(name: &str, directory: &Path) -> Result<()> {
    // Root's own files are none of apt's sandbox user's business.
    let download = || {
        let mut apt = Command::new("apt-get");
        apt.args(["-o", "APT::Sandbox::User=root", "download", name]);
        run(apt.current_dir(directory))
    };
    // Lists of packages grow old: a version may be gone from where they say it is.
    download().or_else(|_| {
        run(Command::new("apt-get").arg("update"))?;
        download()
    })?;
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_archive = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "deb");
    let archive = files.find(is_archive).ok_or_else(|| Error::Absent {
        what: format!("apt-get download {name} left no archive"),
    })?;
    run(Command::new("dpkg-deb")
        .arg("--extract")
        .args([archive.as_path(), directory]))?;
    fs::remove_file(&archive).map_err(Error::file("remove", &archive))
}

fn depends_on(name: &str) -> Result<String> {
    let ask = || run(Command::new("apt-cache").args(["depends", name]));
    let said = ask().or_else(|_| {
        run(Command::new("apt-get").arg("update"))?;
        ask()
    })?;
    let mut lines = said.lines().map(str::trim);
    let first = lines.find_map(|line| line.strip_prefix("Depends: "));
    first.map(ToOwned::to_owned).ok_or_else(|| Error::Absent {
        what: format!("the package {name} stands for no other"),
    })
}
