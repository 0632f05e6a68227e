//! What the unit does at boot. Each boot is a fresh namespace; the command line and the capabilities
//! are those of the unit file.

mod fallback;
mod keep;
mod unit;
mod verify;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use vifguard_lab::Netns;

use crate::support::Ran;
use unit::Unit;

/// A host's disk: a policy file, and a directory for the last good policy.
struct Disk(PathBuf);

impl Disk {
    fn new() -> Disk {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("boot-{}-{number}", std::process::id());
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(root.join("lib")).unwrap();
        Disk(root)
    }

    fn policy(&self) -> String {
        self.0.join("policy.yaml").to_str().unwrap().to_owned()
    }

    fn last_good(&self) -> String {
        self.0.join("lib/policy.yaml").to_str().unwrap().to_owned()
    }

    fn write(&self, policy: &str) {
        fs::write(self.policy(), policy).unwrap();
    }

    fn kept(&self) -> Option<String> {
        fs::read_to_string(self.last_good()).ok()
    }

    /// What the unit does at its start, on a host that is this namespace.
    fn boot(&self, netns: &Netns) -> Ran {
        self.run(netns, "ExecStart", &[])
    }

    fn reload(&self, netns: &Netns) -> Ran {
        self.run(netns, "ExecReload", &[])
    }

    fn run(&self, netns: &Netns, key: &str, more: &[&str]) -> Ran {
        let unit = Unit::read("vifguard.service");
        let mut command = netns.command("setpriv");
        command.arg("--bounding-set").arg(unit.capabilities());
        command.args(unit.command(key, self)).args(more);
        Ran::of(command.output().unwrap())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
