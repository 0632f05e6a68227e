use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use vifguard_lab::Netns;

use crate::support::{PROGRAM, Ran, TempFile, inside, policy};

const PORTS: usize = 3000;

fn many() -> TempFile {
    let devices: Vec<String> = (0..PORTS).map(|i| format!("tap{i}")).collect();
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    TempFile::new(policy(&devices))
}

fn enforce(netns: &Netns, file: &TempFile) -> Child {
    let mut command = netns.command(PROGRAM);
    command.args(["enforce", "-f", file.path()]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Does the process hold back the three signals that ask it to stop, and no other? (Between fork and
/// exec every signal is held back.)
fn holds_back(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigBlk:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let stop = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM];
    mask == Some(stop.iter().map(|signal| 1 << (*signal as i32 - 1)).sum())
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

#[test]
fn what_was_begun_is_finished_first() {
    if !vifguard_lab::available() {
        return;
    }
    let file = many();
    for (signal, code) in [
        (Signal::SIGTERM, 143),
        (Signal::SIGINT, 130),
        (Signal::SIGHUP, 129),
    ] {
        let netns = Netns::new("host").unwrap();
        let mut child = enforce(&netns, &file);
        while !holds_back(&child) {
            assert!(
                child.try_wait().unwrap().is_none(),
                "it ended before it held signals back"
            );
        }
        send(&child, signal);
        Ran::of(child.wait_with_output().unwrap())
            .ends(code)
            .says("3000 added")
            .says("asked to stop");
        inside(&netns, &["status"])
            .ends(0)
            .says("3000 ports in force");
    }
}

#[test]
fn before_it_begins_a_signal_ends_it_and_changes_nothing() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let mut command = netns.command(PROGRAM);
    // It waits for a policy that never comes.
    command.args(["enforce", "-f", "-"]).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    send(&child, Signal::SIGTERM);
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(Signal::SIGTERM as i32));
    inside(&netns, &["status"])
        .ends(1)
        .says("nothing is in force");
}
