//! Reports that prove nothing are said, and keep no others from being read.

use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::json;

use super::release::check;
use super::{Directory, proven};
use crate::support::vifguard;

#[test]
fn a_report_of_another_version_proves_nothing() {
    let reports = Directory::new("version");
    reports.write("ovs/report.json", &proven("ovs").to_string());
    let mut old = proven("nft");
    old["vifguard"] = json!("0.0.1-evil");
    reports.write("nft/report.json", &old.to_string());
    let ran = check(&reports).ends(1);
    let ran = ran.says("was made by vifguard 0.0.1-evil, which says nothing of 0.1.0");
    ran.says("nothing is proven by 1 report: 1 stale, 0 passed over")
        .says("unproven: mac, ")
        .says("--driver nft")
        .never_says("--driver ovs");
    vifguard(&["contract", "matrix", "--reports", reports.path()])
        .ends(0)
        .says("full, unproven")
        .says("1 stale");
}

#[test]
fn a_report_of_another_form_proves_nothing() {
    let reports = Directory::new("form");
    reports.write("ovs/report.json", &proven("ovs").to_string());
    let mut other = proven("nft");
    other["version"] = json!(77);
    reports.write("nft/report.json", &other.to_string());
    check(&reports)
        .ends(1)
        .says("it is of form 77, and this vifguard reads form 1 only")
        .says("0 stale, 1 passed over")
        .says("there is no report of nft");
}

/// A switch that a hook set up is no driver, and declares nothing.
#[test]
fn a_report_of_a_hook_stops_nothing() {
    let reports = Directory::new("hook");
    for driver in ["nft", "ovs"] {
        reports.write(
            &format!("{driver}/report.json"),
            &proven(driver).to_string(),
        );
    }
    let mut hook = proven("nft");
    hook["driver"] = json!("bare bridge");
    hook["hook"] = json!("/x");
    hook["features"] = json!([{
        "id": "mac", "declared": null, "declared_why": null, "found": "none",
        "verdict": "does-not-hold", "why": "x",
    }]);
    reports.write("hook/report.json", &hook.to_string());
    let ran = check(&reports).ends(0);
    ran.says("hook/report.json: it is of a switch that a hook set up, which declares nothing")
        .says("nothing is proven by 1 report: 0 stale, 1 passed over")
        .says("every claim proven by 2 reports");
    let json = vifguard(&[
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--reports",
        reports.path(),
        "--json",
    ]);
    let json = json.ends(0).json();
    assert_eq!(json["result"]["counted"], 2);
    assert_eq!(json["result"]["stale"], json!([]));
    let skipped = json["result"]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 1);
    assert!(
        skipped[0]["file"]
            .as_str()
            .unwrap()
            .ends_with("hook/report.json")
    );
    for args in [&["matrix"][..], &["plan", "--release", "0.1.0"]] {
        let all = [&["contract"], args, &["--reports", reports.path()]].concat();
        vifguard(&all).ends(0).says("1 passed over");
    }
}

/// A program may call itself what it likes.
#[test]
fn a_program_proves_nothing_of_our_drivers() {
    let reports = Directory::new("program");
    reports.write("ovs/report.json", &proven("ovs").to_string());
    let mut theirs = proven("nft");
    theirs["program"] = json!("/usr/local/bin/mine");
    reports.write("nft/report.json", &theirs.to_string());
    check(&reports)
        .ends(1)
        .says("it is of the program /usr/local/bin/mine, which calls itself nft")
        .says("there is no report of nft");
    theirs["program"] = json!(null);
    reports.write("nft/report.json", &theirs.to_string());
    check(&reports).ends(0);
}

/// What the kit of this program writes is of the form, the version and the digest that the gates ask for.
#[test]
fn what_the_kit_writes_counts() {
    if !vifguard_lab::available() {
        return;
    }
    let reports = Directory::new("kit");
    let run = ["conformance", "run", "--driver", "null", "--feature", "mac"];
    vifguard(&[&run[..], &["--report", reports.path()]].concat()).ends(1);
    check(&reports)
        .ends(1)
        .never_says("passed over")
        .never_says("stale");
    let json = ["contract", "check", "--release", "0.1.0", "--json"];
    let json = vifguard(&[&json[..], &["--reports", reports.path()]].concat());
    let json = json.ends(1).json();
    assert_eq!(json["result"]["reports"], 1);
    // It is of nobody whom the release waits for.
    assert_eq!(json["result"]["counted"], 0);
    assert_eq!(json["result"]["stale"], json!([]));
}

#[test]
fn links_are_followed_and_nothing_is_read_twice() {
    let elsewhere = Directory::new("elsewhere");
    elsewhere.write("nft/report.json", &proven("nft").to_string());
    elsewhere.write("ovs/report.json", &proven("ovs").to_string());
    let reports = Directory::new("links");
    let link = |to: &str, name: &str| symlink(to, Path::new(reports.path()).join(name)).unwrap();
    link(elsewhere.path(), "linked");
    link(elsewhere.path(), "again");
    // Below itself.
    link(reports.path(), "loop");
    check(&reports)
        .ends(0)
        .says("every claim proven by 2 reports");
    link("/nowhere/at/all", "broken");
    check(&reports).ends(66).says("broken");
}
