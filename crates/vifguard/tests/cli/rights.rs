use std::process::Command;

use vifguard_lab::Netns;

use crate::support::{PROGRAM, Ran, TempFile, policy};

/// Inside a namespace, but without the right to change it.
fn powerless(netns: &Netns, args: &[&str]) -> Ran {
    let mut command: Command = netns.command("setpriv");
    command
        .args(["--bounding-set", "-net_admin", PROGRAM])
        .args(args);
    Ran::of(command.output().unwrap())
}

#[test]
fn without_rights_nothing_is_changed_and_the_answer_is_77() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    for args in [
        &["enforce", "-f", file.path()] as &[&str],
        &["status"],
        &["verify", "-f", file.path()],
        &["release", "--all"],
    ] {
        let ran = powerless(&netns, args).ends(77);
        assert!(
            ran.err.lines().last().unwrap().contains("as root"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_plan_needs_no_rights_but_the_difference_does() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let full = powerless(&netns, &["plan", "--full", "-f", file.path()]).ends(0);
    full.says("port port-1 on tap1").says("that needs root");
    let json = powerless(&netns, &["plan", "--json", "-f", file.path()])
        .ends(0)
        .json();
    assert!(json["result"]["difference"].is_null());
}

#[test]
fn check_and_explain_need_none() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    powerless(&netns, &["check", "-f", file.path()]).ends(0);
    let hex = "ffffffffffff0200000000011234";
    powerless(
        &netns,
        &[
            "explain",
            "-f",
            file.path(),
            "--port",
            "port-1",
            "--hex",
            hex,
        ],
    )
    .ends(1);
}
