//! Collects mutants that the judge settles in ways no frame before them did, and writes them to
//! `mutants.txt`: `cargo run --release -p vifguard-corpus --example collect [COUNT]`.
//!
//! Two frames are alike if, for every port below, the same rule settles them by the same bytes.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;

use vifguard_corpus::mutant::Mutants;
use vifguard_corpus::{Choice, Corpus, Hex, directory};
use vifguard_policy::{Guard, Policy, Profile};
use vifguard_verdict::{CompiledPort, judge};

const SEED: u64 = 0x7669_6667;
const MOST: usize = 600;

fn main() -> Result<(), Box<dyn Error>> {
    let count = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 2_000_000,
    };
    let corpus = Corpus::embedded()?;
    let setting = &corpus.cases.first().ok_or("an empty corpus")?.setting;
    let mut choices: Vec<Choice> = Profile::ALL.into_iter().map(Choice::of).collect();
    choices.push(Choice {
        profile: Profile::Strict,
        switched: vec![(Guard::Mac, false), (Guard::Ipv6, false)],
    });
    let ports: Vec<CompiledPort> = choices
        .iter()
        .map(|choice| {
            let text = setting.policy_text(choice, "tap-own", "tap-neighbour");
            let policy = Policy::parse(&text, "setting").map_err(|errors| errors.to_string())?;
            Ok(CompiledPort::new(&policy.identities()[0]))
        })
        .collect::<Result<_, String>>()?;
    let mut seen = BTreeSet::new();
    let mut lines = String::new();
    let way = |frame: &[u8]| -> Vec<String> {
        let judged = ports.iter().map(|port| judge(port, frame, None));
        judged
            .map(|j| format!("{} {:?} {:?}", j.rule.number(), j.verdict(), j.field))
            .collect()
    };
    for case in &corpus.cases {
        seen.insert(way(&case.frame));
    }
    for mutant in Mutants::of(corpus, SEED).take(count) {
        if mutant.frame.len() <= 400 && seen.insert(way(&mutant.frame)) {
            lines.push_str(&format!("{}\n", Hex(mutant.frame)));
            if lines.lines().count() == MOST {
                break;
            }
        }
    }
    let file = directory().with_file_name("mutants.txt");
    fs::write(&file, lines)?;
    Ok(())
}
