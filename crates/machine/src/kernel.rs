use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache;
use crate::error::{Error, Result};
use crate::modules;
use crate::package::Package;
use crate::program::run;

/// Which of Debian's kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// For guests: small, without drivers of real hardware. No Xen host.
    Cloud,
    /// For everything.
    Generic,
}

/// A kernel of Debian's stable release.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Its image, as boot loaders and hypervisors take it.
    pub image: PathBuf,
    /// Its version, as `uname -r` says it.
    pub release: String,
    /// A directory as `/lib/modules/RELEASE`, with `modules.dep`.
    pub modules: PathBuf,
}

impl Kernel {
    /// Fetches it, unless that was done before.
    pub fn debian(flavour: Flavour) -> Result<Kernel> {
        let package = Package::behind(match flavour {
            Flavour::Cloud => "linux-image-cloud-amd64",
            Flavour::Generic => "linux-image-amd64",
        })?;
        let all = package.file("lib/modules")?;
        let release = only_entry(&all)?;
        cache::once(&format!("depmod-{release}"), |_| {
            let mut depmod = Command::new("depmod");
            depmod.arg("--basedir").arg(package.root()).arg(&release);
            run(&mut depmod).map(drop)
        })?;
        Ok(Kernel {
            image: package.file(&format!("boot/vmlinuz-{release}"))?,
            modules: all.join(&release),
            release,
        })
    }

    /// The files of these modules and of what they need, in an order in which they can be loaded. One that is
    /// built into the kernel has no file.
    pub fn in_order(&self, names: &[&str]) -> Result<Vec<PathBuf>> {
        modules::in_order(&self.modules, names)
    }
}

fn only_entry(directory: &Path) -> Result<String> {
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.next().ok_or_else(|| Error::Absent {
        what: format!("there is no kernel's directory in {}", directory.display()),
    })
}
