//! However it ends, tap and guards go, in this order.

use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use vifguard_lab::wait_until;

use super::SEND;
use super::guest::{Guest, Host, PATIENCE, good};

const SLEEPS: [&str; 4] = ["sh", "-c", "exec sleep 1000", "{fd}"];
const SLEEPS_BY_NAME: [&str; 2] = ["sleep", "1000"];

#[test]
fn the_command_s_end_is_its_own() {
    let Some(host) = Host::new() else { return };
    for code in [0, 1, 42, 127] {
        let script = format!("exit {code}");
        host.guest("web-1", &["sh", "-c", &script, "{fd}"])
            .ends(code);
        host.guest("web-1", &["sh", "-c", &script]).ends(code);
    }
    host.is_bare();
}

#[test]
fn a_signal_reaches_the_command_itself() {
    let Some(host) = Host::new() else { return };
    for signal in [
        Signal::SIGTERM,
        Signal::SIGINT,
        Signal::SIGKILL,
        Signal::SIGSEGV,
    ] {
        for command in [&SLEEPS[..], &SLEEPS_BY_NAME] {
            let mut guest = Guest::start(&host, "web-1", command);
            guest.is_up();
            guest.send(signal);
            let status = guest.child.wait().unwrap();
            assert_eq!(status.signal(), Some(signal as i32), "{status:?}");
            host.is_bare();
        }
    }
    let script = "trap 'exit 9' TERM; echo; while :; do sleep 0.01; done # {fd}";
    let mut guest = Guest::start(&host, "web-1", &["sh", "-c", script]);
    guest.is_up();
    // The trap may not be set yet, and then the signal ends it as well.
    guest.send(Signal::SIGTERM);
    let status = guest.child.wait().unwrap();
    assert!(
        status.code() == Some(9) || status.signal() == Some(15),
        "{status:?}"
    );
    host.is_bare();
}

/// Files were handed over: the tap goes with the last of them, and nobody is needed for that.
#[test]
fn with_its_guardian_killed_the_tap_goes_and_the_next_run_or_policy_cuts_its_port() {
    let Some(host) = Host::new() else { return };
    for next in ["run", "enforce"] {
        let mut guest = Guest::start(&host, "web-1", &SLEEPS);
        guest.is_up();
        kill(guest.guardian(), Signal::SIGKILL).unwrap();
        host.run(&["status"]).ends(0).says("web-1  tap-web1");
        guest.send(Signal::SIGKILL);
        guest.child.wait().unwrap();
        let gone = || !host.lab.host.has_link("tap-web1").unwrap();
        assert!(wait_until(PATIENCE, gone));
        host.run(&["status"]).ends(1).says("gone: port web-1");
        if next == "run" {
            host.guest("web-2", &["true", "{fd}"]).ends(0);
        } else {
            host.file.write("version: 1\nports: []\n");
            host.run(&["enforce", "-f", host.file.path()])
                .ends(0)
                .says("- web-1");
        }
        // Its lock stays too: a file that nobody holds.
        host.has_no_port();
    }
}

/// The name was handed over: the tap stays, guarded, with nobody behind it, and the next run takes its place.
#[test]
fn with_its_guardian_killed_a_tap_by_name_stays_guarded_and_is_replaced() {
    let Some(host) = Host::new() else { return };
    let mut guest = Guest::start(&host, "web-1", &SLEEPS_BY_NAME);
    guest.is_up();
    let first = host.lab.host.link("tap-web1").unwrap().index();
    kill(guest.guardian(), Signal::SIGKILL).unwrap();
    guest.send(Signal::SIGKILL);
    guest.child.wait().unwrap();
    host.run(&["status"]).ends(0).says("web-1  tap-web1");
    let script = "ip -o link show {tap}";
    let ran = host.guest("web-1", &["sh", "-c", script]).ends(0);
    assert!(!ran.out.starts_with(&format!("{first}:")), "{}", ran.out);
    host.is_bare();
}

/// A hypervisor that makes itself a daemon.
#[test]
fn a_command_that_leaves_a_child_behind_goes_on() {
    let Some(host) = Host::new() else { return };
    let script = "setsid sleep 1000 >/dev/null 2>&1 & echo $! # {fd}";
    let ran = host.guest("web-1", &["sh", "-c", script]).ends(0);
    host.run(&["status"]).ends(0).says("web-1  tap-web1");
    let id = ran.out.trim().parse().unwrap();
    kill(nix::unistd::Pid::from_raw(id), Signal::SIGKILL).unwrap();
    host.is_bare();
}

#[test]
fn a_guest_is_started_again_at_once() {
    let Some(host) = Host::new() else { return };
    for _ in 0..5 {
        host.guest("web-1", &["true", "{fd}"]).ends(0);
        host.guest("web-1", &["true"]).ends(0);
    }
    host.is_bare();
}

/// At each of these moments it is in the middle of something else: before the tap, before its guards, before the
/// bridge, before the command.
#[test]
fn killed_at_any_moment_it_leaves_nothing_behind() {
    let Some(host) = Host::new() else { return };
    for command in [&SLEEPS[..], &SLEEPS_BY_NAME] {
        for moment in (0..120).step_by(4) {
            let mut guest = Guest::start(&host, "web-1", command);
            thread::sleep(Duration::from_millis(moment));
            guest.send(Signal::SIGKILL);
            guest.child.wait().unwrap();
            let gone = || !host.lab.host.has_link("tap-web1").unwrap();
            assert!(wait_until(PATIENCE, gone), "after {moment} ms");
        }
    }
    // A moment may have come before there was anything of ours.
    host.guest("web-1", &["true", "{fd}"]).ends(0);
    host.is_bare();
}

/// The command lies from its first moment to its last, and after it has ended the rules go; nothing of it
/// passes. What is true passes.
#[test]
fn a_flood_of_lies_does_not_pass_at_either_end() {
    let Some(host) = Host::new() else { return };
    let mut watch = host.watch();
    let lies = format!("F=$BAD; {SEND}; ").repeat(50);
    let script = format!("while :; do {lies} F=$GOOD; {SEND}; done # {{fd}}");
    for _ in 0..10 {
        let mut guest = Guest::start(&host, "web-1", &["sh", "-c", &script]);
        guest.is_up();
        let seen = watch.recv(PATIENCE).unwrap().expect("nothing true passed");
        assert!(seen.frame.starts_with(&good()), "{seen:?}");
        guest.send(Signal::SIGKILL);
        guest.child.wait().unwrap();
        host.is_bare();
        for frame in watch.drain().unwrap() {
            assert!(frame.frame.starts_with(&good()), "{frame:?}");
        }
    }
    assert_eq!(watch.lost().unwrap(), 0);
}
