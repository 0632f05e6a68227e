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

/// The right is named in the first line, and the last says what to do.
#[track_caller]
fn assert_needs_root(ran: &Ran) {
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    let first =
        "vifguard: not allowed: to read or change guards needs CAP_NET_ADMIN; run as root\n";
    assert!(ran.err.starts_with(first), "{}", ran.err);
    let last = "run it again as root; nothing was changed\n";
    assert!(ran.err.ends_with(last), "{}", ran.err);
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
        assert_needs_root(&ran);
        let mut args = args.to_vec();
        args.push("--json");
        let json = powerless(&netns, &args).ends(77).json();
        assert_eq!(json["command"], args[0]);
        let message = json["error"]["message"].as_str().unwrap();
        assert!(message.contains("CAP_NET_ADMIN"), "{message}");
        assert!(json.get("result").is_none());
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
    full.says("port port-1 on tap1")
        .says("needs CAP_NET_ADMIN, so run as root");
    let json = powerless(&netns, &["plan", "--json", "-f", file.path()])
        .ends(0)
        .json();
    assert!(json["result"]["difference"].is_null());
}

/// The same kernel in a namespace of one's own is what a plan is tried on; some hosts forbid that.
#[test]
fn a_plan_that_can_try_nothing_is_77_too() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let file = TempFile::new(policy(&["tap1"]));
    let script = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"";
    let forbidden = |more: &[&str]| {
        let mut command: Command = netns.command("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", script, "sh"]);
        command
            .args([PROGRAM, "plan", "-f", file.path()])
            .args(more);
        Ran::of(command.output().unwrap()).ends(77)
    };
    assert_needs_root(&forbidden(&[]));
    let json = forbidden(&["--json"]).json();
    assert!(json["error"]["message"].is_string());
}

/// What enforce refuses for can be seen by anybody, but for what is silent already.
#[test]
fn a_plan_without_rights_shows_what_is_in_the_way() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let tap = netns.tap("tap1").unwrap();
    tap.link().up().unwrap();
    let file = TempFile::new(policy(&["vnet7"]));
    powerless(&netns, &["plan", "-f", file.path()])
        .ends(1)
        .says("there is no interface vnet7")
        .says("tap1 (up)")
        .says("without root, interfaces that are silent already cannot be told");
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
