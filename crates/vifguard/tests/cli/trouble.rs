//! What goes wrong, and that the rules in force stay in force.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use vifguard_lab::Netns;

use crate::support::{TempFile, guarding, inside, nft, policy};

/// A host with port-1 in force on tap1.
fn guarded() -> Netns {
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    netns
}

fn still_guarded(netns: &Netns) {
    inside(netns, &["status"])
        .ends(0)
        .says("port-1  tap1")
        .says("1 port in force");
}

#[test]
fn a_wrong_policy_changes_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = guarded();
    let good = policy(&["tap1", "tap2"]);
    let wrong = [
        good[..good.len() / 2].to_owned(),
        good.replace("tap2", "tap-of-the-second-guest"),
        good.replace("version: 1", "version: 9"),
        String::new(),
    ];
    for text in wrong {
        let file = TempFile::new(text);
        inside(&netns, &["enforce", "-f", file.path()])
            .ends(65)
            .says("nothing was changed");
    }
    inside(&netns, &["enforce", "-f", "/nowhere.yaml"])
        .ends(66)
        .says("nothing was changed");
    still_guarded(&netns);
}

#[test]
fn a_missing_interface_changes_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = guarded();
    let file = TempFile::new(policy(&["tap1", "vnet7"]));
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(1)
        .says("port port-2: there is no interface vnet7")
        .says("create it first");
    still_guarded(&netns);
}

/// Does something again and again while something else is done.
fn while_repeating(repeat: impl Fn() + Sync, work: impl FnOnce()) {
    struct Stop<'a>(&'a AtomicBool);
    // Also when the work fails: the other thread would go on for ever.
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _stop = Stop(&stop);
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                repeat();
                thread::sleep(Duration::from_millis(20));
            }
        });
        work();
    });
}

/// Somebody deletes our table again and again while it is being programmed.
#[test]
fn a_table_flushed_meanwhile_is_made_again_or_named() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let devices: Vec<String> = (0..100).map(|i| format!("tap{i}")).collect();
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    let file = TempFile::new(policy(&devices));
    let flush = || drop(nft(&netns, &["delete", "table", "netdev", "vifguard"]));
    while_repeating(flush, || {
        for _ in 0..5 {
            let ran = inside(&netns, &["enforce", "-f", file.path()]);
            assert!(matches!(ran.code, Some(0 | 75)), "{ran:?}");
            assert!(
                !ran.out.is_empty() || ran.err.lines().count() > 1,
                "{ran:?}"
            );
        }
    });
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    inside(&netns, &["status"])
        .ends(0)
        .says("100 ports in force");
}

/// A guest is stopped and started while its port is being programmed.
#[test]
fn an_interface_that_goes_meanwhile_is_no_half_work() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = guarded();
    let file = TempFile::new(guarding("[\"tap*\"]", &["tap1", "vnet7"]));
    let restart = || drop(netns.tap("vnet7").unwrap());
    while_repeating(restart, || {
        for _ in 0..10 {
            let ran = inside(&netns, &["enforce", "-f", file.path()]);
            assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
            inside(&netns, &["status"]).ends(0);
        }
    });
}
