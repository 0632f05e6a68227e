//! `vifguard conformance list`

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;
use vifguard_corpus::{Case, Corpus};
use vifguard_driver::Feature;
use vifguard_kit::Terms;
use vifguard_verdict::Verdict;

use super::args::ListArgs;
use super::{corpus, terms};
use crate::exit::Exit;
use crate::output::{Output, Report, Style, Table};
use crate::words::count;

/// Cases of the corpus.
#[derive(Debug, Serialize)]
struct Listed {
    cases: Vec<Row>,
}

/// One of them.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// Its file below crates/corpus/cases.
    file: String,
    story: String,
    source: Vec<String>,
    /// What its refusals show.
    features: Vec<&'static str>,
    /// No wire carries it to a driver.
    judge_only: bool,
    variants: Vec<Variant>,
}

/// One way to judge it.
#[derive(Debug, Serialize)]
struct Variant {
    choice: String,
    expected: String,
    /// What a frame that passes all the same would show not to be there.
    feature: Option<&'static str>,
}

pub(super) fn run(args: &ListArgs, output: &Output) -> Result<Exit> {
    let wanted = args.feature.as_deref().and_then(Feature::named);
    Ok(output.show(&Listed::of(corpus()?, &terms::contract()?, wanted)))
}

impl Listed {
    fn of(corpus: &Corpus, contract: &impl Terms, wanted: Option<Feature>) -> Listed {
        let rows = corpus.cases.iter().map(|case| Row::of(case, contract));
        let fits = |row: &Row| wanted.is_none_or(|it| row.features.contains(&it.name()));
        Listed {
            cases: rows.filter(fits).collect(),
        }
    }
}

impl Row {
    fn of(case: &Case, contract: &impl Terms) -> Row {
        let mut features = BTreeSet::new();
        let variant = |variant: &vifguard_corpus::Variant| {
            let choice = variant.label();
            let feature = match variant.expected.verdict {
                Verdict::Pass => None,
                Verdict::Refuse(reason) => Some(contract.shown(&case.name, &choice, reason)),
            };
            features.extend(feature);
            Variant {
                choice,
                expected: variant.expected.to_string(),
                feature: feature.map(Feature::name),
            }
        };
        let variants = case.variants().iter().map(variant).collect();
        Row {
            name: case.name.clone(),
            file: case.file.clone(),
            story: case.story.clone(),
            source: case.source.clone(),
            features: features.into_iter().map(Feature::name).collect(),
            judge_only: case.judge_only,
            variants,
        }
    }
}

impl Report for Listed {
    fn text(&self, style: Style) -> String {
        let mut table = Table::new(&["CASE", "SHOWS", ">VARIANTS", "FILE"]);
        for row in &self.cases {
            table.row(vec![
                row.name.clone(),
                row.features.join(" "),
                row.variants.len().to_string(),
                row.file.clone(),
            ]);
        }
        table.text(style) + &count(self.cases.len(), "case") + "\n"
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}
