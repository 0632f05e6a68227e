use anyhow::Result;

use super::{change, evidence, read, release};
use crate::cli::ContractCheckArgs;
use crate::exit::Exit;
use crate::output::Output;

pub(super) fn run(args: &ContractCheckArgs, output: &Output) -> Result<Exit> {
    let file = args.contract.file.as_deref();
    let found = evidence::below(args.reports.as_deref())?;
    if let Some(base) = &args.gate.change {
        return Ok(output.show(&change::of(base, file, &found)?));
    }
    let contract = read::contract(file)?;
    let asked = args.gate.release.unwrap_or(contract.next);
    let asked = read::known(&contract, asked)?;
    Ok(output.show(&release::of(&contract, asked, &found)))
}
