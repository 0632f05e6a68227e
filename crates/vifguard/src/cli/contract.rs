//! The arguments of `vifguard contract`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use vifguard_contract::Release;

#[derive(Debug, Args)]
pub(crate) struct ContractArgs {
    #[command(subcommand)]
    pub(crate) what: ContractWhat,
}

/// What to do with the contract.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractWhat {
    /// Show drivers by features: what each declares, how far each feature binds, and from when on.
    ///
    /// With --reports also whether it is so.
    #[command(after_help = "Examples:\n  vifguard contract matrix\n  \
        vifguard contract matrix --release 0.3.0 --reports reports\n  \
        vifguard contract matrix --format html > matrix.html")]
    Matrix(MatrixArgs),
    /// Ask whether a release may go out, or a change of the contract be merged.
    ///
    /// A release waits for every driver that is held by then: for what is required and is not there, and for
    /// each claim that no report proves. Reports are what vifguard conformance run --report leaves behind; they
    /// count if they were made by the vifguard of that release or, until it is out, by this one.
    ///
    /// A change may add what it likes as advisory or optional. It may not make a feature required in less than
    /// two releases, change a promise under the same id, or take from a driver or a profile what it had. Ends
    /// with 1 if anything stands against it, and if nothing was asked since nobody is held.
    #[command(
        after_help = "Examples:\n  vifguard contract check --release 0.1.0 --reports reports\n  \
        vifguard contract check --change origin/main"
    )]
    Check(ContractCheckArgs),
    /// Show what each driver still owes by a release, and who answers for it.
    ///
    /// With --reports also what it claims and nobody has shown.
    #[command(after_help = "Example:\n  vifguard contract plan --release 0.3.0")]
    Plan(ContractPlanArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ContractFile {
    /// Another contract than the one that was built in; - for standard input.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct MatrixArgs {
    #[command(flatten)]
    pub(crate) contract: ContractFile,
    /// The release; by default the one in the making.
    #[arg(long, value_name = "RELEASE", value_parser = release)]
    pub(crate) release: Option<Release>,
    /// A directory with reports of the conformance kit, or of directories with them; links are followed.
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    pub(crate) format: MatrixFormat,
}

/// A form of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For a terminal.
    Text,
    /// Markdown, with the sentences below.
    Markdown,
    /// A page for itself.
    Html,
    /// What --json has under "result".
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ContractCheckArgs {
    #[command(flatten)]
    pub(crate) contract: ContractFile,
    #[command(flatten)]
    pub(crate) gate: Gate,
    /// A directory with reports of the conformance kit, or of directories with them; links are followed.
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Gate {
    /// Whether this release may go out.
    #[arg(long, value_name = "RELEASE", value_parser = release)]
    pub(crate) release: Option<Release>,
    /// Whether the contract may be changed from BASE.
    ///
    /// BASE is a revision of the git repository here: the contract in the working tree
    /// (contract/contract.toml, or --file) is compared with the same file of that revision. Or it is a file
    /// with the older contract: a word is a file only if it begins with ./, ../ or /, or ends in .toml. The
    /// contract that was built in, or --file, is compared with that.
    #[arg(long, value_name = "BASE")]
    pub(crate) change: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ContractPlanArgs {
    #[command(flatten)]
    pub(crate) contract: ContractFile,
    /// The release by which it is owed.
    #[arg(long, value_name = "RELEASE", value_parser = release)]
    pub(crate) release: Release,
    /// A directory with reports of the conformance kit, or of directories with them; links are followed.
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: Option<PathBuf>,
}

fn release(text: &str) -> Result<Release, &'static str> {
    text.parse()
        .map_err(|()| "a release is three numbers, as in 0.1.0")
}
