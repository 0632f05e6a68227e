//! `enforce --watch`: what changes on the host is put right without anybody asking.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use vifguard_lab::{Netns, wait_until};

use crate::support::{PROGRAM, Ran, TempFile, inside, nft, policy};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running `enforce --watch`, ended with the test.
pub(crate) struct Watcher {
    child: Child,
    said: Receiver<String>,
}

impl Watcher {
    fn start(netns: &Netns, file: &TempFile) -> Watcher {
        Watcher::of(netns.command(PROGRAM), file)
    }

    /// The same, where the command says more about where it runs.
    pub(crate) fn of(mut command: Command, file: &TempFile) -> Watcher {
        command.arg("enforce");
        Watcher::with(command, file)
    }

    /// The same, where the command is `enforce` with a driver of its own.
    pub(crate) fn with(mut command: Command, file: &TempFile) -> Watcher {
        command.args(["--watch", "--yes", "-f", file.path()]);
        let pipes = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        let (tell, said) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        let other = tell.clone();
        thread::spawn(move || {
            out.map_while(Result::ok)
                .try_for_each(|line| tell.send(line))
        });
        thread::spawn(move || {
            err.map_while(Result::ok)
                .try_for_each(|line| other.send(line))
        });
        let watcher = Watcher { child, said };
        watcher.says("watching");
        watcher
    }

    /// Waits for a line with these words.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        let mut before = Vec::new();
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(words) => return,
                Ok(line) => before.push(line),
                Err(_) => panic!("never said {words:?}, but {before:#?}"),
            }
        }
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.send(Signal::SIGTERM);
        self.child.wait().unwrap();
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn send(&self, signal: Signal) {
        kill(
            Pid::from_raw(i32::try_from(self.child.id()).unwrap()),
            signal,
        )
        .unwrap();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn settles(netns: &Netns) {
    let is_so = || inside(netns, &["status"]).code == Some(0);
    assert!(
        wait_until(PATIENCE, is_so),
        "{:?}",
        inside(netns, &["status"])
    );
}

/// Ports on `tap-0` and so on, without a pattern.
fn named(ports: usize) -> String {
    let devices: Vec<String> = (0..ports).map(|i| format!("tap-{i}")).collect();
    let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
    let text = policy(&devices);
    let pattern = text
        .lines()
        .find(|line| line.contains("guarded_interfaces"))
        .map(ToOwned::to_owned);
    match pattern {
        Some(line) => text.replace(&line, "host: { guarded_interfaces: [] }"),
        None => text,
    }
}

#[test]
fn what_somebody_does_to_the_rules_is_put_right() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap-0").unwrap();
    let file = TempFile::new(named(1));
    let watcher = Watcher::start(&netns, &file);
    nft(&netns, &["flush chain netdev vifguard judge"]).ends(0);
    watcher.says("put right");
    settles(&netns);
    nft(&netns, &["delete table bridge vifguard"]).ends(0);
    watcher.says("put right");
    settles(&netns);
}

#[test]
fn an_interface_that_is_made_anew_is_guarded_from_its_first_frame() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("tap-0").unwrap();
    let file = TempFile::new(named(1));
    let _watcher = Watcher::start(&netns, &file);
    drop(tap);
    // Its name is still guarded: whatever comes under it meets the port's guards.
    let status = || inside(&netns, &["status"]);
    assert!(wait_until(PATIENCE, || status().code == Some(1)));
    thread::sleep(Duration::from_millis(300));
    status().says("gone: port port-1").says("guarded: tap-0");
    let _tap = netns.tap("tap-0").unwrap();
    settles(&netns);
    assert!(wait_until(PATIENCE, || {
        inside(&netns, &["verify", "-f", file.path()]).code == Some(0)
    }));
}

#[test]
fn the_file_is_read_again_when_asked() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _taps = [netns.tap("tap-0").unwrap(), netns.tap("tap-1").unwrap()];
    let file = TempFile::new(named(1));
    let mut watcher = Watcher::start(&netns, &file);
    file.write("version: 1\nports: [");
    watcher.send(Signal::SIGHUP);
    watcher.says("what was in force stays in force");
    inside(&netns, &["status"]).ends(0).says("1 port in force");
    file.write(&named(2));
    watcher.send(Signal::SIGHUP);
    watcher.says("1 added");
    inside(&netns, &["status"]).ends(0).says("2 ports in force");
    watcher.send(Signal::SIGTERM);
    let status = watcher.child.wait().unwrap();
    assert_eq!(status.code().or(status.signal()), Some(143));
    inside(&netns, &["status"]).ends(0).says("2 ports in force");
}

/// The port that something is in the way of is closed; the others are put right all the same.
#[test]
fn what_is_in_the_way_of_one_port_is_not_in_the_way_of_others() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _tap = netns.tap("tap-0").unwrap();
    let other = netns.tap("tap-1").unwrap();
    let _lower = netns.tap("lower").unwrap();
    let file = TempFile::new(named(2));
    let watcher = Watcher::start(&netns, &file);
    drop(other);
    ip(
        &netns,
        "link add link lower name tap-1 type macvlan mode bridge",
    )
    .ends(0);
    watcher.says("port port-2: netdev ingress of tap-1 cannot judge");
    watcher.says("not all of it is in force");
    nft(&netns, &["delete table netdev vifguard"]).ends(0);
    watcher.says("1 port in force by nft");
    inside(&netns, &["status"])
        .ends(0)
        .says("1 port in force")
        .says("tap-1");
    // When it is no longer in the way, all is well again.
    ip(&netns, "link del tap-1").ends(0);
    let _other = netns.tap("tap-1").unwrap();
    settles(&netns);
    let verify = || inside(&netns, &["verify", "-f", file.path()]).code == Some(0);
    assert!(wait_until(PATIENCE, verify));
}

fn ip(netns: &Netns, line: &str) -> Ran {
    let mut command = netns.command("ip");
    Ran::of(command.args(line.split(' ')).output().unwrap())
}

#[test]
fn a_policy_that_is_read_again_waits_for_its_interface() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("tap-0").unwrap();
    let _lower = netns.tap("lower").unwrap();
    let file = TempFile::new(named(1));
    let watcher = Watcher::start(&netns, &file);
    drop(tap);
    file.write(&named(1).replace("10.0.0.1]", "10.0.0.7]"));
    watcher.send(Signal::SIGHUP);
    watcher.says("1 changed");
    let _tap = netns.tap("tap-0").unwrap();
    settles(&netns);
    let verify = || inside(&netns, &["verify", "-f", file.path()]).code == Some(0);
    assert!(wait_until(PATIENCE, verify));
    // What this host cannot have now, it may have later.
    ip(
        &netns,
        "link add link lower name tap-1 type macvlan mode bridge",
    )
    .ends(0);
    file.write(&named(2));
    watcher.send(Signal::SIGHUP);
    watcher.says("port port-2: netdev ingress of tap-1 cannot judge");
    watcher.says("it is tried again");
    inside(&netns, &["status"]).ends(0).says("1 port in force");
    ip(&netns, "link del tap-1").ends(0);
    let _other = netns.tap("tap-1").unwrap();
    watcher.says("1 added");
    assert!(wait_until(PATIENCE, verify));
}

/// Whoever would be undone is told so.
#[test]
fn nobody_works_against_a_watcher_unsaid() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let _taps = [netns.tap("tap-0").unwrap(), netns.tap("tap-1").unwrap()];
    let file = TempFile::new(named(1));
    let watcher = Watcher::start(&netns, &file);
    let process = format!("process {}", watcher.id());
    let other = TempFile::new(named(2));
    inside(&netns, &["enforce", "-f", other.path()])
        .ends(1)
        .says(&process)
        .says("by another policy")
        .says(&format!("kill -HUP {}", watcher.id()))
        .says("nothing was changed");
    inside(&netns, &["enforce", "--watch", "-f", other.path()])
        .ends(1)
        .says(&process)
        .says("keeps this host already");
    for which in [&["--all"][..], &["--port", "port-1"]] {
        inside(&netns, &[&["release"], which].concat())
            .ends(1)
            .says(&process)
            .says("stop it first");
    }
    inside(&netns, &["plan", "-f", other.path()]).says("enforce would refuse");
    inside(&netns, &["status"]).ends(0).says("1 port in force");
    // The very policy that it keeps is what it would do itself.
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    // Not what the file has become, until the watcher has read it.
    file.write(&named(2));
    inside(&netns, &["enforce", "-f", file.path()]).ends(1);
    watcher.send(Signal::SIGHUP);
    watcher.says("2 ports in force by nft");
    inside(&netns, &["enforce", "-f", file.path()]).ends(0);
    // However it ended.
    drop(watcher);
    file.write(&named(1));
    inside(&netns, &["enforce", "-f", file.path()])
        .ends(0)
        .says("1 removed");
    let watcher = Watcher::start(&netns, &file);
    watcher.send(Signal::SIGTERM);
    let released = || inside(&netns, &["release", "--all"]).code == Some(0);
    assert!(wait_until(PATIENCE, released));
}
