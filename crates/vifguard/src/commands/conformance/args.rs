//! The arguments of `vifguard conformance`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use vifguard_driver::Feature;

use crate::drivers::DriverName;

#[derive(Debug, Args)]
pub(crate) struct ConformanceArgs {
    #[command(subcommand)]
    pub(super) what: What,
}

/// What the kit is to do.
#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Judge a driver: every case, every property, against what it declares.
    ///
    /// Or, with --external, something that is no driver, by the contract and by the wire alone.
    ///
    /// Ends with 1 if a feature that the driver declares is contradicted, or could not be tried; if nothing of
    /// what was asked for is there (the features that were named, else the profile baseline); and, with
    /// --profile, unless every feature of that profile is there at least in part.
    #[command(after_help = "Examples:\n  \
        vifguard conformance run --driver nft --report report\n  \
        vifguard conformance run --driver ovs --profile baseline --report report\n  \
        vifguard conformance run --driver nft --feature arp --feature atomic\n  \
        vifguard conformance run --external ./my-switch --report report")]
    Run(RunArgs),
    /// List the cases of the corpus, and what each shows. Needs no rights.
    #[command(after_help = "Examples:\n  vifguard conformance list\n  \
        vifguard conformance list --feature nd --json")]
    List(ListArgs),
    /// Send one case alone, show what became of it, and capture it.
    ///
    /// Ends with 1 unless the frame met the fate that the contract wants.
    #[command(
        after_help = "Example:\n  vifguard conformance case arp-probe-for-the-neighbour \
        --driver nft --choice strict --pcap it.pcapng"
    )]
    Case(CaseArgs),
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) subject: SubjectArgs,
    /// The profile of the contract whose every feature has to be there.
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: Option<String>,
    /// Judge only this feature; may be given several times. By default all are judged.
    #[arg(long, value_name = "FEATURE", value_parser = features())]
    pub(super) feature: Vec<String>,
    /// Write report.json, junit.xml and index.html there.
    #[arg(long, value_name = "DIR")]
    pub(super) report: Option<PathBuf>,
    /// Take every policy of the corpus, where a driver needs seconds for each.
    #[arg(long)]
    pub(super) whole: bool,
}

/// Who is judged.
#[derive(Debug, Args)]
pub(super) struct SubjectArgs {
    /// The driver.
    #[arg(
        long,
        value_enum,
        value_name = "DRIVER",
        required_unless_present = "external"
    )]
    pub(super) driver: Option<DriverName>,
    /// Something that is no driver of vifguard's: an executable that sets up a switch and guards its ports
    /// (docs/conformance-hooks.md). What comes out on the wire is all that is judged.
    #[arg(long, value_name = "HOOK", conflicts_with = "driver")]
    pub(super) external: Option<PathBuf>,
    /// How long each call of the hook may take; by default a minute.
    #[arg(long, value_name = "SECONDS", conflicts_with = "driver")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) patience: Option<u64>,
    /// The program that is the driver, for --driver external.
    #[arg(long, value_name = "PATH", conflicts_with = "external")]
    pub(super) program: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only cases that show this feature.
    #[arg(long, value_name = "FEATURE", value_parser = features())]
    pub(super) feature: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CaseArgs {
    /// The case.
    pub(super) name: String,
    #[command(flatten)]
    pub(super) subject: SubjectArgs,
    /// The guards that are on, as the report and the list name them; by default the profile strict.
    #[arg(long, value_name = "CHOICE")]
    pub(super) choice: Option<String>,
    /// Where the interface is, as the report names it, if the driver works in several kinds of places.
    #[arg(long, value_name = "PLACE", conflicts_with = "external")]
    pub(super) place: Option<String>,
    /// Send it in audit mode, where it must pass and be counted as what would have become of it.
    #[arg(long, conflicts_with = "external")]
    pub(super) audit: bool,
    /// Write what was sent and what came through there, as two interfaces of one pcapng.
    #[arg(long, value_name = "FILE")]
    pub(super) pcap: Option<PathBuf>,
}

fn features() -> PossibleValuesParser {
    PossibleValuesParser::new(Feature::all().map(Feature::name))
}
