//! What is wrong is said before anything is changed, and nothing is left behind.

use super::guest::{Host, POLICY};
use crate::support::{TempFile, nft, vifguard};

#[track_caller]
fn untouched(host: &Host) {
    for device in ["tap-web1", "tap-wbe"] {
        assert!(!host.lab.host.has_link(device).unwrap(), "{device}");
    }
    host.run(&["status"]).ends(1).says("nothing is in force");
}

#[test]
fn wrong_words_need_no_rights_to_be_found() {
    let file = TempFile::new(POLICY);
    let run = |args: &[&str]| vifguard(&[&["run", "-f", file.path()], args].concat());
    run(&["--port", "web-1"]).ends(2).says("COMMAND");
    run(&["--", "true"]).ends(2).says("--port");
    run(&["--port", "web-1", "--"]).ends(2);
    run(&["--port", "wbe-1", "--", "true"])
        .ends(65)
        .says("did you mean web-1?");
    run(&["--port", "web-1", "--tap", "other", "--", "true"])
        .ends(2)
        .says("has the device tap-web1 in the policy, not other");
    run(&["--port", "web-1", "--tap", "sixteen-letters-", "--", "true"]).ends(2);
    run(&["--port", "web-1", "--queues", "0", "--", "true"]).ends(2);
    run(&["--port", "web-1", "--by", "name", "--", "sh", "{fd}"])
        .ends(2)
        .says("ask for open files");
    run(&["--port", "web-1", "--", "no-such-hypervisor"])
        .ends(127)
        .says("cannot run no-such-hypervisor");
    run(&["--port", "web-1", "--", file.path()])
        .ends(126)
        .says("cannot run");
    vifguard(&["run", "-f", "/no/such/file", "--port", "a", "--", "true"]).ends(66);
}

#[test]
fn what_is_in_the_way_on_the_host_is_named() {
    let Some(host) = Host::new() else { return };
    let file = host.file.path();
    let on = |bridge: &str| {
        let args = [
            "run", "-f", file, "--port", "web-1", "--bridge", bridge, "--", "true",
        ];
        host.run(&args)
    };
    on("br1").ends(1).says("there is no bridge br1");
    on("witness").ends(1).says("witness is no Linux bridge");
    let tap = host.lab.host.tap("tap-web1").unwrap();
    on("br0")
        .ends(1)
        .says("there is an interface tap-web1 already");
    drop(tap);
    host.guest_with("web-1", &["--driver", "null", "--", "true"])
        .ends(69)
        .says("the driver null lacks what the port needs");
    untouched(&host);
}

#[test]
fn a_port_that_is_in_force_elsewhere_is_not_taken_from_there() {
    let Some(host) = Host::new() else { return };
    let _tap = host.lab.tap("tap-old").unwrap();
    let old = POLICY.replace("tap-web1", "tap-old");
    let old: String = old
        .lines()
        .filter(|line| !line.contains("web-2"))
        .map(|line| format!("{line}\n"))
        .collect();
    let old = TempFile::new(old);
    host.run(&["enforce", "-f", old.path()]).ends(0);
    host.guest("web-1", &["true"])
        .ends(1)
        .says("in force on tap-old already");
    assert!(!host.lab.host.has_link("tap-web1").unwrap());
    host.run(&["status"]).ends(0).says("web-1  tap-old");
}

/// Somebody changes the rules so that they cannot be relied on.
#[test]
fn rules_that_somebody_changed_are_no_guards() {
    let Some(host) = Host::new() else { return };
    let empty = TempFile::new("version: 1\nhost: { guarded_interfaces: [\"vm*\"] }\nports: []\n");
    host.run(&["enforce", "-f", empty.path()]).ends(0);
    nft(&host.lab.host, &["flush chain netdev vifguard judge"]).ends(0);
    host.run(&["status"]).ends(1);
    let program = crate::support::PROGRAM;
    // It put them right before anything was up.
    host.guest(
        "web-2",
        &["sh", "-c", &format!("{program} status # {{fd}}")],
    )
    .ends(0);
}

#[test]
fn a_command_that_cannot_begin_leaves_nothing_behind() {
    let Some(host) = Host::new() else { return };
    // A script without an interpreter passes for a program until it is to be run.
    let script = TempFile::new("#!/no/such/interpreter\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(script.path(), mode).unwrap();
    for word in ["{fd}", "x"] {
        host.guest("web-1", &[script.path(), word]).ends(127);
        host.is_bare();
    }
}
