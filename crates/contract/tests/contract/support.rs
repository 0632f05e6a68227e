//! Contracts and reports for tests.

use vifguard_contract::{Contract, Evidence, Reading, Release, Report};

#[track_caller]
pub(crate) fn parse(text: &str) -> Contract {
    Contract::parse(text, "contract.toml").unwrap_or_else(|faults| panic!("{faults}"))
}

pub(crate) fn releases<const N: usize>(texts: [&str; N]) -> [Release; N] {
    texts.map(|text| text.parse().unwrap())
}

/// The version of the program that asks, in tests: 0.2.0 is in the making there.
pub(crate) const PROGRAM: &str = "0.2.0";

#[track_caller]
pub(crate) fn read(text: &str) -> Report {
    match Reading::of(text).unwrap() {
        Reading::Driver(report) => report,
        Reading::Other(why) => panic!("{why}"),
    }
}

/// A report as the kit of this program writes it: for each feature its id, what was declared, found, and the verdict.
pub(crate) fn report(driver: &str, digest: &str, features: &[(&str, &str, &str, &str)]) -> Report {
    let features: Vec<serde_json::Value> = features
        .iter()
        .map(|(id, declared, found, verdict)| {
            serde_json::json!({ "id": id, "declared": declared, "found": found, "verdict": verdict, "cases": 7 })
        })
        .collect();
    let text = serde_json::json!({
        "version": 1, "vifguard": PROGRAM, "driver": driver, "hook": null, "contract": digest,
        "features": features, "kernel": "6.18",
    });
    read(&text.to_string())
}

pub(crate) fn evidence(reports: &[Report]) -> Evidence {
    let named = reports.iter().enumerate();
    let named = named.map(|(n, report)| (format!("{n}/report.json"), report.clone()));
    Evidence {
        reports: named.collect(),
        program: PROGRAM.to_owned(),
    }
}

/// A small contract that passes everything: one driver that is held, one that is not yet.
pub(crate) const SMALL: &str = "version = 1
next = \"0.2.0\"
releases = [\"0.1.0\", \"0.2.0\", \"0.3.0\", \"0.4.0\", \"0.5.0\"]

[[feature]]
id = \"mac\"
kind = \"guard\"
promise = \"The sender's MAC.\"
levels = { \"0.1.0\" = \"required\" }
reasons = [\"mac\", \"arp-mac\"]
cases = [\"forged-*\"]
except = [\"forged-*@open\"]

[[feature]]
id = \"fdb\"
kind = \"property\"
promise = \"The switch learns nothing.\"
levels = { \"0.1.0\" = \"advisory\", \"0.4.0\" = \"required\" }
check = \"fdb\"

[[feature]]
id = \"trunk\"
kind = \"extended\"
promise = \"VLANs.\"
levels = { \"0.1.0\" = \"optional\" }

[profiles]
baseline = [\"mac\", \"fdb\"]

[[driver]]
name = \"nft\"
about = \"tables\"
held = \"0.1.0\"
maintainers = [{ name = \"N\", contact = \"nft@example.org\" }]
features = { mac = \"full\", fdb = { none = \"not built\" } }

[[driver]]
name = \"ovs\"
about = \"flows\"
held = \"0.4.0\"
maintainers = [{ name = \"O\", contact = \"ovs@example.org\" }]
features = { fdb = { partial = \"too much\" } }
";

/// The small contract with one thing in it written otherwise.
#[track_caller]
pub(crate) fn small(from: &str, to: &str) -> Contract {
    parse(&changed(from, to))
}

#[track_caller]
pub(crate) fn changed(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "there is no {from}");
    SMALL.replacen(from, to, 1)
}

/// That nft has `mac`, as it declares.
pub(crate) fn mac_proven(contract: &Contract) -> Evidence {
    evidence(&[report(
        "nft",
        &contract.digest(),
        &[("mac", "full", "full", "proven")],
    )])
}
