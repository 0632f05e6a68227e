//! Others on the host: further runs, and policies.

use super::SEND;
use super::guest::{Guest, Host, PATIENCE, POLICY, good, senders};
use crate::support::TempFile;
use vifguard_lab::wait_until;

const SLEEPS: [&str; 4] = ["sh", "-c", "exec sleep 1000", "{fd}"];

#[test]
fn two_guests_of_one_file_start_at_once() {
    let Some(host) = Host::new() else { return };
    let mut guests = vec![
        Guest::start(&host, "web-1", &SLEEPS),
        Guest::start(&host, "web-2", &SLEEPS),
    ];
    guests[0].is_up();
    guests[1].is_up_on("tap-web2");
    host.run(&["status"]).ends(0).says("2 ports in force");
    drop(guests.remove(0));
    let one = || host.run(&["status"]).out.contains("1 port in force");
    assert!(wait_until(PATIENCE, one));
    host.run(&["status"]).ends(0).says("web-2  tap-web2");
    drop(guests);
    host.is_bare();
}

#[test]
fn of_two_runs_of_one_port_the_second_is_refused() {
    let Some(host) = Host::new() else { return };
    let guest = Guest::start(&host, "web-1", &SLEEPS);
    guest.is_up();
    host.guest("web-1", &["true"])
        .ends(1)
        .says("another vifguard run has tap-web1");
    host.run(&["status"]).ends(0).says("1 port in force");
    guest.ends();
    host.is_bare();
}

#[test]
fn the_file_that_it_came_from_can_be_enforced_meanwhile() {
    let Some(host) = Host::new() else { return };
    let awaiting = POLICY.replace(
        "networks:",
        "host: { guarded_interfaces: [\"tap-*\"] }\nnetworks:",
    );
    host.file.write(&awaiting);
    let enforce = || host.run(&["enforce", "-f", host.file.path()]).ends(0);
    enforce().says("2 added");
    let guest = Guest::start(&host, "web-1", &SLEEPS);
    guest.is_up();
    enforce().says("nothing to do");
    host.run(&["verify", "-f", host.file.path()]).ends(0);
    guest.ends();
    let gone = || !host.lab.host.has_link("tap-web1").unwrap();
    assert!(wait_until(PATIENCE, gone));
    // The policy awaits it again.
    host.run(&["status"]).says("2 ports in force");
    enforce().says("nothing to do");
}

#[test]
fn a_policy_that_does_not_name_it_leaves_it_guarded() {
    let Some(host) = Host::new() else { return };
    let mut watch = host.watch();
    let cue = TempFile::new("");
    let script = format!(
        "until test -s {}; do sleep 0.01; done; F=$BAD; {SEND}; F=$GOOD; {SEND}; exec sleep 1000 # {{fd}}",
        cue.path()
    );
    let guest = Guest::start(&host, "web-1", &["sh", "-c", &script]);
    guest.is_up();
    let other = TempFile::new("version: 1\nports: []\n");
    host.run(&["enforce", "-f", other.path()]).ends(0);
    host.run(&["status"]).ends(0).says("web-1  tap-web1");
    cue.write("go");
    assert_eq!(senders(&mut watch, 1), [good()]);
    guest.ends();
    host.is_bare();
}
