//! `vifguard contract`

mod base;
mod change;
mod check;
mod evidence;
mod git;
mod html;
mod markdown;
mod matrix;
mod plan;
mod read;
mod release;
mod trial;

use anyhow::Result;

use crate::cli::{ContractArgs, ContractWhat};
use crate::exit::Exit;
use crate::output::Output;

pub(super) fn run(args: &ContractArgs, output: &Output) -> Result<Exit> {
    match &args.what {
        ContractWhat::Matrix(args) => matrix::run(args, output),
        ContractWhat::Check(args) => check::run(args, output),
        ContractWhat::Plan(args) => plan::run(args, output),
    }
}

/// Roles with their addresses, in a line.
fn answerable(maintainers: &[vifguard_contract::Maintainer]) -> String {
    let each = maintainers.iter();
    let each = each.map(|maintainer| format!("{} <{}>", maintainer.name, maintainer.contact));
    each.collect::<Vec<_>>().join(", ")
}
