use std::collections::BTreeMap;

use vifguard_conformance::{Place, Report, run};
use vifguard_corpus::Corpus;
use vifguard_policy::Mode;

use crate::{blind, driver};

fn explained(report: &Report) {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for mismatch in &report.mismatches {
        match blind::why(mismatch) {
            Some(class) => *classes.entry(class).or_default() += 1,
            None => unexplained.push(mismatch.to_string()),
        }
    }
    println!(
        "{} frames from {} policies, {} refused as expected, {} differences",
        report.frames,
        report.policies,
        report.refused,
        report.mismatches.len()
    );
    for (class, count) in classes {
        println!("  {count} {class}");
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}

#[test]
fn enforced() {
    let Some(mut driver) = driver() else {
        return;
    };
    let corpus = Corpus::embedded().unwrap();
    let report = run(&mut driver, corpus, Place::Bridge, Mode::Enforce).unwrap();
    assert!(report.frames > 2000, "{}", report.frames);
    explained(&report);
}

#[test]
fn audited() {
    let Some(mut driver) = driver() else {
        return;
    };
    let corpus = Corpus::embedded().unwrap();
    let report = run(&mut driver, corpus, Place::Bridge, Mode::Audit).unwrap();
    assert!(report.frames > 2000, "{}", report.frames);
    explained(&report);
}
