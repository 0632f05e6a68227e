use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use vifguard_contract::{Cell, Level, Matrix, Proof, Row, matrix};

use super::{evidence, html, markdown, read};
use crate::cli::{MatrixArgs, MatrixFormat};
use crate::exit::Exit;
use crate::output::{Output, Report, Style, Table};

/// Drivers by features.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Shown {
    matrix: Matrix,
    #[serde(skip)]
    format: MatrixFormat,
}

pub(super) fn run(args: &MatrixArgs, output: &Output) -> Result<Exit> {
    let contract = read::contract(args.contract.file.as_deref())?;
    let release = read::known(&contract, args.release.unwrap_or(contract.next))?;
    let found = evidence::below(args.reports.as_deref())?;
    found.note(&contract, release, output);
    let evidence = args.reports.as_ref().map(|_| &found.evidence);
    Ok(output.show(&Shown {
        matrix: matrix(&contract, release, evidence),
        format: args.format,
    }))
}

/// What a driver has, and whether it is so.
pub(super) fn cell(cell: &Cell) -> String {
    let declared = cell.declared.name();
    match &cell.proof {
        None => declared.to_owned(),
        Some(Proof::Proven) => format!("{declared}, proven"),
        Some(Proof::Contradicted { .. }) => format!("{declared}, untrue"),
        Some(Proof::Unproven { .. }) => format!("{declared}, unproven"),
    }
}

/// How far it binds, and from when on it will.
pub(super) fn level(row: &Row) -> String {
    let level = row.level.map_or("later", Level::name);
    match row.required_from {
        Some(from) if row.level != Some(Level::Required) => {
            format!("{level}, required from {from}")
        }
        _ => level.to_owned(),
    }
}

/// The drivers that the release waits for, and the others.
pub(super) fn held(matrix: &Matrix) -> String {
    let names = |held: bool| -> Vec<&str> {
        let drivers = matrix.drivers.iter().filter(|driver| driver.held == held);
        drivers.map(|driver| driver.driver.as_str()).collect()
    };
    let (held, others) = (names(true), names(false));
    let list = |names: &[&str]| match names {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    };
    format!(
        "{} waits for {}, and not for {}",
        matrix.release,
        list(&held),
        list(&others)
    )
}

impl Report for Shown {
    fn text(&self, style: Style) -> String {
        match self.format {
            MatrixFormat::Text => text(&self.matrix, style),
            MatrixFormat::Markdown => markdown::page(&self.matrix),
            MatrixFormat::Html => html::page(&self.matrix),
            MatrixFormat::Json => {
                serde_json::to_string_pretty(&self.matrix).unwrap_or_default() + "\n"
            }
        }
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

fn text(matrix: &Matrix, style: Style) -> String {
    let drivers = matrix
        .drivers
        .iter()
        .map(|driver| driver.driver.to_uppercase());
    let columns: Vec<String> = ["FEATURE", "LEVEL"]
        .map(str::to_owned)
        .into_iter()
        .chain(drivers)
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&columns);
    for row in &matrix.features {
        let head = [row.feature.clone(), level(row)];
        table.row(head.into_iter().chain(row.cells.iter().map(cell)).collect());
    }
    for profile in &matrix.profiles {
        let head = [format!("all of {}", profile.profile), String::new()];
        let least = profile.least.iter().map(|grade| grade.name().to_owned());
        table.row(head.into_iter().chain(least).collect());
    }
    let mut text = table.text(style);
    let _ = writeln!(
        text,
        "{}; --format markdown says why where it is not full",
        held(matrix)
    );
    text
}
