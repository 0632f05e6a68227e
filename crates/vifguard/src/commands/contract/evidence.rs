//! Reports of the conformance kit, from wherever they lie.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use vifguard_contract::{Contract, Evidence, Reading, Release, Report};

use super::{read, trial};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::policy_file;
use crate::words::count;

/// What the conformance kit calls its reports.
const REPORT: &str = "report.json";

/// The reports below a directory.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) evidence: Evidence,
    /// Those that are of no driver, or of another form.
    pub(super) skipped: Vec<Idle>,
}

/// A report that proves nothing.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Idle {
    file: String,
    why: String,
}

/// All reports that prove nothing; nobody must take them for others.
#[derive(Debug, Serialize)]
pub(super) struct Idles {
    /// Of another version, or made for other promises or cases.
    stale: Vec<Idle>,
    /// Of no driver, or of another form.
    skipped: Vec<Idle>,
}

/// Every report below a directory; none without one.
pub(super) fn below(directory: Option<&Path>) -> Result<Found> {
    directory.map_or_else(|| Ok(Found::default()), all)
}

fn all(directory: &Path) -> Result<Found> {
    let mut paths = Vec::new();
    find(directory, &mut BTreeSet::new(), &mut paths)?;
    if paths.is_empty() {
        return Err(Failure::new(
            Exit::NoInput,
            format!("there is no {REPORT} below {}", directory.display()),
            "make one with vifguard conformance run --driver DRIVER --report DIR",
        )
        .into());
    }
    paths.sort();
    let (mut reports, mut skipped) = (Vec::new(), Vec::new());
    for path in paths {
        let (bytes, file) = policy_file::read(&path)?;
        let reading = Reading::of(&read::text(bytes, &file)?).map_err(|error| {
            Failure::new(
                Exit::Data,
                format!("{file} is no report of the conformance kit: {error}"),
                "take it away, or make it anew with vifguard conformance run",
            )
        })?;
        match reading {
            Reading::Driver(report) => match borrowed(&report) {
                Some(why) => skipped.push(Idle { file, why }),
                None => reports.push((file, report)),
            },
            Reading::Other(why) => skipped.push(Idle { file, why }),
        }
    }
    Ok(Found {
        evidence: Evidence::of(reports),
        skipped,
    })
}

/// A program calls itself what it likes, but proves nothing of a driver of vifguard's own.
fn borrowed(report: &Report) -> Option<String> {
    let program = report.program.as_ref()?;
    let name = &report.driver;
    trial::is_own(name).then(|| {
        format!(
            "it is of the program {program}, which calls itself {name} as vifguard's own driver"
        )
    })
}

/// Links are followed, each directory and each report is taken once: a directory may be below itself by one.
fn find(
    directory: &Path,
    seen: &mut BTreeSet<PathBuf>,
    paths: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let unreadable = |path: &Path| {
        let name = path.display().to_string();
        move |error: std::io::Error| policy_file::unreadable(&name, &error)
    };
    if !seen.insert(fs::canonicalize(directory).map_err(unreadable(directory))?) {
        return Ok(());
    }
    for entry in fs::read_dir(directory).map_err(unreadable(directory))? {
        let path = entry.map_err(unreadable(directory))?.path();
        // A link that leads nowhere may have led to a report.
        if fs::metadata(&path).map_err(unreadable(&path))?.is_dir() {
            find(&path, seen, paths)?;
        } else if path.file_name().is_some_and(|name| name == REPORT)
            && seen.insert(fs::canonicalize(&path).map_err(unreadable(&path))?)
        {
            paths.push(path);
        }
    }
    Ok(())
}

impl Found {
    /// Those that prove nothing at a release, by any of these contracts.
    pub(super) fn idle(&self, contracts: &[&Contract], release: Release) -> Idles {
        let each = contracts
            .iter()
            .map(|contract| self.evidence.stale(contract, release));
        let mut stale = each.reduce(|mut known, other| {
            known.retain(|(file, _)| other.iter().any(|(also, _)| also == file));
            known
        });
        let stale = stale.take().unwrap_or_default().into_iter();
        let idle = |(file, why): (&str, String)| Idle {
            file: file.to_owned(),
            why,
        };
        Idles {
            stale: stale.map(idle).collect(),
            skipped: self.skipped.clone(),
        }
    }

    /// Says them beside an answer that has no place for them.
    pub(super) fn note(&self, contract: &Contract, release: Release, output: &Output) {
        for line in self.idle(&[contract], release).text().lines() {
            output.note(line);
        }
    }
}

impl Idles {
    /// Whether this file is stale.
    pub(super) fn has_stale(&self, file: &str) -> bool {
        self.stale.iter().any(|idle| idle.file == file)
    }

    /// Each in a line, and how many; nothing if there are none.
    pub(super) fn text(&self) -> String {
        let Idles { stale, skipped } = self;
        if stale.is_empty() && skipped.is_empty() {
            return String::new();
        }
        let line = |what: &str, Idle { file, why }: &Idle| format!("{what}: {file}: {why}\n");
        let mut text: String = stale.iter().map(|idle| line("stale", idle)).collect();
        text.extend(skipped.iter().map(|idle| line("passed over", idle)));
        let all = count(stale.len() + skipped.len(), "report");
        let (old, passed) = (stale.len(), skipped.len());
        text + &format!("nothing is proven by {all}: {old} stale, {passed} passed over\n")
    }
}
