use std::fmt::Write as _;

use vifguard_contract::{Cell, Matrix, Proof};

use super::answerable;
use super::matrix::{cell, held, level};

/// Readable without any other file, in light and in dark.
const STYLE: &str = "\
:root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 2rem; }
table { border-collapse: collapse; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid #8884; }
td.full { background: #2a93; } td.partial { background: #ca23; } td.none { background: #8882; }
td.untrue { background: #c225; font-weight: bold; }
td[title] { cursor: help; text-decoration: underline dotted; }";

/// The matrix as a page for itself; the sentences show where the pointer rests.
pub(super) fn page(matrix: &Matrix) -> String {
    let title = format!("Drivers by features, {}", matrix.release);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>\n{STYLE}\n</style>\n<h1>{title}</h1>\n<p>{}. Digest {}.</p>\n<table>\n",
        escaped(&held(matrix)),
        escaped(&matrix.digest)
    );
    text += "<tr><th>feature</th><th>level</th>";
    for driver in &matrix.drivers {
        let about = format!("{}; {}", driver.about, answerable(&driver.maintainers));
        let (about, name) = (escaped(&about), escaped(&driver.driver));
        let _ = write!(text, "<th title=\"{about}\">{name}</th>");
    }
    text += "</tr>\n";
    for row in &matrix.features {
        let (promise, feature) = (escaped(&row.promise), escaped(&row.feature));
        let _ = write!(
            text,
            "<tr><td title=\"{promise}\">{feature}</td><td>{}</td>",
            escaped(&level(row))
        );
        row.cells.iter().for_each(|cell| text += &column(cell));
        text += "</tr>\n";
    }
    for profile in &matrix.profiles {
        let features = escaped(&profile.features.join(", "));
        let name = escaped(&profile.profile);
        let _ = write!(
            text,
            "<tr><td title=\"{features}\">all of {name}</td><td></td>"
        );
        for grade in &profile.least {
            let _ = write!(text, "<td class=\"{0}\">{0}</td>", grade.name());
        }
        text += "</tr>\n";
    }
    text + "</table>\n</html>\n"
}

fn column(said: &Cell) -> String {
    let proof = match &said.proof {
        Some(Proof::Contradicted { why } | Proof::Unproven { why }) => Some(why),
        Some(Proof::Proven) | None => None,
    };
    let class = match &said.proof {
        Some(Proof::Contradicted { .. }) => "untrue",
        _ => said.declared.name(),
    };
    let why: Vec<&str> = said.why.iter().chain(proof).map(String::as_str).collect();
    let title = match why.is_empty() {
        true => String::new(),
        false => format!(" title=\"{}\"", escaped(&why.join("; "))),
    };
    format!("<td class=\"{class}\"{title}>{}</td>", escaped(&cell(said)))
}

fn escaped(text: &str) -> String {
    let marks = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
    ];
    marks.iter().fold(text.to_owned(), |text, (mark, spelled)| {
        text.replace(mark, spelled)
    })
}
