//! `vifguard conformance run`

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::Feature;
use vifguard_kit::{Asked, Level, Terms, Verdict};

use super::args::RunArgs;
use super::progress::Shown;
use super::{corpus, explained, external, terms};
use crate::drivers::{DriverName, lab_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style, Table};
use crate::words::{Near, count, near};

/// The profile that is asked for if none is named.
const USUAL: &str = "baseline";

/// What came of a run.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Judged {
    pub(super) report: vifguard_kit::Report,
    #[serde(skip)]
    pub(super) written: Option<String>,
}

pub(super) fn run(args: &RunArgs, output: &Output) -> Result<Exit> {
    let driver = match (&args.subject.external, args.subject.driver) {
        (Some(hook), _) => return external::run(hook, args, output),
        (None, driver) => driver.unwrap_or(DriverName::Auto),
    };
    let contract = terms::contract()?;
    let asked = asked(args, &contract, Feature::all().collect())?;
    let corpus = corpus()?;
    make_room(args.report.as_deref())?;
    let mut ground = lab_of(driver, args.subject.program.as_deref())?;
    if args.whole {
        ground.effort.policies = None;
    }
    let mut shown = Shown::new();
    let run = vifguard_kit::run(&mut ground, corpus, &contract, &asked, &mut shown);
    let run = run.map_err(explained)?;
    let version = env!("CARGO_PKG_VERSION");
    let report = vifguard_kit::Report::of(&run, &ground, corpus, &contract, &asked, version);
    let written = written(&report, args.report.as_deref())?;
    Ok(output.show(&Judged { report, written }))
}

pub(super) fn make_room(directory: Option<&Path>) -> Result<()> {
    directory.map_or(Ok(()), |directory| {
        vifguard_kit::make_room(directory).map_err(explained)
    })
}

pub(super) fn written(
    report: &vifguard_kit::Report,
    directory: Option<&Path>,
) -> Result<Option<String>> {
    let Some(directory) = directory else {
        return Ok(None);
    };
    report.write(directory).map_err(explained)?;
    Ok(Some(directory.join("index.html").display().to_string()))
}

pub(super) fn asked(
    args: &RunArgs,
    contract: &impl Terms,
    all: BTreeSet<Feature>,
) -> Result<Asked, Failure> {
    let profile = args.profile.as_deref().unwrap_or(USUAL);
    let Some(held) = contract.profile(profile) else {
        let known = contract.profiles();
        let Near { question, list } = near(profile, known.iter().map(String::as_str));
        let what = format!("the contract has no profile {profile:?}{question}");
        return Err(Failure::new(
            Exit::Usage,
            what,
            format!("its profiles: {list}"),
        ));
    };
    let named: BTreeSet<Feature> = args
        .feature
        .iter()
        .filter_map(|name| Feature::named(name))
        .collect();
    let strictly = args.profile.is_some();
    let is_named = !named.is_empty();
    let mut features = named;
    if features.is_empty() {
        features = all;
    } else if strictly {
        features.extend(&held);
    }
    Ok(Asked {
        features,
        profile: profile.to_owned(),
        held,
        named: is_named,
        strictly,
    })
}

impl Report for Judged {
    fn text(&self, style: Style) -> String {
        let report = &self.report;
        if report.hook.is_some() {
            return self.of_external(style);
        }
        let mut table = Table::new(&["FEATURE", "DECLARED", "FOUND", "VERDICT"]);
        for feature in &report.features {
            table.row(vec![
                feature.id.to_owned(),
                feature.declared.map_or("-", Level::name).to_owned(),
                feature.found.map_or("-", Level::name).to_owned(),
                feature.verdict.to_string(),
            ]);
        }
        let mut text = table.text(style);
        for feature in &report.features {
            let line = format!("{}: {}", feature.id, feature.why);
            if feature.verdict == Verdict::Contradicted {
                text += &format!("{} {line}\n", style.alarm("contradicted:"));
            } else if feature.found.is_none() && feature.declared > Some(Level::None) {
                text += &format!("{} {line}\n", style.alarm("unproven:"));
            } else if feature.found > feature.declared {
                text += &format!("better than declared: {line}\n");
            }
        }
        let frames: usize = report.skipped.iter().map(|it| it.frames).sum();
        text += &format!(
            "{}: {} from {}, {} not sent, {:.0} s; {}\n",
            report.driver,
            count(report.frames.sent, "frame"),
            if report.frames.policies == 1 {
                "1 policy".to_owned()
            } else {
                format!("{} policies", report.frames.policies)
            },
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
        Exit::ok_if(matches!(self.report.outcome, "holds" | "shown"))
    }
}

impl Judged {
    /// Of something that declares nothing.
    fn of_external(&self, style: Style) -> String {
        let report = &self.report;
        let mut table = Table::new(&["FEATURE", "FOUND", "VERDICT"]);
        for feature in &report.features {
            table.row(vec![
                feature.id.to_owned(),
                feature.found.map_or("-", Level::name).to_owned(),
                feature.verdict.to_string(),
            ]);
        }
        let mut text = table.text(style);
        for feature in report
            .features
            .iter()
            .filter(|it| it.found != Some(Level::Full))
        {
            text += &format!("{}: {}\n", feature.id, feature.why);
        }
        for it in &report.skipped {
            let what = format!(
                "not tried: {} ({}): {}",
                it.what,
                amount(it.frames, it.policies),
                it.why
            );
            text += &format!("{what}\n");
        }
        let holds = match report.outcome {
            "holds" => format!(
                "; what a wire shows of the profile {} is there",
                report.profile.name
            ),
            "lacks" => format!(
                "; not all that a wire shows of the profile {} is there",
                report.profile.name
            ),
            _ => String::new(),
        };
        text += &format!(
            "{}: {} under {}, {} came through, {:.0} s{holds}\n",
            report.driver,
            count(report.frames.sent, "frame"),
            policies(report.frames.policies),
            report.frames.passed,
            report.seconds,
        );
        if let Some(page) = &self.written {
            text += &format!("report: {page}\n");
        }
        text
    }

    fn outcome(&self) -> String {
        let profile = &self.report.profile;
        match self.report.outcome {
            "holds" if profile.strictly => format!("holds the profile {}", profile.name),
            "holds" => "what it declares holds".to_owned(),
            "contradicted" => "it declares more than it does".to_owned(),
            "unproven" => "not all that it declares could be tried".to_owned(),
            "lacks" => format!("features of the profile {} are not there", profile.name),
            _ => format!(
                "holds nothing of what was asked for (profile {})",
                profile.name
            ),
        }
    }
}

fn policies(number: usize) -> String {
    match number {
        1 => "1 policy".to_owned(),
        more => format!("{more} policies"),
    }
}

fn amount(frames: usize, of_policies: usize) -> String {
    match (frames, of_policies) {
        (frames, 0) => count(frames, "frame"),
        (0, more) => policies(more),
        (frames, more) => format!("{}, {}", policies(more), count(frames, "frame")),
    }
}
