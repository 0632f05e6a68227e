//! `vifguard conformance run` without the rest of vifguard, so that it is built anew in seconds when a driver
//! changes: the same kit, the same labs, the same contract. It lacks `resident`, for which the program itself is
//! killed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use vifguard_corpus::Corpus;
use vifguard_driver::Feature;
use vifguard_kit::{Asked, Report, Silent, Terms};

mod exit {
    /// How the whole program would end.
    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Exit {
        Privilege,
        Usage,
        Unavailable,
        Software,
    }
}

mod failure {
    use super::exit::Exit;

    /// Why there is no lab, and what to do.
    #[derive(Debug)]
    pub(crate) struct Failure(Exit, String, String);

    impl Failure {
        pub(crate) fn new(
            exit: Exit,
            what: impl Into<String>,
            advice: impl Into<String>,
        ) -> Failure {
            Failure(exit, what.into(), advice.into())
        }
    }

    impl std::fmt::Display for Failure {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let Failure(exit, what, advice) = self;
            write!(f, "{what} ({exit:?}); {advice}")
        }
    }

    impl std::error::Error for Failure {}
}

#[path = "../../vifguard/src/drivers/lab.rs"]
mod lab;
#[path = "../../vifguard/src/commands/conformance/terms.rs"]
mod terms;

/// A driver by its name, as the whole program has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriverName {
    Auto,
    Nft,
    Ovs,
    Nwfilter,
    Xapi,
    External,
    Null,
}

impl DriverName {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            DriverName::Auto => "auto",
            DriverName::Nft => "nft",
            DriverName::Ovs => "ovs",
            DriverName::Nwfilter => "nwfilter",
            DriverName::Xapi => "xapi",
            DriverName::External => "external",
            DriverName::Null => "null",
        }
    }
}

#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long, value_enum)]
    driver: DriverName,
    #[arg(long)]
    feature: Vec<String>,
    #[arg(long)]
    report: PathBuf,
    #[arg(long)]
    whole: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let named = |name: &String| Feature::named(name).with_context(|| name.clone());
    let features = arguments
        .feature
        .iter()
        .map(named)
        .collect::<Result<BTreeSet<_>>>()?;
    if features.contains(&Feature::Resident) {
        bail!("resident needs the whole program: vifguard conformance run");
    }
    let contract = terms::contract()?;
    let profile = "baseline".to_owned();
    let held = contract
        .profile(&profile)
        .context("the contract has no baseline")?;
    let asked = Asked {
        features,
        profile,
        held,
        named: true,
        strictly: false,
    };
    let corpus = Corpus::embedded()?;
    let mut ground = lab::ground(arguments.driver)?;
    if arguments.whole {
        ground.effort.policies = None;
    }
    let run = vifguard_kit::run(&mut ground, corpus, &contract, &asked, &mut Silent);
    // A kit that could not do its work must not end as one that found something.
    let run = match run {
        Ok(run) => run,
        Err(error) => {
            eprintln!("{:?}", anyhow::Error::from(error));
            return Ok(ExitCode::from(70));
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    let report = Report::of(&run, &ground, corpus, &contract, &asked, version);
    report.write(&arguments.report)?;
    println!("{}", report.outcome);
    Ok(match report.outcome {
        "holds" => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
