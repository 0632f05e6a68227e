use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use vifguard_verdict::{Reason, Rule, Verdict};

use super::{command_line, reasons};

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn contract() -> String {
    fs::read_to_string(docs().join("verdicts.md")).unwrap()
}

/// `cargo xtask bless` writes them anew.
#[test]
fn the_committed_pages_are_those_of_the_code() {
    for (name, text) in [
        ("command-line.md", command_line::page()),
        ("reasons.md", reasons::page(&contract())),
    ] {
        let file = docs().join("reference").join(name);
        if std::env::var_os("VIFGUARD_BLESS").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        let advice = "is not what the code says: cargo xtask bless, and look at the difference";
        assert!(committed == text, "docs/reference/{name} {advice}");
    }
}

/// The table of the contract is written by hand.
#[test]
fn the_contract_has_the_reasons_of_the_rules() {
    let contract = contract();
    let table = contract.split("These are all:\n\n").nth(1).unwrap();
    let table = table.split("\n\n").next().unwrap();
    let mut written = BTreeSet::new();
    for row in table.lines().skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for (reason, rules) in [(cells[1], cells[2]), (cells[4], cells[5])] {
            let reason = reason.trim_matches('`');
            let rules = rules.split(", ").filter(|_| !reason.is_empty());
            written.extend(rules.map(|rule| (reason.to_owned(), rule.to_owned())));
        }
    }
    let mut known: BTreeSet<(String, String)> = Rule::ALL
        .iter()
        .filter_map(|rule| match rule.verdict() {
            Verdict::Refuse(reason) => Some((reason.to_string(), rule.number().to_owned())),
            Verdict::Pass => None,
        })
        .collect();
    // No rule judges the frames of an interface that has no port.
    known.insert((
        Reason::UnknownPort.to_string(),
        "7 (`first-frame`)".to_owned(),
    ));
    assert_eq!(written, known);
}
