//! `vifguard demo`

use anyhow::Result;
use serde::Serialize;
use vifguard_demo::{Error, Kind, Options, Row};

use crate::cli::DemoArgs;
use crate::drivers;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style};

/// What the demo showed.
#[derive(Debug, Serialize)]
struct Shown {
    driver: String,
    rows: Vec<ShownRow>,
    seconds: f64,
    #[serde(skip)]
    last_line: String,
    #[serde(skip)]
    ok: bool,
}

#[derive(Debug, Serialize)]
struct ShownRow {
    /// `attack` or `good`.
    kind: &'static str,
    name: String,
    what: String,
    without: String,
    with: String,
    ok: bool,
}

pub(super) fn run(args: &DemoArgs, output: &Output) -> Result<Exit> {
    drivers::check(args.driver, args.program.as_deref())?;
    let mut driver = drivers::by_name(args.driver, args.program.as_deref());
    let options = Options {
        only: args.only.clone(),
    };
    let mut kind = None;
    let mut progress = |row: &Row| {
        if kind.replace(row.kind) != Some(row.kind) {
            output.progress(&format!("\n{}\n", Row::heading(row.kind)));
        }
        output.progress(&format!("{row}\n"));
    };
    let report = vifguard_demo::run(&options, driver.as_mut(), &mut progress).map_err(explained)?;
    let text = report.to_string();
    Ok(output.show(&Shown {
        driver: report.driver.clone(),
        rows: report.rows.iter().map(ShownRow::of).collect(),
        seconds: report.took.as_secs_f64(),
        last_line: text.lines().last().unwrap_or_default().to_owned(),
        ok: report.ok(),
    }))
}

/// The demo's errors with what to do.
fn explained(error: Error) -> anyhow::Error {
    let (exit, advice) = match &error {
        Error::Lab(vifguard_lab::Error::Missing(_)) => {
            (Exit::Privilege, "run it as root; nothing was changed")
        }
        Error::MissingProgram { .. } => (
            Exit::Unavailable,
            "apt-get install dnsmasq-base busybox, or cargo xtask demo, which sees to it",
        ),
        Error::NoSuchRow(_) => (Exit::No, "nothing was done"),
        Error::Driver(_) => return error.into(),
        Error::Lab(_) | Error::Policy(_) | Error::Step { .. } | Error::Baseline(_) => (
            Exit::Software,
            "nothing outside the demo's own namespaces was touched; please report it",
        ),
    };
    Failure::new(exit, error.to_string(), advice).into()
}

impl ShownRow {
    fn of(row: &Row) -> ShownRow {
        ShownRow {
            kind: match row.kind {
                Kind::Attack => "attack",
                Kind::Good => "good",
            },
            name: row.name.clone(),
            what: row.what.clone(),
            without: row.without.clone(),
            with: row.with.clone(),
            ok: row.ok,
        }
    }
}

impl Report for Shown {
    /// The rows were shown as they came.
    fn text(&self, _: Style) -> String {
        format!("\n{}\n", self.last_line)
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.ok)
    }
}
