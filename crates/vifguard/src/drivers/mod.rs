//! The drivers that an operator can choose, and the choice where nobody did.

mod choose;
mod crew;
mod elsewhere;
mod foreign;
mod lab;
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use vifguard_driver::{Driver, Null};
use vifguard_external::External;
use vifguard_kit::Ground as Lab;
use vifguard_nft::Nft;
use vifguard_nwfilter::Nwfilter;
use vifguard_ovs::{LAST_FIRST_TABLE, Options, Ovs};
use vifguard_xapi::Xapi;

use crate::failure::Failure;

pub(crate) use choose::{Ground, choose};
pub(crate) use crew::{Crew, Member, Title};
pub(crate) use elsewhere::{Elsewhere, Others};
pub(crate) use program::check;

/// A driver by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum DriverName {
    /// For each port what its interface needs on this host.
    Auto,
    /// nftables at netdev ingress.
    Nft,
    /// OpenFlow in the bridges of Open vSwitch.
    Ovs,
    /// libvirt's network filters, on ports of a bridge (docs/libvirt.md).
    Nwfilter,
    /// The protection of VIFs that XenServer and XCP-ng have (docs/xapi.md).
    Xapi,
    /// A driver of somebody else's, by --program (docs/external-drivers.md).
    External,
    /// Guards nothing, and says so.
    Null,
}

/// Which mechanism, and how to reach it.
#[derive(Clone, Debug, Args)]
pub(crate) struct DriverArgs {
    /// The mechanism.
    #[arg(long, value_enum, default_value = "auto", value_name = "DRIVER")]
    pub(crate) driver: DriverName,
    /// The program that is the driver, for --driver external.
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
    /// Open vSwitch's database (unix:PATH, tcp:…); by default where its own programs look (OVS_RUNDIR).
    #[arg(long, value_name = "DATABASE", help_heading = "Open vSwitch")]
    pub(crate) ovsdb: Option<String>,
    /// The first of the 26 tables of OpenFlow that hold the guards.
    #[arg(
        long,
        value_name = "TABLE",
        default_value_t = 200,
        help_heading = "Open vSwitch"
    )]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=i64::from(LAST_FIRST_TABLE)))]
    pub(crate) ovs_first_table: u8,
    /// The table in which the operator's own pipeline begins: what passes goes on there.
    #[arg(
        long,
        value_name = "TABLE",
        default_value_t = 0,
        help_heading = "Open vSwitch"
    )]
    pub(crate) ovs_next_table: u8,
}

/// What nobody else may keep while a driver keeps it.
pub(crate) enum Territory {
    /// Nothing: it guards nothing.
    Nothing,
    /// The host: drivers of ours know of each other.
    Host,
    /// What this program guards, whatever that is.
    Own(PathBuf),
}

impl DriverArgs {
    /// What the driver keeps.
    pub(crate) fn territory(&self) -> Territory {
        match self.driver {
            DriverName::Null => Territory::Nothing,
            DriverName::External => {
                let program = self.program.as_deref().unwrap_or(Path::new(""));
                let program = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
                Territory::Own(program)
            }
            DriverName::Auto
            | DriverName::Nft
            | DriverName::Ovs
            | DriverName::Nwfilter
            | DriverName::Xapi => Territory::Host,
        }
    }

    /// What the driver of a bridge is told.
    fn bridge(&self, bridge: &str) -> Options {
        Options {
            ovsdb: self.ovsdb.clone(),
            rundir: self.ovsdb.as_deref().and_then(rundir_of),
            bridge: bridge.to_owned(),
            first_table: self.ovs_first_table,
            operator_table: self.ovs_next_table,
            ..Options::default()
        }
    }
}

/// Where the sockets of bridges are, if the database is one of this host's: beside it.
fn rundir_of(database: &str) -> Option<std::path::PathBuf> {
    let socket = database.strip_prefix("unix:")?;
    std::path::Path::new(socket).parent().map(ToOwned::to_owned)
}

impl DriverName {
    /// Is it the name of one of ours?
    pub(crate) fn is_one(name: &str) -> bool {
        DriverName::from_str(name, true).is_ok()
    }

    /// The name itself.
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

/// The driver that is asked first, whatever the policy says.
pub(crate) fn first(name: DriverName) -> Member {
    member(by_name(name, None))
}

/// The driver that is asked first, by what the operator said of it.
pub(crate) fn first_of(args: &DriverArgs) -> Member {
    member(by_name(args.driver, args.program.as_deref()))
}

fn member(driver: Box<dyn Driver + Send>) -> Member {
    let title = Title {
        driver: driver.name(),
        bridge: None,
    };
    Member::new(title, driver)
}

/// The lab of a driver, for the conformance kit.
pub(crate) fn lab_of(name: DriverName, program: Option<&Path>) -> Result<Lab, Failure> {
    self::program::check(name, program)?;
    match (name, program) {
        (DriverName::External, Some(program)) => Ok(foreign::ground(program)),
        _ => lab::ground(name),
    }
}

/// A driver that needs no more than its name, or its program; the one in charge of a whole host if none is
/// named. Whether there is a program was [checked](check).
pub(crate) fn by_name(name: DriverName, program: Option<&Path>) -> Box<dyn Driver + Send> {
    match name {
        DriverName::Auto | DriverName::Nft => Box::new(Nft::new()),
        DriverName::Ovs => Box::new(Ovs::new(Options::default())),
        DriverName::Nwfilter => Box::new(Nwfilter::default()),
        DriverName::Xapi => Box::new(Xapi::from_env()),
        DriverName::External => {
            let program = program.unwrap_or(Path::new(""));
            Box::new(External::new(vifguard_external::Options::of(program)))
        }
        DriverName::Null => Box::new(Null),
    }
}
