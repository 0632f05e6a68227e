use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use vifguard_contract::{Contract, Faults, Release};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_file;
use crate::words::count;

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
