//! What frames meet before any flow, and what becomes of guards when somebody turns it on.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Two ports by what the database says, on a host without patterns.
const BY_IDS: &str = "version: 1
networks: [{ name: net, kind: private }]
ports:
  - { name: web, network: net, ovs: { iface-id: i-x }, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: net, ovs: { iface-id: i-db }, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";

impl Bed {
    fn vsctl(&self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        self.switch.vsctl(&words).unwrap();
    }

    fn forward(&self) {
        let flow = ["table=0,priority=0,actions=NORMAL"];
        self.switch.ofctl("add-flow", &flow).unwrap();
    }

    /// Good frames come through in a while, forged ones not even then: the switch remembers for a moment what it did
    /// with frames before it was told otherwise.
    fn lets_only_good_through(&self, tap: &Tap, mac: u8, own: u8) {
        let good = || {
            let [good, forged] = self.through(tap, mac, own);
            assert!(!forged);
            good
        };
        assert!(wait_until(PATIENCE, good), "{:?}", self.run(&["status"]));
    }

    fn watch(&self) -> Watcher {
        let mut command = self.host().command(PROGRAM);
        command.env("OVS_RUNDIR", self.switch.rundir());
        Watcher::of(command, &self.file)
    }
}

/// It bars a bridge that nobody guards. One that is guarded stays so, and it is said.
#[test]
fn what_comes_before_any_flow_is_seen_and_takes_no_guards_away() {
    let Some(bed) = Bed::new() else {
        return;
    };
    for (on, off, words) in [
        (
            "set-manager tcp:192.0.2.200:6640",
            "del-manager",
            "controller or manager tcp:192.0.2.200:6640",
        ),
        (
            "set bridge br0 rstp_enable=true",
            "set bridge br0 rstp_enable=false",
            "it speaks RSTP itself",
        ),
        (
            // The switch takes the word in any case.
            "set interface tap-web bfd:enable=True",
            "set interface tap-web bfd:enable=false",
            "it speaks BFD itself with what is on tap-web",
        ),
        (
            "set interface tap-web lldp:enable=true",
            "set interface tap-web lldp:enable=false",
            "it speaks LLDP itself with what is on tap-web",
        ),
    ] {
        bed.vsctl(on);
        bed.enforce().ends(69).says(words);
        // Nor has nft done its part.
        bed.run(&["status"])
            .ends(1)
            .says("nothing is in force by nft");
        bed.vsctl(off);
        bed.enforce().ends(0);
        bed.vsctl(on);
        bed.run(&["status"]).ends(1).says(words);
        bed.switch.ofctl("del-flows", &["table=205"]).unwrap();
        bed.enforce()
            .ends(1)
            .says("put right")
            .says("in force, but not whole until this is put right")
            .says(words);
        bed.vsctl(off);
        bed.run(&["status"]).ends(0);
        bed.run(&["release", "--all"]).ends(0);
    }
}

/// The switch throws all flows away then, and forwards everything by itself.
#[test]
fn a_bridge_that_fails_open_under_the_watch_gets_its_guards_back() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let watcher = bed.watch();
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
    bed.vsctl("del-fail-mode br0");
    watcher.says("not whole until this is put right: bridge br0: its fail_mode is not secure");
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, false]);
    // Started anew, it forwards before anybody is asked.
    bed.switch.kill();
    bed.switch.start().unwrap();
    let back = || bed.through(&bed.web, 0x0a, 10) == [true, false];
    assert!(wait_until(PATIENCE, back), "{:?}", bed.run(&["status"]));
    bed.vsctl("set-fail-mode br0 secure");
    let settled = || bed.run(&["status"]).code == Some(0);
    assert!(wait_until(PATIENCE, settled), "{:?}", bed.run(&["status"]));
    bed.forward();
    bed.lets_only_good_through(&bed.web, 0x0a, 10);
}

/// No flow changes with it: the database tells.
#[test]
fn the_watch_hears_of_a_manager_in_band() {
    let Some(bed) = Bed::new() else {
        return;
    };
    let watcher = bed.watch();
    bed.vsctl("set-manager tcp:192.0.2.200:6640");
    watcher.says("controller or manager tcp:192.0.2.200:6640");
    bed.vsctl("set bridge br0 other_config:disable-in-band=true");
    bed.run(&["status"]).ends(0);
}

/// Its interface is gone, and its row stays until somebody takes it away.
#[test]
fn a_guest_that_died_does_not_stop_the_guards_of_others() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.file.write(BY_IDS);
    let web = bed.switch.tap("tap-x", TapOptions::default()).unwrap();
    bed.vsctl("set interface tap-x external_ids:iface-id=i-x");
    bed.enforce().ends(0).says("2 ports in force");
    drop(web);
    bed.switch.kill();
    bed.switch.start().unwrap();
    let row = ["get", "interface", "tap-x", "ofport"];
    let gone = || bed.switch.vsctl(&row).unwrap().trim() == "-1";
    assert!(wait_until(PATIENCE, gone));
    bed.forward();
    bed.enforce()
        .ends(0)
        .says("1 port in force")
        .says("1 port not on this host");
    bed.lets_only_good_through(&bed.db, 0x0b, 11);
    bed.run(&["status"]).ends(0);
}

/// A mirror gets what a guest sends, good or not: nobody is barred for it, and whoever asks is told.
#[test]
fn a_mirror_is_told_of() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.enforce().ends(0);
    bed.vsctl(
        "-- --id=@p get port uplink -- --id=@m create mirror name=span select-all=true output-port=@p -- set \
         bridge br0 mirrors=@m",
    );
    let words = "forged ones reach whoever gets the copies: mirror span";
    bed.run(&["status"]).ends(0).says(words);
    bed.run(&["doctor"]).ends(0).says(words);
    assert_eq!(bed.through(&bed.web, 0x0a, 10), [true, true]);
}

/// What would cut the host off is refused as long as it would, and not only the first time.
#[test]
fn an_interface_that_carries_the_host_is_never_put_under_a_guard() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.file.write(BY_IDS);
    let tap = bed.switch.tap("tap-x", TapOptions::default()).unwrap();
    tap.link().up().unwrap();
    let route = |what: &str| {
        let words = ["route", what, "default", "dev", "tap-x"];
        let done = bed.host().command("ip").args(words).status();
        assert!(done.unwrap().success());
    };
    route("add");
    let watcher = bed.watch();
    bed.vsctl("set interface tap-x external_ids:iface-id=i-x");
    watcher.says("the policy would cut off this host itself");
    let is_in_force = || bed.run(&["status"]).out.contains("tap-x");
    // It is tried again every two seconds.
    assert!(!wait_until(Duration::from_secs(5), is_in_force));
    route("del");
    assert!(wait_until(PATIENCE, is_in_force));
}

/// Those that it listened to end with it, whether or not they ever speak again.
#[test]
fn a_watcher_leaves_nobody_behind() {
    let Some(bed) = Bed::new() else {
        return;
    };
    bed.forward();
    let watcher = bed.watch();
    let parent = format!("PPid:\t{}\n", watcher.id());
    let is_its = |status: &PathBuf| fs::read_to_string(status).is_ok_and(|it| it.contains(&parent));
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let all = processes.map(|process| process.path().join("status"));
    let speakers: Vec<PathBuf> = all.filter(is_its).collect();
    assert!(!speakers.is_empty());
    watcher.stop();
    let is_gone = |status: &PathBuf| match fs::read_to_string(status) {
        Ok(it) => it.contains("State:\tZ"),
        Err(_) => true,
    };
    assert!(wait_until(PATIENCE, || speakers.iter().all(is_gone)));
}
