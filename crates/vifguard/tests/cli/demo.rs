use std::process::Command;

use crate::support::{PROGRAM, Ran, vifguard};

#[test]
fn a_row_is_shown_and_counted() {
    if !vifguard_lab::available() {
        return;
    }
    let ran = vifguard(&["demo", "--only", "ARP in VLAN 0"]).ends(0);
    assert!(ran.out.starts_with("\nattack "), "{}", ran.out);
    ran.says("refused").says("1 of 1 attacks");
    let json = vifguard(&["demo", "--only", "ARP in VLAN 0", "--json"])
        .ends(0)
        .json();
    let row = &json["result"]["rows"][0];
    assert_eq!(row["kind"], "attack");
    assert_eq!(row["ok"], true);
}

#[test]
fn a_driver_that_guards_nothing_is_seen_through() {
    if !vifguard_lab::available() {
        return;
    }
    let args = ["demo", "--only", "ARP in VLAN 0", "--driver", "null"];
    vifguard(&args).ends(1).says("NOT OK");
}

#[test]
fn an_unknown_row_is_named() {
    if !vifguard_lab::available() {
        return;
    }
    vifguard(&["demo", "--only", "no such row"])
        .ends(1)
        .says("no such row");
}

#[test]
fn without_rights_it_says_so() {
    if !vifguard_lab::available() {
        return;
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-sys_admin,-net_admin", PROGRAM, "demo"]);
    Ran::of(command.output().unwrap()).ends(77).says("as root");
}
