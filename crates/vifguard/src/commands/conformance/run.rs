//! `vifguard conformance run`

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::Feature;
use vifguard_kit::{Asked, Level, Terms, Verdict};

use super::args::RunArgs;
use super::progress::Shown;
use super::{corpus, explained, terms};
use crate::drivers::lab;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style, Table};
use crate::words::{Near, count, near};

/// The profile that is asked for if none is named.
const USUAL: &str = "baseline";

/// What came of a run.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Judged {
    report: vifguard_kit::Report,
    #[serde(skip)]
    written: Option<String>,
}

pub(super) fn run(args: &RunArgs, output: &Output) -> Result<Exit> {
    let contract = terms::contract()?;
    let asked = asked(args, &contract)?;
    let corpus = corpus()?;
    let mut ground = lab::ground(args.subject.driver)?;
    if args.whole {
        ground.effort.policies = None;
    }
    let mut shown = Shown::new();
    let run = vifguard_kit::run(&mut ground, corpus, &contract, &asked, &mut shown);
    let run = run.map_err(explained)?;
    let version = env!("CARGO_PKG_VERSION");
    let report = vifguard_kit::Report::of(&run, &ground, corpus, &contract, &asked, version);
    let written = match &args.report {
        Some(directory) => Some(write(&report, directory)?),
        None => None,
    };
    Ok(output.show(&Judged { report, written }))
}

fn write(report: &vifguard_kit::Report, directory: &Path) -> Result<String> {
    report.write(directory).map_err(explained)?;
    Ok(directory.join("index.html").display().to_string())
}

fn asked(args: &RunArgs, contract: &impl Terms) -> Result<Asked, Failure> {
    let profile = args.profile.as_deref().unwrap_or(USUAL);
    let Some(held) = contract.profile(profile) else {
        let known = contract.profiles();
        let Near { question, list } = near(profile, known.iter().map(String::as_str));
        let what = format!("the contract has no profile {profile:?}{question}");
        return Err(Failure::new(Exit::Usage, what, format!("its profiles: {list}")));
    };
    let named: BTreeSet<Feature> =
        args.feature.iter().filter_map(|name| Feature::named(name)).collect();
    let strictly = args.profile.is_some();
    let mut features = named;
    if features.is_empty() {
        features = Feature::all().collect();
    } else if strictly {
        features.extend(&held);
    }
    Ok(Asked {
        features,
        profile: profile.to_owned(),
        held,
        strictly,
    })
}

impl Report for Judged {
    fn text(&self, style: Style) -> String {
        let report = &self.report;
        let mut table = Table::new(&["FEATURE", "DECLARED", "FOUND", "VERDICT"]);
        for feature in &report.features {
            table.row(vec![
                feature.id.to_owned(),
                feature.declared.to_string(),
                feature.found.map_or("-", Level::name).to_owned(),
                feature.verdict.to_string(),
            ]);
        }
        let mut text = table.text(style);
        for feature in &report.features {
            let line = format!("{}: {}", feature.id, feature.why);
            if feature.verdict == Verdict::Contradicted {
                text += &format!("{} {line}\n", style.alarm("contradicted:"));
            } else if feature.found > Some(feature.declared) {
                text += &format!("better than declared: {line}\n");
            }
        }
        let frames: usize = report.skipped.iter().map(|it| it.frames).sum();
        text += &format!(
            "{}: {} from {}, {} not sent, {:.0} s; {}\n",
            report.driver,
            count(report.frames.sent, "frame"),
            if report.frames.policies == 1 { "1 policy".to_owned() } else { format!("{} policies", report.frames.policies) },
            frames,
            report.seconds,
            self.outcome()
        );
        if let Some(page) = &self.written {
            text += &format!("report: {page}\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.report.outcome == "holds")
    }
}

impl Judged {
    fn outcome(&self) -> String {
        let profile = &self.report.profile;
        match self.report.outcome {
            "holds" if profile.strictly => format!("holds the profile {}", profile.name),
            "holds" => "what it declares holds".to_owned(),
            "contradicted" => "it declares more than it does".to_owned(),
            "lacks" => format!("features of the profile {} are not there", profile.name),
            _ => format!("holds nothing of what was asked for (profile {})", profile.name),
        }
    }
}
