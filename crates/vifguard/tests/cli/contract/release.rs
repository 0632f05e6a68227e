use serde_json::json;

use super::{Directory, own, proven};
use crate::support::{Ran, TempFile, vifguard};

pub(super) fn check(reports: &Directory) -> Ran {
    vifguard(&[
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--reports",
        reports.path(),
    ])
}

#[test]
fn without_reports_nothing_is_proven_and_the_way_is_told() {
    let ran = vifguard(&["contract", "check", "--release", "0.1.0"]).ends(1);
    ran.says("nft, Maintainers of the nft driver <nft@vifguard.example>:")
        .says("unproven: mac, arp, ")
        .says("there is no report of nft")
        .says("vifguard conformance run --driver nft --report reports/nft")
        .says("vifguard contract check --release 0.1.0 --reports reports");
}

#[test]
fn with_every_claim_proven_the_release_may_go_out() {
    let reports = Directory::new("all");
    reports.write("nft/report.json", &proven("nft").to_string());
    reports.write("switches/ovs/report.json", &proven("ovs").to_string());
    // What else lies there is nobody's report.
    reports.write("nft/index.html", "<p>");
    check(&reports)
        .ends(0)
        .says("ok: 0.1.0 may go out; 2 drivers held (nft, ovs), every claim proven by 2 reports");
    vifguard(&["contract", "matrix", "--reports", reports.path()])
        .ends(0)
        .says("full, proven");
}

#[test]
fn one_driver_that_lags_keeps_the_release() {
    let reports = Directory::new("lag");
    reports.write("nft/report.json", &proven("nft").to_string());
    let ran = check(&reports).ends(1);
    let ran = ran.says("ovs, Maintainers of the Open vSwitch driver <ovs@vifguard.example>:");
    ran.says("waits for 16 features of 1 driver")
        .never_says("--driver nft");
}

#[test]
fn a_claim_that_is_contradicted_is_named() {
    let reports = Directory::new("untrue");
    let mut report = proven("ovs");
    report["features"][0]["found"] = json!("none");
    report["features"][0]["verdict"] = json!("contradicted");
    reports.write("ovs/report.json", &report.to_string());
    reports.write("nft/report.json", &proven("nft").to_string());
    check(&reports)
        .ends(1)
        .says("contradicted: mac: ")
        .says("ovs/report.json has it as none where partial was declared")
        .says("mend the driver, or let it declare what was found")
        // There is nothing to run that would help.
        .never_says("conformance run");
    let json = vifguard(&[
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--reports",
        reports.path(),
        "--json",
    ]);
    let json = json.ends(1).json();
    let lack = &json["result"]["lacks"][0];
    assert_eq!(lack["driver"], "ovs");
    assert_eq!(lack["feature"], "mac");
    assert_eq!(lack["lack"], "contradicted");
    assert_eq!(lack["maintainers"][0]["contact"], "ovs@vifguard.example");
    vifguard(&["contract", "matrix", "--reports", reports.path()])
        .ends(0)
        .says("partial, untrue");
}

#[test]
fn a_stale_report_proves_nothing() {
    let reports = Directory::new("stale");
    for driver in ["nft", "ovs"] {
        let mut report = proven(driver);
        report["contract"] = json!("0123456789abcdef");
        reports.write(&format!("{driver}/report.json"), &report.to_string());
    }
    check(&reports)
        .ends(1)
        .says("it is stale")
        .says("nothing is proven by 2 reports: 2 stale, 0 passed over");
}

/// A feature that is required and missing is no matter of proof.
#[test]
fn what_is_missing_is_named_whatever_is_proven() {
    let reports = Directory::new("missing");
    for driver in &own().drivers {
        let name = &driver.name;
        reports.write(&format!("{name}/report.json"), &proven(name).to_string());
    }
    let file = TempFile::new(super::held_later());
    vifguard(&[
        "contract",
        "check",
        "--file",
        file.path(),
        "--release",
        "0.3.0",
        "--reports",
        reports.path(),
    ])
    .ends(1)
    .says("nwfilter, Maintainers of the libvirt driver <nwfilter@vifguard.example>:")
    .says("missing: fdb: a bridge learns")
    .never_says("nft, ")
    .never_says("null");
}

#[test]
fn reports_that_are_none() {
    let reports = Directory::new("none");
    check(&reports)
        .ends(66)
        .says("there is no report.json below");
    reports.write("nft/report.json", "{ \"version\": 1, \"driver\": \"nft\" }");
    check(&reports)
        .ends(65)
        .says("nft/report.json is no report of the conformance kit")
        .says("contract");
    let nowhere = [
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--reports",
        "/nowhere",
    ];
    vifguard(&nowhere).ends(66);
}

/// Asks of another contract than the one that is built in.
fn of_file(file: &TempFile, more: &[&str]) -> Ran {
    let check = ["contract", "check", "--release", "0.1.0", "--file"];
    vifguard(&[&check, &[file.path()][..], more].concat())
}

/// Other people's drivers are tried by their programs, whatever the contract calls them.
#[test]
fn a_driver_that_is_not_ours_is_tried_by_its_program() {
    let theirs = "\n[[driver]]\nname = \"ebtables\"\nabout = \"the example\"\nheld = \"0.1.0\"\n\
                  maintainers = [{ name = \"me\", contact = \"me@vifguard.example\" }]\n\
                  [driver.features]\nmac = \"full\"\n";
    let file = TempFile::new(format!("{}{theirs}", vifguard_contract::Contract::TEXT));
    let ran = of_file(&file, &[]).ends(1);
    ran.says("conformance run --driver external --program PATH --report reports/ebtables")
        .says("conformance run --driver nft --report reports/nft")
        .never_says("--driver ebtables");
}

/// A gate that asked nothing has shown nothing.
#[test]
fn nobody_is_held_is_not_ok() {
    let held = "held = \"0.1.0\"\n";
    let text = vifguard_contract::Contract::TEXT.replace(held, "");
    let file = TempFile::new(&text);
    let check = |more: &[&str]| of_file(&file, more).ends(1);
    check(&[])
        .says("no: nobody is held at 0.1.0: nothing was asked, and nothing is shown")
        .never_says("ok");
    let json = check(&["--json"]).json();
    assert_eq!(json["result"]["asked"], 0);
    assert_eq!(json["result"]["lacks"], json!([]));
}

#[test]
fn held_and_asked_nothing_is_not_ok_either() {
    let file = TempFile::new(
        "version = 1\nnext = \"0.1.0\"\nreleases = [\"0.1.0\"]\n[[driver]]\nname = \"x\"\nabout = \"x\"\n\
         held = \"0.1.0\"\nmaintainers = [{ name = \"me\", contact = \"me@x\" }]\n",
    );
    vifguard(&[
        "contract",
        "check",
        "--release",
        "0.1.0",
        "--file",
        file.path(),
    ])
    .ends(1)
    .says("nothing is required of the drivers that are held (x), and they claim nothing");
}
