//! What is to be set on each port's VIF: a pure function of the state and of what the pool holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_driver::{BoundPort, Desired, Error, Result};
use vifguard_policy::Mode as Enforcement;
use vifguard_policy::{Guard, GuardSet, Identity, LinkLocalRule, MacAddr};

use crate::held::{Claim, Held, Seat};
use crate::mark::{Mode, Note};

/// Whether a locked VIF is asked for these or not, it is asked for all of them.
const LOCKED: [Guard; 6] = [
    Guard::Mac,
    Guard::Arp,
    Guard::Ipv4,
    Guard::Nd,
    Guard::Ipv6,
    Guard::L2,
];

/// What is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By the name of the interface.
    pub vifs: BTreeMap<String, Wanted>,
}

/// What a VIF is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What is written beside it.
    pub note: Note,
    /// The VIF in words.
    pub vif: String,
}

impl Plan {
    /// The plan.
    ///
    /// # Errors
    ///
    /// The first port whose VIF is not here, is somebody else's, or cannot be set as the port asks.
    pub fn of(desired: &Desired, held: &Held) -> Result<Plan> {
        let mut plan = Plan::default();
        for port in &desired.ports {
            let seat = seat(port, held)?;
            let note = note(port, seat, held)?;
            let wanted = Wanted {
                vif: seat.describe(),
                note,
            };
            if let Some(other) = plan.vifs.insert(port.device.to_string(), wanted) {
                let cause = format!("port {} has {} too", other.note.port, port.device);
                return refuse(&port.identity, cause, "give each port a VIF of its own");
            }
        }
        Ok(plan)
    }
}

/// The port's VIF, if it may be changed.
fn seat<'h>(port: &BoundPort, held: &'h Held) -> Result<&'h Seat> {
    let (identity, device) = (&port.identity, port.device.as_str());
    let Some(seat) = held.here.get(device) else {
        let cause = format!("no guest on this host has a VIF behind {device}");
        let there: Vec<&str> = held.here.keys().map(String::as_str).collect();
        let remedy = format!(
            "the driver xapi guards interfaces that XAPI names vifDOMAIN.NUMBER; here are: {}",
            if there.is_empty() {
                "none".to_owned()
            } else {
                there.join(" ")
            }
        );
        return refuse(identity, cause, &remedy);
    };
    let uuid = &seat.vif.uuid;
    let mode = &seat.vif.locking_mode;
    match &seat.claim {
        Claim::Free | Claim::Ours(..) | Claim::CutShort(_) => Ok(seat),
        Claim::Foreign | Claim::Taken(_) => {
            let cause = format!(
                "somebody else set locking_mode of {} to {mode}",
                seat.describe()
            );
            let remedy = format!(
                "whoever did may give it free (xe vif-param-set uuid={uuid} \
                 locking-mode=network_default); vifguard changes no mode that it did not set"
            );
            refuse(identity, cause, &remedy)
        }
        Claim::Unreadable => {
            let cause = format!(
                "{} carries marks that this release of vifguard cannot read",
                seat.describe()
            );
            let remedy = "release it with the release that wrote them, or remove vifguard-before \
                          and vifguard-port from its other-config once its mode is as you want it";
            refuse(identity, cause, remedy)
        }
    }
}

/// What the port asks for, if XAPI can be told.
fn note(port: &BoundPort, seat: &Seat, held: &Held) -> Result<Note> {
    let identity = &port.identity;
    if identity.mode == Enforcement::Audit {
        let cause = "it is in audit mode, and XAPI has no mode that passes and counts".to_owned();
        let remedy = "leave mode out, or use another driver for this port";
        return refuse(identity, cause, remedy);
    }
    let guards = identity.guards;
    if guards == GuardSet::NONE {
        let none = (BTreeSet::new(), BTreeSet::new());
        let (port, host) = (&identity.port, &held.host);
        return Ok(Note::new(port, host, guards, Mode::Unlocked, none));
    }
    expressible(identity)?;
    own_mac(identity, seat)?;
    let addresses = (addresses_v4(identity)?, addresses_v6(identity)?);
    let (port, host) = (&identity.port, &held.host);
    Ok(Note::new(port, host, guards, Mode::Locked, addresses))
}

/// A locked VIF is asked for everything; single guards cannot be off.
fn expressible(identity: &Identity) -> Result<()> {
    let off = LOCKED
        .into_iter()
        .chain([Guard::Router])
        .find(|guard| !identity.guards.has(*guard));
    if let Some(guard) = off {
        let cause = format!(
            "its guard {guard} is off, and a locked VIF is held to all of them but dhcp-server"
        );
        let remedy = "use the profile strict or open, or another driver for this port";
        return refuse(identity, cause, remedy);
    }
    if let LinkLocalRule::AnyBut(_) = identity.link_local {
        let cause = "its link_local is any, and XAPI lists single addresses".to_owned();
        let remedy = "list the guest's link-local address, or use another driver for this port";
        return refuse(identity, cause, remedy);
    }
    if let Some(kind) = identity.ethertypes.first() {
        let cause = format!("it may send EtherType {kind:#06x}, and a locked VIF may not");
        let remedy = "leave ethertypes out, or use another driver for this port";
        return refuse(identity, cause, remedy);
    }
    Ok(())
}

/// A locked VIF has one MAC: the one that XAPI gave it.
fn own_mac(identity: &Identity, seat: &Seat) -> Result<()> {
    let own = seat.vif.mac.parse::<MacAddr>().ok();
    let is_own = |mac: &MacAddr| Some(*mac) == own;
    if let Some(other) = identity.macs.iter().find(|mac| !is_own(mac)) {
        let cause = format!(
            "{other} is a MAC of it, and {} has {} and no other",
            seat.describe(),
            seat.vif.mac
        );
        let remedy = if identity.macs.iter().any(is_own) {
            "leave extra_macs out, or use another driver for this port"
        } else {
            "write the VIF's MAC into the policy"
        };
        return refuse(identity, cause, remedy);
    }
    Ok(())
}

fn addresses_v4(identity: &Identity) -> Result<BTreeSet<Ipv4Addr>> {
    let single = identity.v4.iter().map(|net| match net.prefix_len() {
        32 => Ok(net.addr()),
        _ => prefix(identity, net),
    });
    single.collect()
}

fn addresses_v6(identity: &Identity) -> Result<BTreeSet<Ipv6Addr>> {
    let single = identity.v6.iter().map(|net| match net.prefix_len() {
        128 => Ok(net.addr()),
        _ => prefix(identity, net),
    });
    single.collect()
}

fn prefix<T>(identity: &Identity, net: impl fmt::Display) -> Result<T> {
    let cause = format!("{net} is a prefix, and XAPI lists single addresses");
    let remedy = "list the addresses that the guest uses, or use another driver for this port";
    refuse(identity, cause, remedy)
}

fn refuse<T>(identity: &Identity, cause: String, remedy: &str) -> Result<T> {
    Err(Error::Port {
        port: identity.port.clone(),
        cause,
        remedy: remedy.to_owned(),
    })
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (device, Wanted { note, vif }) in &self.vifs {
            writeln!(f, "port {} on {device}, {vif}", note.port)?;
            writeln!(f, "  locking_mode {}", note.mode.locking_mode())?;
            writeln!(f, "  ipv4_allowed {}", list(&note.v4))?;
            writeln!(f, "  ipv6_allowed {}", list(&note.v6))?;
        }
        Ok(())
    }
}

pub(crate) fn list<T: ToString>(addresses: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = addresses.into_iter().map(|a| a.to_string()).collect();
    if all.is_empty() {
        return "none".to_owned();
    }
    all.join(" ")
}
