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
fn missing_interfaces_are_all_named_and_change_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = guarded();
    let file = TempFile::new(policy(&["tap1", "vnet7", "vnet8"]));
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(1)
        .says("the driver nft cannot guard 2 ports:")
        .says("port port-2: there is no interface vnet7 (guards: strict)")
        .says("port port-3: there is no interface vnet8 (guards: strict)")
        .says("create it first")
        .says("nothing was changed");
    still_guarded(&netns);
}

/// Whoever has put the first thing right must not meet the next only then.
#[test]
fn all_that_is_in_the_way_is_said_at_once() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let taps = ["tap1", "eth0", "nic7"].map(|name| netns.tap(name).unwrap());
    taps.iter().for_each(|tap| tap.link().up().unwrap());
    taps[1]
        .link()
        .add_default_route("192.0.2.254".parse().unwrap())
        .unwrap();
    let renamed = "link property add dev nic7 altname web7";
    let ran = netns.command("ip").args(renamed.split(' ')).status();
    assert!(ran.unwrap().success());
    let text = guarding("[\"tap*\"]", &["eth0", "vnet7", "web7"]);
    let file = TempFile::new(text);
    let enforce = ["enforce", "-f", file.path()];
    inside(&netns, &enforce)
        .ends(1)
        .says("port port-1 would guard eth0, which carries the IPv4 default route")
        .says("port port-2: there is no interface vnet7")
        .says("port port-3: web7 is another name of the interface nic7")
        .says("tap1 (up)");
    let json = inside(&netns, &["enforce", "--json", "-f", file.path()]);
    let host = &json.ends(1).json()["error"]["host"];
    let kinds: Vec<_> = host["unfit"].as_array().unwrap().iter().collect();
    assert_eq!(kinds.len(), 2);
    assert_eq!(kinds[1]["kind"], "other-name");
    assert_eq!(host["refused"][0]["device"], "eth0");
    assert_eq!(host["silent"][0]["device"], "tap1");
    assert_eq!(host["lacking"].as_array().unwrap().len(), 0);
    // With --yes the question is answered, and the rest is not.
    inside(&netns, &["enforce", "--yes", "-f", file.path()])
        .ends(1)
        .says("there is no interface vnet7")
        .never_says("tap1 (up)");
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
