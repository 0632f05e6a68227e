//! A wrong policy file at boot, and on reload.

use std::fs;
use std::time::Duration;

use vifguard_lab::{Delivered, Netns};

use super::Disk;
use crate::support::{inside, policy};

const ARP: u16 = 0x0806;

/// Announces 10.0.0.`address` from the MAC of port-1.
fn announcement(address: u8) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2]);
    frame.extend([2, 0, 0, 0, 0, 1, 10, 0, 0, address]);
    frame.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10, 0, 0, address]);
    frame.resize(60, 0);
    frame
}

/// Plugs tap1 in, and sends a forged frame and then a good one: only that arrives.
#[track_caller]
fn guards_a_guest_that_comes_now(netns: &Netns) {
    let tap = netns.tap("tap1").unwrap();
    tap.link().up().unwrap();
    let mut delivered = Delivered::on(netns, "tap1", &[ARP]).unwrap();
    tap.write(&announcement(9)).unwrap();
    tap.write(&announcement(1)).unwrap();
    let arrived = delivered.recv(Duration::from_secs(10)).unwrap();
    let arrived = arrived.expect("the good frame").frame;
    assert_eq!(arrived[28..32], [10, 0, 0, 1], "a forged frame arrived");
    assert!(delivered.drain().unwrap().is_empty());
    let json = inside(netns, &["status", "--json"]).ends(0).json();
    assert_eq!(json["result"]["ports"][0]["refused"]["arp-ip"], 1);
}

/// A disk on which port-1 was in force last, with a policy file that is wrong now.
fn after_a_mistake() -> Disk {
    let disk = Disk::new();
    disk.write(&policy(&["tap1"]));
    disk.boot(&Netns::new("before").unwrap()).ends(0);
    disk.write(&policy(&["tap1"]).replace("kind: private", "kind: privat"));
    disk
}

#[test]
fn a_good_file_is_in_force_before_guests_come() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    disk.write(&policy(&["tap1"]));
    disk.boot(&netns).ends(0).says("1 added");
    guards_a_guest_that_comes_now(&netns);
}

#[test]
fn with_a_wrong_file_the_last_good_policy_is_in_force() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = after_a_mistake();
    let kept = disk.kept();
    let netns = Netns::new("host").unwrap();
    disk.boot(&netns)
        .ends(3)
        .says("kind: privat")
        .says("write flat or private")
        .says("the last good policy is in force again")
        .says(&disk.last_good())
        .never_says("nothing was changed");
    assert_eq!(disk.kept(), kept);
    guards_a_guest_that_comes_now(&netns);
    // The same for programs, and for a file that is not there.
    fs::remove_file(disk.policy()).unwrap();
    let json = disk
        .run(&Netns::new("host").unwrap(), "ExecStart", &["--json"])
        .ends(3)
        .json();
    let fallback = &json["result"]["fallback"];
    assert_eq!(fallback["file"], disk.last_good());
    let since = fallback["since"].as_str().unwrap();
    assert!(since.starts_with("20") && since.ends_with('Z'), "{since}");
    let message = fallback["wrong"]["message"].as_str().unwrap();
    assert!(message.contains("cannot read"), "{message}");
    assert_eq!(json["result"]["added"][0], "port-1");
}

#[test]
fn without_a_last_good_policy_the_unit_fails() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    disk.boot(&netns)
        .ends(66)
        .says("no last good policy to fall back on, and nothing is in force");
    disk.write("version: 1\nports: none\n");
    disk.boot(&netns)
        .ends(65)
        .says("ports: none")
        .says("no last good policy to fall back on, and nothing is in force");
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
    assert_eq!(disk.kept(), None);
}

#[test]
fn a_last_good_policy_that_is_wrong_itself_is_none() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = after_a_mistake();
    let half = disk.kept().unwrap();
    fs::write(disk.last_good(), &half[..half.len() / 2]).unwrap();
    let netns = Netns::new("host").unwrap();
    disk.boot(&netns)
        .ends(65)
        .says(&format!("{}:", disk.last_good()))
        .says("kind: privat")
        .says("nothing is in force");
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
}

#[test]
fn a_wrong_file_on_reload_changes_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = Disk::new();
    let netns = Netns::new("host").unwrap();
    disk.write(&policy(&["tap1"]));
    disk.boot(&netns).ends(0);
    // In force is something newer than what is kept, and it stays so.
    let newer = crate::support::TempFile::new(policy(&["tap1", "tap2"]));
    inside(&netns, &["enforce", "-f", newer.path()]).ends(0);
    for (text, code) in [("version: 1\n", 65), ("", 65)] {
        disk.write(text);
        disk.reload(&netns).ends(code).says("nothing was changed");
    }
    fs::remove_file(disk.policy()).unwrap();
    disk.reload(&netns).ends(66).says("nothing was changed");
    inside(&netns, &["status"]).ends(0).says("2 ports in force");
    assert_eq!(disk.kept(), Some(policy(&["tap1"])));
}

#[test]
fn only_a_wrong_file_is_answered_so() {
    if !vifguard_lab::available() {
        return;
    }
    let disk = after_a_mistake();
    disk.write(&policy(&["vnet7"]));
    let netns = Netns::new("host").unwrap();
    disk.boot(&netns)
        .ends(1)
        .says("there is no interface vnet7");
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
}
