use std::fmt::Write as _;

use vifguard_contract::{Matrix, Proof};

use super::answerable;
use super::matrix::{cell, held, level};

/// The matrix as Markdown: the table, then the sentences driver by driver.
pub(super) fn page(matrix: &Matrix) -> String {
    let mut text = format!("# Drivers by features, {}\n\n", matrix.release);
    let _ = writeln!(text, "{}. Digest {}.\n", held(matrix), matrix.digest);
    let drivers = matrix
        .drivers
        .iter()
        .map(|driver| format!("`{}`", driver.driver));
    let columns: Vec<String> = ["feature", "level"]
        .map(str::to_owned)
        .into_iter()
        .chain(drivers)
        .collect();
    line(&mut text, &columns);
    line(
        &mut text,
        &columns.iter().map(|_| "---".to_owned()).collect::<Vec<_>>(),
    );
    for row in &matrix.features {
        let head = [format!("`{}`", row.feature), level(row)];
        line(
            &mut text,
            &head
                .into_iter()
                .chain(row.cells.iter().map(cell))
                .collect::<Vec<_>>(),
        );
    }
    for profile in &matrix.profiles {
        let head = [format!("all of {}", profile.profile), String::new()];
        let least = profile.least.iter().map(|grade| grade.name().to_owned());
        line(
            &mut text,
            &head.into_iter().chain(least).collect::<Vec<_>>(),
        );
    }
    for (at, driver) in matrix.drivers.iter().enumerate() {
        let _ = writeln!(text, "\n## {}: {}\n", driver.driver, plain(&driver.about));
        let _ = writeln!(text, "{}\n", plain(&answerable(&driver.maintainers)));
        for row in &matrix.features {
            let said = &row.cells[at];
            let proof = match &said.proof {
                Some(Proof::Contradicted { why } | Proof::Unproven { why }) => Some(why),
                Some(Proof::Proven) | None => None,
            };
            let why: Vec<String> = said.why.iter().chain(proof).map(|why| plain(why)).collect();
            if !why.is_empty() {
                let _ = writeln!(
                    text,
                    "- `{}`, {}: {}",
                    row.feature,
                    cell(said),
                    why.join("; ")
                );
            }
        }
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// No bar ends a cell, and no angle begins a tag.
fn plain(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}
