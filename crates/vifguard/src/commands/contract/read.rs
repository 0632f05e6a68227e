use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Result;
use vifguard_contract::{Contract, Evidence, Faults, Release, Report};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_file;
use crate::words::count;

/// What the conformance kit calls its reports.
const REPORT: &str = "report.json";

/// The contract that is asked about.
pub(super) fn contract(file: Option<&Path>) -> Result<Cow<'static, Contract>> {
    let Some(path) = file else {
        let embedded = Contract::embedded();
        return Ok(Cow::Borrowed(embedded.map_err(|faults| {
            Failure::new(Exit::Software, faults.to_string(), "please report it")
        })?));
    };
    let (bytes, name) = policy_file::read(path)?;
    Ok(Cow::Owned(parse(&text(bytes, &name)?, &name)?))
}

/// A text of the caller's.
pub(super) fn text(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let what = format!("{name} is not UTF-8 from byte {at} on");
        Failure::new(Exit::Data, what, "save it as UTF-8 and try again")
    })
}

pub(super) fn parse(text: &str, name: &str) -> Result<Contract, Failure> {
    Contract::parse(text, name).map_err(|faults: Faults| {
        let advice = format!(
            "{}; correct the file, docs/contract.md has its form",
            count(faults.as_slice().len(), "error")
        );
        Failure::new(Exit::Data, faults.to_string(), advice)
    })
}

/// A release that the contract speaks of.
pub(super) fn known(contract: &Contract, release: Release) -> Result<Release, Failure> {
    if contract.releases.contains(&release) {
        return Ok(release);
    }
    let all: Vec<String> = contract.releases.iter().map(Release::to_string).collect();
    Err(Failure::new(
        Exit::Data,
        format!("the contract has no release {release}"),
        format!("name one of {}", all.join(", ")),
    ))
}

/// Every report below a directory.
pub(super) fn evidence(directory: &Path) -> Result<Evidence> {
    let mut paths = Vec::new();
    find(directory, &mut paths)
        .map_err(|error| policy_file::unreadable(&directory.display().to_string(), &error))?;
    paths.sort();
    let mut reports = Vec::new();
    for path in paths {
        let (bytes, name) = policy_file::read(&path)?;
        let report = Report::parse(&text(bytes, &name)?).map_err(|error| {
            Failure::new(
                Exit::Data,
                format!("{name} is no report of the conformance kit: {error}"),
                "take it away, or make it anew with vifguard conformance run",
            )
        })?;
        reports.push((name, report));
    }
    if reports.is_empty() {
        return Err(Failure::new(
            Exit::NoInput,
            format!("there is no {REPORT} below {}", directory.display()),
            "make one with vifguard conformance run --driver DRIVER --report DIR",
        )
        .into());
    }
    Ok(Evidence(reports))
}

/// Links are not followed: a directory may be below itself by one.
fn find(directory: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            find(&entry.path(), paths)?;
        } else if entry.file_name() == REPORT {
            paths.push(entry.path());
        }
    }
    Ok(())
}
