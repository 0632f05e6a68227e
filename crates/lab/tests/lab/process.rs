//! Programs inside a namespace end with their guard, whatever happens to the test.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use vifguard_lab::{Daemon, Netns, available, wait_until};

use crate::support::PATIENCE;

const VICTIM: &str = "LAB_TEST_VICTIM";

fn sleeper(netns: &Netns) -> Daemon {
    let mut command = Command::new("sleep");
    command.arg("1000");
    netns.daemon(command).unwrap()
}

/// A process that is there and has not ended (a zombie has).
fn lives(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

#[test]
fn a_program_runs_inside() {
    if !available() {
        return;
    }
    let netns = Netns::new("program").unwrap();
    let output = netns
        .command("readlink")
        .arg("/proc/self/ns/net")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim(), format!("net:[{}]", netns.id().inode()));
}

#[test]
fn a_daemon_ends_with_its_guard() {
    if !available() {
        return;
    }
    let netns = Netns::new("daemon").unwrap();
    let daemon = sleeper(&netns);
    let id = daemon.id();
    assert!(daemon.is_running() && lives(id));
    drop(daemon);
    assert!(!lives(id));
    let stopped = sleeper(&netns).stop(PATIENCE).unwrap();
    assert!(!stopped.success());
}

/// Both while the shell waits for its child and after it has ended without it.
#[test]
fn a_daemon_takes_its_children_along() {
    if !available() {
        return;
    }
    let netns = Netns::new("group").unwrap();
    for script in ["sleep 1000 & echo $!; wait", "sleep 1000 & echo $!"] {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let mut daemon = netns.daemon(command).unwrap();
        let mut line = String::new();
        BufReader::new(daemon.child().stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let grandchild: u32 = line.trim().parse().unwrap();
        assert!(lives(grandchild));
        let waits = script.ends_with("wait");
        assert!(wait_until(PATIENCE, || daemon.is_running() == waits));
        drop(daemon);
        assert!(wait_until(PATIENCE, || !lives(grandchild)), "{script}");
    }
}

/// The kernel's signal at the parent's death goes by the thread: the guard must not.
#[test]
fn a_daemon_outlives_the_thread_that_asked_for_it() {
    if !available() {
        return;
    }
    let netns = Netns::new("handed-over").unwrap();
    let inner = netns.clone();
    let daemon = thread::spawn(move || sleeper(&inner)).join().unwrap();
    thread::sleep(Duration::from_millis(50));
    assert!(daemon.is_running());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    if !available() {
        return;
    }
    let netns = Netns::new("missing").unwrap();
    let error = netns
        .daemon(Command::new("no-such-program"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot start no-such-program"), "{error}");
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn victim() {
    if std::env::var_os(VICTIM).is_none() {
        return;
    }
    let netns = Netns::new("victim").unwrap();
    let daemon = sleeper(&netns);
    println!("daemon {}", daemon.id());
    thread::sleep(Duration::from_secs(60));
}

/// kill -9 runs no destructor: the kernel has to do it all.
#[test]
fn a_killed_test_leaves_no_daemon() {
    if !available() {
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap());
    victim
        .args(["--exact", "process::victim", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped());
    let mut victim = victim.spawn().unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let id = lines.map_while(Result::ok).find_map(|line| {
        let (_, id) = line.split_once("daemon ")?;
        id.trim().parse::<u32>().ok()
    });
    let id = id.expect("the victim started no daemon");
    assert!(lives(id));
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert!(wait_until(PATIENCE, || !lives(id)));
}
