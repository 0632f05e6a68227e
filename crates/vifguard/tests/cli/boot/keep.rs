//! The last good policy is kept, and whole.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use vifguard_lab::Netns;

use super::Disk;
use crate::support::{inside, policy};

#[test]
fn what_is_in_force_is_kept() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    for devices in [&["tap1"] as &[&str], &["tap1", "tap2"]] {
        let text = policy(devices) + "# a comment stays\n";
        disk.write(&text);
        disk.boot(&netns).ends(0);
        assert_eq!(disk.kept(), Some(text));
    }
    let mode = fs::metadata(disk.last_good()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

/// Its time says since when.
#[test]
fn what_is_kept_already_is_not_written_again() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    disk.write(&policy(&["tap1"]));
    disk.boot(&Netns::new("host").unwrap()).ends(0);
    let before = fs::metadata(disk.last_good()).unwrap();
    disk.boot(&Netns::new("host").unwrap()).ends(0);
    let after = fs::metadata(disk.last_good()).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn what_is_refused_is_not_kept() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    disk.write(&policy(&["vnet7"]));
    disk.boot(&netns)
        .ends(1)
        .says("there is no interface vnet7");
    assert_eq!(disk.kept(), None);
}

#[test]
fn if_it_cannot_be_kept_it_is_in_force_and_that_is_said() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    disk.write(&policy(&["tap1"]));
    fs::remove_dir(disk.0.join("lib")).unwrap();
    for (more, code) in [(&[] as &[&str], 74), (&["--json"], 74)] {
        let netns = Netns::new("host").unwrap();
        let ran = disk.run(&netns, "ExecStart", more).ends(code);
        let ran = ran
            .says("cannot write")
            .says("the policy is in force, but it is not kept");
        if !more.is_empty() {
            let why = ran.json()["result"]["not_kept"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(why.contains("lib/policy.yaml"), "{why}");
        }
        inside(&netns, &["status"]).ends(0).says("1 port in force");
    }
}

/// Large enough to be written in more than one piece.
fn large(first: usize) -> String {
    let devices: Vec<String> = (first..first + 2000).map(|i| format!("tap{i}")).collect();
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    policy(&devices)
}

#[test]
fn a_half_of_it_is_never_seen() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    let texts = [large(0), large(1)];
    disk.write(&texts[0]);
    disk.boot(&netns).ends(0);
    let stop = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                seen.insert(disk.kept());
            }
            seen.insert(disk.kept());
            seen
        });
        for round in 1..=8 {
            disk.write(&texts[round % 2]);
            disk.reload(&netns).ends(0);
        }
        stop.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(seen == texts.map(Some).into(), "{} texts", seen.len());
    let files = fs::read_dir(disk.0.join("lib")).unwrap();
    assert_eq!(files.count(), 1, "something was left over");
}
