//! `vifguard contract check --release R`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use vifguard_contract::{Contract, Lack, Lacking, Release, asked, release_gate};

use super::evidence::{Found, Idles};
use super::{answerable, trial};
use crate::exit::Exit;
use crate::output::{Report, Style};
use crate::words::count;

/// Whether a release may go out.
#[derive(Debug, Serialize)]
pub(super) struct Released {
    release: Release,
    /// The digest that reports have to name.
    digest: String,
    /// The drivers that it waits for.
    held: Vec<String>,
    /// How many answers it waits for: what is required of them, and what they claim.
    asked: usize,
    /// How many reports of drivers were read.
    reports: usize,
    /// Of these, how many are of drivers that are held, and count.
    counted: usize,
    #[serde(flatten)]
    idle: Idles,
    lacks: Vec<Lack>,
}

/// Whether this release may go out, by these reports.
pub(super) fn of(contract: &Contract, release: Release, found: &Found) -> Released {
    let held = contract
        .drivers
        .iter()
        .filter(|driver| driver.is_held_at(release));
    let held: Vec<String> = held.map(|driver| driver.name.clone()).collect();
    let idle = found.idle(&[contract], release);
    let reports = &found.evidence.reports;
    let counted = reports
        .iter()
        .filter(|(file, report)| held.contains(&report.driver) && !idle.has_stale(file));
    Released {
        release,
        digest: contract.digest(),
        asked: asked(contract, release),
        reports: reports.len(),
        counted: counted.count(),
        idle,
        lacks: release_gate(contract, release, &found.evidence),
        held,
    }
}

impl Released {
    /// By driver, in the order in which they come.
    fn by_driver(&self) -> impl Iterator<Item = (&str, Vec<&Lack>)> {
        let of = |driver: &String| {
            let lacks = self.lacks.iter().filter(|lack| lack.driver == *driver);
            lacks.collect::<Vec<_>>()
        };
        let each = self
            .held
            .iter()
            .map(move |driver| (driver.as_str(), of(driver)));
        each.filter(|(_, lacks)| !lacks.is_empty())
    }

    /// What to do.
    fn remedy(&self) -> String {
        let has = |lacks: &[&Lack], lack| lacks.iter().any(|found| found.lack == lack);
        let mut text = String::new();
        if has(
            &self.lacks.iter().collect::<Vec<_>>(),
            Lacking::Contradicted,
        ) {
            text += "what is contradicted: mend the driver, or let it declare what was found; index.html \
                     beside the report shows the frames\n";
        }
        let unproven = |(_, lacks): &(&str, Vec<&Lack>)| has(lacks, Lacking::Unproven);
        let drivers: Vec<&str> = self
            .by_driver()
            .filter(unproven)
            .map(|(it, _)| it)
            .collect();
        if drivers.is_empty() {
            return text;
        }
        let ways = drivers.iter().map(|driver| (driver, trial::of(driver)));
        let (runs, others): (Vec<_>, Vec<_>) = ways.partition(|(_, way)| way.is_ok());
        for (driver, way) in others {
            let _ = writeln!(
                text,
                "{driver} cannot be tried: {}",
                way.unwrap_or_else(|why| why)
            );
        }
        if runs.is_empty() {
            return text;
        }
        text += "to prove what is claimed, as root (PATH is the program that is the driver):\n";
        for run in runs.into_iter().filter_map(|(_, way)| way.ok()) {
            let _ = writeln!(text, "  {run}");
        }
        let release = self.release;
        let _ = writeln!(
            text,
            "then: vifguard contract check --release {release} --reports reports"
        );
        text
    }
}

impl Report for Released {
    fn text(&self, style: Style) -> String {
        let Released { release, lacks, .. } = self;
        let mut text = self.idle.text();
        let held = self.held.join(", ");
        if self.asked == 0 {
            let why = match self.held.is_empty() {
                true => format!("nobody is held at {release}"),
                false => format!(
                    "at {release} nothing is required of the drivers that are held ({held}), and they claim nothing"
                ),
            };
            let _ = writeln!(
                text,
                "{}: {why}: nothing was asked, and nothing is shown\n\
                 let a driver be held by then (docs/contract.md), or ask of a release at which one is",
                style.alarm("no")
            );
            return text;
        }
        if lacks.is_empty() {
            let _ = writeln!(
                text,
                "ok: {release} may go out; {} held ({held}), every claim proven by {}",
                count(self.held.len(), "driver"),
                count(self.counted, "report")
            );
            return text;
        }
        for (driver, lacks) in self.by_driver() {
            let _ = writeln!(
                text,
                "{}, {}:",
                style.head(driver),
                answerable(&lacks[0].maintainers)
            );
            // Without a single report each claim would say the same.
            let mut alike: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
            for lack in lacks {
                let features = alike.entry((lack.lack.name(), &lack.why)).or_default();
                features.push(&lack.feature);
            }
            for ((lack, why), features) in alike {
                let _ = writeln!(text, "  {lack}: {}: {why}", features.join(", "));
            }
        }
        let _ = writeln!(
            text,
            "{} waits for {} of {}",
            style.alarm(&release.to_string()),
            count(lacks.len(), "feature"),
            count(self.by_driver().count(), "driver")
        );
        text + &self.remedy()
    }

    fn exit(&self) -> Exit {
        // A gate that asked nothing has shown nothing.
        Exit::ok_if(self.lacks.is_empty() && self.asked > 0)
    }
}
