//! `vifguard run`. Where a hypervisor is not needed, a shell stands in for it: it holds the tap's file, writes
//! frames to it, and ends as it is told.

mod end;
pub(super) mod guest;
mod others;
mod qemu;
mod wrong;

use guest::{Guest, Host};
use vifguard_lab::{TapOptions, wait_until};

use crate::support::TempFile;

/// Writes the frame in `$F` (octal escapes) to the tap, as the guest would.
pub(super) const SEND: &str = "printf \"$F\" >&$VIFGUARD_TAP_FD";

#[test]
fn the_guest_sends_as_itself_and_as_nobody_else() {
    let Some(host) = Host::new() else { return };
    let mut watch = host.watch();
    let script =
        format!("F=$GOOD; {SEND}; F=$BAD; {SEND}; F=$GOOD; {SEND}; exec sleep 1000 # {{fd}}");
    let guest = Guest::start(&host, "web-1", &["sh", "-c", &script]);
    guest.is_up();
    assert_eq!(
        guest::senders(&mut watch, 2),
        [guest::good(), guest::good()]
    );
    host.run(&["status"])
        .ends(0)
        .says("1 port in force")
        .says("guarded: tap-web1");
    let status = host.run(&["status", "--json"]).json();
    let port = &status["result"]["ports"][0];
    assert_eq!(port["passed"], 2, "{port}");
    guest.ends();
    host.is_bare();
}

/// The rules are there before the interface is up, and the interface is gone before they are.
#[test]
fn the_command_finds_its_port_in_force() {
    let Some(host) = Host::new() else { return };
    let program = crate::support::PROGRAM;
    let script = format!(
        "test -n \"$VIFGUARD_TAP_FD\" && test \"$VIFGUARD_TAP_FD\" = {{fd}} && test {{tap}} = tap-web1 && \
         test \"$VIFGUARD_TAP\" = tap-web1 && test {{mac}} = 02:00:00:00:00:01 && \
         test \"$VIFGUARD_TAP_MAC\" = {{mac}} && {program} status && exit 7"
    );
    let ran = host.guest("web-1", &["sh", "-c", &script]);
    ran.ends(7).says("web-1  tap-web1").says("1 port in force");
    host.is_bare();
}

#[test]
fn several_queues_are_several_files() {
    let Some(host) = Host::new() else { return };
    let script = "echo {fds} = $VIFGUARD_TAP_FDS; ls -l /proc/self/fd | grep -c net/tun";
    let args = ["--queues", "3", "--", "sh", "-c", script];
    let ran = host.guest_with("web-1", &args);
    let ran = ran.ends(0).says("\n3\n");
    let (said, given) = ran.out.lines().next().unwrap().split_once(" = ").unwrap();
    assert_eq!(said, given);
    assert_eq!(said.split(':').count(), 3, "{said}");
    host.is_bare();
}

#[test]
fn a_port_that_a_hypervisor_knows_is_found_by_its_tap() {
    let Some(host) = Host::new() else { return };
    let bound = |address: &str| {
        format!(
            "version: 1\nnetworks: [{{ name: net, kind: private }}]\nports:\n  - {{ name: web-1, network: \
             net, xen: {{ domain: web, device: 0 }}, mac: \"02:00:00:00:00:01\", addresses: [{address}] }}\n"
        )
    };
    host.file.write(&bound("10.0.0.1"));
    host.guest_with("web-1", &["--tap", "a-name-too-long!", "--", "true"])
        .ends(2)
        .says("16 bytes");
    let args = ["--", "sleep", "1000"];
    let guest = Guest::start_with(&host, "web-1", &args);
    guest.is_up_on("tap-web-1");
    // No Xen answers here, and none is asked.
    host.file.write(&bound("10.0.0.9"));
    host.run(&["enforce", "-f", host.file.path()])
        .ends(0)
        .says("~ web-1");
    host.file.write("version: 1\nports: []\n");
    host.run(&["enforce", "-f", host.file.path()]).ends(0);
    host.run(&["status"]).ends(0).says("web-1  tap-web-1");
    drop(guest);
    host.settles();
}

#[test]
fn without_a_bridge_the_tap_stands_alone() {
    let Some(host) = Host::new() else { return };
    let file = TempFile::new(guest::POLICY);
    let args = [
        "run",
        "-f",
        file.path(),
        "--port",
        "web-1",
        "--",
        "sh",
        "-c",
    ];
    let script = "ip -o link show $VIFGUARD_TAP # {fd}";
    let ran = host.run(&[&args[..], &[script]].concat()).ends(0);
    assert!(
        ran.out.contains("UP") && !ran.out.contains("master"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("link/ether fe:00:00:00:00:01"),
        "{}",
        ran.out
    );
    host.is_bare();
}

/// As Firecracker attaches (it takes no files): here the test does it in its place.
#[test]
fn whoever_attaches_by_name_is_the_guest() {
    let Some(host) = Host::new() else { return };
    let mut watch = host.watch();
    let guest = Guest::start(&host, "web-1", &["sleep", "1000"]);
    guest.is_up();
    let options = TapOptions {
        vnet_header: true,
        ..TapOptions::default()
    };
    // The tap is up a moment before `run` lets go of it, which it does before the command begins.
    let mut tap = None;
    let attach = || {
        tap = host.lab.host.tap_with("tap-web1", options).ok();
        tap.is_some()
    };
    assert!(wait_until(guest::PATIENCE, attach));
    let tap = tap.unwrap();
    tap.link().await_ready(guest::PATIENCE).unwrap();
    for frame in [guest::good(), guest::bad(), guest::good()] {
        tap.write(&frame).unwrap();
    }
    assert_eq!(
        guest::senders(&mut watch, 2),
        [guest::good(), guest::good()]
    );
    // It has ended, but somebody is attached: a hypervisor that made itself a daemon.
    let guardian = guest.guardian();
    guest.ends();
    host.run(&["status"]).ends(0).says("web-1  tap-web1");
    assert!(nix::sys::signal::kill(guardian, None).is_ok(), "it waits");
    drop(tap);
    host.is_bare();
}

/// A tap without an owner could be attached to by whoever comes first.
#[test]
fn the_tap_has_an_owner() {
    let Some(host) = Host::new() else { return };
    let script = "ip -d -o link show {tap}";
    host.guest("web-1", &["sh", "-c", script])
        .ends(0)
        .says("user root");
    let args = ["--tap-owner", "12345", "--", "sh", "-c", script];
    host.guest_with("web-1", &args).ends(0).says("user 12345");
    let args = [
        "--queues",
        "2",
        "--",
        "sh",
        "-c",
        "ip -d -o link show {tap} # {fd}",
    ];
    host.guest_with("web-1", &args)
        .ends(0)
        .says("multi_queue")
        .says("user root");
    host.is_bare();
}
