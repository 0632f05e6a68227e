use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use vifguard_contract::{
    Contract, Evidence, Lack, Lacking, Objection, Release, change_gate, release_gate, remarks,
};

use super::{answerable, base, read};
use crate::cli::ContractCheckArgs;
use crate::exit::Exit;
use crate::output::{Output, Report, Style};
use crate::words::count;

/// Whether a release may go out.
#[derive(Debug, Serialize)]
struct Released {
    release: Release,
    /// The digest that reports have to name.
    digest: String,
    /// The drivers that it waits for.
    held: Vec<String>,
    /// How many reports were read.
    reports: usize,
    lacks: Vec<Lack>,
}

/// Whether a change may be merged.
#[derive(Debug, Serialize)]
struct Changed {
    base: String,
    objections: Vec<Objection>,
    /// What nobody objects to.
    remarks: Vec<String>,
}

pub(super) fn run(args: &ContractCheckArgs, output: &Output) -> Result<Exit> {
    let file = args.contract.file.as_deref();
    let contract = read::contract(file)?;
    let evidence = match &args.reports {
        Some(directory) => read::evidence(directory)?,
        None => Evidence::default(),
    };
    if let Some(base) = &args.gate.change {
        let old = base::contract(base, file)?;
        return Ok(output.show(&Changed {
            base: base.clone(),
            objections: change_gate(&old, &contract, &evidence),
            remarks: remarks(&old, &contract),
        }));
    }
    let release = read::known(&contract, args.gate.release.unwrap_or(contract.next))?;
    Ok(output.show(&released(&contract, release, &evidence)))
}

fn released(contract: &Contract, release: Release, evidence: &Evidence) -> Released {
    let held = contract
        .drivers
        .iter()
        .filter(|driver| driver.is_held_at(release));
    Released {
        release,
        digest: contract.digest(),
        held: held.map(|driver| driver.name.clone()).collect(),
        reports: evidence.0.len(),
        lacks: release_gate(contract, release, evidence),
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
        text += "to prove what is claimed, as root:\n";
        for driver in drivers {
            let _ = writeln!(
                text,
                "  vifguard conformance run --driver {driver} --report reports/{driver}"
            );
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
        if lacks.is_empty() {
            return format!(
                "ok: {release} may go out; {} held ({}), every claim proven by {}\n",
                count(self.held.len(), "driver"),
                self.held.join(", "),
                count(self.reports, "report")
            );
        }
        let mut text = String::new();
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
        Exit::ok_if(self.lacks.is_empty())
    }
}

impl Report for Changed {
    fn text(&self, style: Style) -> String {
        let mut text: String = self
            .remarks
            .iter()
            .map(|remark| format!("{remark}\n"))
            .collect();
        for Objection {
            rule,
            object,
            why,
            instead,
        } in &self.objections
        {
            let rule = style.alarm(rule.name());
            let _ = writeln!(text, "{rule}: {object}: {why}\n  instead: {instead}");
        }
        let _ = match self.objections.len() {
            0 => writeln!(
                text,
                "ok: nothing stands against the change from {}",
                self.base
            ),
            many => writeln!(
                text,
                "{} against the change from {}; docs/contract.md has the rules",
                count(many, "objection"),
                self.base
            ),
        };
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.objections.is_empty())
    }
}
