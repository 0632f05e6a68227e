//! Prints the whole corpus as one JSON document, for a harness that does not want to read many
//! files: `cargo run -p vifguard-corpus --example export`. Each variant has its policy file with it.

use std::error::Error;
use std::io;

use serde_json::json;
use vifguard_corpus::{Case, Corpus, Hex};
use vifguard_verdict::Verdict;

fn main() -> Result<(), Box<dyn Error>> {
    let cases: Vec<_> = Corpus::embedded()?.cases.iter().map(export).collect();
    serde_json::to_writer_pretty(io::stdout().lock(), &json!({ "cases": cases }))?;
    Ok(())
}

fn export(case: &Case) -> serde_json::Value {
    let variants: Vec<_> = case
        .variants()
        .iter()
        .map(|variant| {
            let guards: Vec<&str> = variant.guards().iter().map(|guard| guard.name()).collect();
            json!({
                "label": variant.label(),
                "guards_on": guards,
                "pass": variant.expected.verdict == Verdict::Pass,
                "verdict": variant.expected.verdict.to_string(),
                "driver_may": variant.expected.driver_may.map(|reason| reason.to_string()),
                "policy": case.policy_text(&variant.choice),
            })
        })
        .collect();
    json!({
        "name": case.name,
        "file": case.file,
        "story": case.story,
        "source": case.source,
        "near": case.near,
        "after": case.after,
        "judge_only": case.judge_only,
        "bridge_drops": case.bridge_drops,
        "hex": Hex(case.frame.clone()).to_string(),
        "variants": variants,
    })
}
