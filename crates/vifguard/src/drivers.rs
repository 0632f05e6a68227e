//! The drivers that an operator can choose.

use clap::ValueEnum;
use vifguard_driver::{Driver, Null};
use vifguard_nft::Nft;
use vifguard_nwfilter::Nwfilter;

/// A driver by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriverName {
    /// nftables at netdev ingress.
    Nft,
    /// libvirt's network filters, on ports of a bridge.
    Nwfilter,
    /// Guards nothing, and says so.
    Null,
}

/// The driver of this name.
pub(crate) fn by_name(name: DriverName) -> Box<dyn Driver + Send> {
    match name {
        DriverName::Nft => Box::new(Nft::new()),
        DriverName::Nwfilter => Box::new(Nwfilter::default()),
        DriverName::Null => Box::new(Null),
    }
}

impl DriverName {
    /// The name itself.
    pub(crate) fn name(self) -> &'static str {
        by_name(self).name()
    }
}
