//! The drivers that an operator can choose, and the choice where nobody did.

mod choose;
mod crew;
pub(crate) mod lab;

use clap::{Args, ValueEnum};
use vifguard_driver::{Driver, Null};
use vifguard_nft::Nft;
use vifguard_nwfilter::Nwfilter;
use vifguard_ovs::{LAST_FIRST_TABLE, Options, Ovs};
use vifguard_xapi::Xapi;

pub(crate) use choose::{Ground, choose};
pub(crate) use crew::{Crew, Member, Title};

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
    /// Guards nothing, and says so.
    Null,
}

/// Which mechanism, and how to reach it.
#[derive(Clone, Debug, Args)]
pub(crate) struct DriverArgs {
    /// The mechanism.
    #[arg(long, value_enum, default_value = "auto", value_name = "DRIVER")]
    pub(crate) driver: DriverName,
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

impl DriverArgs {
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
    /// The name itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            DriverName::Auto => "auto",
            DriverName::Nft => "nft",
            DriverName::Ovs => "ovs",
            DriverName::Nwfilter => "nwfilter",
            DriverName::Xapi => "xapi",
            DriverName::Null => "null",
        }
    }
}

/// The driver that is asked first, whatever the policy says.
pub(crate) fn first(name: DriverName) -> Member {
    let driver = by_name(name);
    let title = Title {
        driver: driver.name(),
        bridge: None,
    };
    Member::new(title, driver)
}

/// A driver that needs no more than its name; the one in charge of a whole host if none is named.
pub(crate) fn by_name(name: DriverName) -> Box<dyn Driver + Send> {
    match name {
        DriverName::Auto | DriverName::Nft => Box::new(Nft::new()),
        DriverName::Ovs => Box::new(Ovs::new(Options::default())),
        DriverName::Nwfilter => Box::new(Nwfilter::default()),
        DriverName::Xapi => Box::new(Xapi::from_env()),
        DriverName::Null => Box::new(Null),
    }
}
