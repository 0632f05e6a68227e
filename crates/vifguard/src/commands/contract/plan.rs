use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use vifguard_contract::{Debt, Item, Release, plan};

use super::{answerable, evidence, read};
use crate::cli::ContractPlanArgs;
use crate::exit::Exit;
use crate::output::{Output, Report, Style};

/// What is owed by a release.
#[derive(Debug, Serialize)]
struct Planned {
    release: Release,
    /// The release in the making.
    next: Release,
    /// Whether reports were asked; else what is claimed is taken as it is said.
    with_reports: bool,
    drivers: Vec<Debt>,
}

pub(super) fn run(args: &ContractPlanArgs, output: &Output) -> Result<Exit> {
    let contract = read::contract(args.contract.file.as_deref())?;
    let release = read::known(&contract, args.release)?;
    let found = evidence::below(args.reports.as_deref())?;
    found.note(&contract, release, output);
    let evidence = args.reports.as_ref().map(|_| &found.evidence);
    Ok(output.show(&Planned {
        release,
        next: contract.next,
        with_reports: evidence.is_some(),
        drivers: plan(&contract, release, evidence),
    }))
}

impl Report for Planned {
    fn text(&self, style: Style) -> String {
        let Planned { release, next, .. } = self;
        let mut text = format!("owed by {release}; {next} is in the making\n");
        if !self.with_reports {
            text += "what is claimed is taken as it is said; --reports DIR asks whether it is so\n";
        }
        for debt in &self.drivers {
            let held = debt.held.filter(|held| held > next);
            let held = held.map_or(String::new(), |held| format!(", held from {held} on"));
            let leaves = debt.leaves.filter(|leaves| leaves <= release);
            let leaves = leaves.map_or(String::new(), |leaves| format!(", leaves at {leaves}"));
            let head = style.head(&debt.driver);
            let answers = answerable(&debt.maintainers);
            let _ = writeln!(text, "\n{head}, {answers}{held}{leaves}");
            if debt.owed.is_empty() {
                text += "  owes nothing\n";
            }
            for item in &debt.owed {
                let by = item.by.unwrap_or(*release);
                let _ = writeln!(text, "  by {by}: {}", said(item));
            }
            for item in &debt.expected {
                let _ = writeln!(text, "  expected: {}", said(item));
            }
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

fn said(item: &Item) -> String {
    format!("{}, {}: {}", item.feature, item.lack.name(), item.why)
}
