//! Interfaces of ports that the driver cannot guard, all of them, before anything is changed. The driver
//! looks again when it binds to them: one may go in between.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;
use vifguard_driver::{BoundPort, Desired};
use vifguard_inventory::{Link, Links};

use crate::drivers::DriverName;
use crate::words::guards;

/// A port whose interface cannot be guarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unfit {
    /// The port.
    pub(crate) port: String,
    /// Its interface.
    pub(crate) device: String,
    /// The guards that it asks for.
    pub(crate) guards: Vec<&'static str>,
    /// The driver that cannot.
    pub(crate) driver: &'static str,
    /// What kind of reason.
    pub(crate) kind: Kind,
    /// Why.
    pub(crate) cause: String,
    #[serde(skip)]
    profile: String,
}

/// Why an interface cannot be guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// There is none, and no pattern guards it when it comes.
    Missing,
    /// The policy calls it by another of its names, and nothing is bound to those.
    OtherName,
    /// Its guest's frames do not come by where the driver judges.
    Bypass,
}

/// Finds them. What netdev ingress sees is what concerns the nft driver alone.
pub(crate) fn unfit(desired: &Desired, host: &Links, driver: DriverName) -> Vec<Unfit> {
    match driver {
        DriverName::Nft | DriverName::Nwfilter => {}
        // It guards nothing, wherever.
        DriverName::Null => return Vec::new(),
    }
    let own = host.links.iter().map(|link| (link.name.as_str(), link));
    let own: HashMap<&str, &Link> = own.collect();
    let other: HashMap<&str, &Link> = host
        .links
        .iter()
        .flat_map(|link| {
            link.other_names
                .iter()
                .map(move |name| (name.as_str(), link))
        })
        .collect();
    let find = |port: &BoundPort| {
        let device = port.device.as_str();
        let (kind, cause) = match (own.get(device), other.get(device)) {
            (Some(link), _) => (Kind::Bypass, bypassed(device, &link.bypass()?)),
            (None, Some(link)) => (Kind::OtherName, misnamed(device, &link.name)),
            (None, None) if desired.host.guards(device) => return None,
            (None, None) => (Kind::Missing, format!("there is no interface {device}")),
        };
        Some(Unfit {
            port: port.identity.port.clone(),
            device: device.to_owned(),
            guards: port
                .identity
                .guards
                .iter()
                .map(|guard| guard.name())
                .collect(),
            driver: driver.name(),
            kind,
            cause,
            profile: guards(port.identity.guards),
        })
    };
    desired.ports.iter().filter_map(find).collect()
}

fn bypassed(device: &str, why: &str) -> String {
    format!("netdev ingress of {device} cannot judge what its guest sends: {why}")
}

fn misnamed(device: &str, name: &str) -> String {
    format!("{device} is another name of the interface {name}, and guards are bound to the first")
}

impl Kind {
    /// What to do.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Kind::Missing => {
                "create it first, or list it or a pattern that covers it under \
                 host.guarded_interfaces, so that it is guarded from its first frame"
            }
            Kind::OtherName => "write the interface's own name",
            Kind::Bypass => "give the guest a tap or veth, in a bridge or routed",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unfit {
            port,
            cause,
            profile,
            ..
        } = self;
        write!(f, "port {port}: {cause} (guards: {profile})")
    }
}
