//! The unit file, and what must stand in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Disk;
use crate::support::PROGRAM;

/// Where the unit says that they are.
const INSTALLED: &str = "/usr/bin/vifguard";
const POLICY: &str = "/etc/vifguard/policy.yaml";
const LAST_GOOD: &str = "/var/lib/vifguard/policy.yaml";

/// A file of `contrib/systemd`.
pub(super) struct Unit {
    pub(super) text: String,
}

pub(super) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/systemd")
}

impl Unit {
    pub(super) fn read(name: &str) -> Unit {
        let text = fs::read_to_string(directory().join(name)).unwrap();
        Unit { text }
    }

    /// The words of every line of this key.
    fn words(&self, key: &str) -> Vec<&str> {
        self.text
            .lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .flat_map(str::split_whitespace)
            .collect()
    }

    /// The command of this key, for the built program and a test's disk.
    pub(super) fn command(&self, key: &str, disk: &Disk) -> Vec<String> {
        let words = self.words(key);
        assert_eq!(words.first(), Some(&INSTALLED), "{key}");
        for path in [POLICY, LAST_GOOD] {
            assert!(words.contains(&path), "{key} without {path}");
        }
        let here = |word: &str| match word {
            INSTALLED => PROGRAM.to_owned(),
            POLICY => disk.policy(),
            LAST_GOOD => disk.last_good(),
            other => other.to_owned(),
        };
        words.into_iter().map(here).collect()
    }

    /// For `setpriv`: nothing but what the unit leaves.
    pub(super) fn capabilities(&self) -> String {
        let words = self.words("CapabilityBoundingSet");
        assert!(!words.is_empty());
        words.iter().fold("-all".to_owned(), |text, word| {
            let name = word.strip_prefix("CAP_").unwrap().to_lowercase();
            format!("{text},+{name}")
        })
    }

    #[track_caller]
    fn says(&self, key: &str, words: &[&str]) {
        for word in words {
            assert!(self.words(key).contains(word), "{key} lacks {word}");
        }
    }
}

#[test]
fn it_comes_before_whatever_starts_guests() {
    let unit = Unit::read("vifguard.service");
    unit.says("DefaultDependencies", &["no"]);
    unit.says("Wants", &["network-pre.target"]);
    unit.says(
        "After",
        &[
            "local-fs.target",
            "systemd-modules-load.service",
            "nftables.service",
        ],
    );
    unit.says(
        "Before",
        &[
            "network-pre.target",
            "shutdown.target",
            "libvirtd.service",
            "virtqemud.service",
            "virtnetworkd.service",
            "libvirt-guests.service",
            "lxd.service",
            "snap.lxd.daemon.service",
            "incus.service",
            "openvswitch-switch.service",
            "ovs-vswitchd.service",
            "xencommons.service",
            "xendomains.service",
            "pve-guests.service",
        ],
    );
}

#[test]
fn it_leaves_guards_where_they_are() {
    let unit = Unit::read("vifguard.service");
    unit.says("Type", &["oneshot"]);
    unit.says("RemainAfterExit", &["yes"]);
    unit.says("SuccessExitStatus", &["3"]);
    assert_eq!(unit.words("ExecReload"), unit.words("ExecStart"));
    assert!(!unit.text.contains("ExecStop"));
    // The directory that is writable is the one that is written to.
    unit.says("StateDirectory", &["vifguard"]);
}

#[test]
fn a_hypervisor_needs_it_to_have_worked() {
    let conf = Unit::read("hypervisor.conf");
    assert_eq!(conf.words("Requires"), ["vifguard.service"]);
    assert_eq!(conf.words("After"), ["vifguard.service"]);
}
