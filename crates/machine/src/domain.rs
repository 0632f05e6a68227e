//! Guests of a libvirt in the lab.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vifguard_lab::libvirt::Libvirtd;
use vifguard_lab::wait_until;

use crate::error::{Error, Result};

/// What a domain is made of.
#[derive(Clone, Debug)]
pub struct DomainSpec {
    /// Its name.
    pub name: String,
    /// A kernel's image.
    pub kernel: PathBuf,
    /// An [`Initramfs`](crate::Initramfs) that was written.
    pub initrd: PathBuf,
    /// Where its serial port is written to.
    pub serial: PathBuf,
    /// Its interfaces, as libvirt takes them.
    pub interfaces: Vec<String>,
}

/// A domain that runs, until the lab goes.
#[derive(Clone, Debug)]
pub struct Domain {
    name: String,
    serial: PathBuf,
}

/// Enough for a kernel and a shell.
const MEGABYTES: u32 = 128;

/// An interface on a bridge, with what libvirt is told besides.
pub fn interface(bridge: &str, mac: &str, besides: &str) -> String {
    format!(
        "<interface type='bridge'><mac address='{mac}'/><source bridge='{bridge}'/>\
         <model type='virtio'/>{besides}</interface>"
    )
}

impl Domain {
    /// Starts it; with `paused` its processors stand still until [`Domain::resume`].
    ///
    /// # Errors
    ///
    /// What libvirt refuses.
    pub fn start(libvirtd: &Libvirtd, spec: &DomainSpec, paused: bool) -> Result<Domain> {
        let mut arguments = vec!["create"];
        if paused {
            arguments.push("--paused");
        }
        libvirtd.virsh_with(&arguments, &spec.to_string())?;
        Ok(Domain {
            name: spec.name.clone(),
            serial: spec.serial.clone(),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lets its processors go.
    ///
    /// # Errors
    ///
    /// What libvirt refuses.
    pub fn resume(&self, libvirtd: &Libvirtd) -> Result<()> {
        libvirtd.virsh(&["resume", &self.name])?;
        Ok(())
    }

    /// The names of its interfaces on the host.
    ///
    /// # Errors
    ///
    /// What libvirt refuses.
    pub fn devices(&self, libvirtd: &Libvirtd) -> Result<Vec<String>> {
        let table = libvirtd.virsh(&["domiflist", &self.name])?;
        let rows = table.lines().filter(|line| line.matches(':').count() == 5);
        let names = rows.filter_map(|row| row.split_whitespace().next());
        Ok(names.map(str::to_owned).collect())
    }

    /// What it has said.
    pub fn log(&self) -> String {
        let bytes = fs::read(&self.serial).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\r', "")
    }

    /// Waits until it has said this.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub fn wait_for(&self, marker: &str, patience: Duration) -> Result<()> {
        if wait_until(patience, || self.log().contains(marker)) {
            return Ok(());
        }
        Err(Error::silent(marker, Some(patience), &self.log()))
    }
}

/// As `virsh create` takes it.
impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = |path: &Path| path.display().to_string();
        let (kernel, initrd, serial) = (path(&self.kernel), path(&self.initrd), path(&self.serial));
        writeln!(
            f,
            "<domain type='qemu'><name>{}</name><memory unit='MiB'>{MEGABYTES}</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>{kernel}</kernel><initrd>{initrd}</initrd>
<cmdline>console=ttyS0 quiet</cmdline></os>
<features><acpi/></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
{}
<serial type='file'><source path='{serial}' append='on'/></serial>
<memballoon model='none'/></devices></domain>",
            self.name,
            self.interfaces.join("\n")
        )
    }
}
