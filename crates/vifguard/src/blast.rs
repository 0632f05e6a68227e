//! Whom a policy would cut off, found before anything is programmed.
//!
//! Two kinds. Interfaces that **fall silent** are guarded by a pattern, in use, and without a port: the
//! operator may well mean it, and says so with `--yes`. What carries the **host itself** is never
//! guarded: `lo`, the interface of a default route, the uplink of a bridge, and whatever these stand on.
//!
//! **What a default route is.** Any route to everything or to half of it, in any table: a rule may lead
//! there, a VRF has one of its own, and VPNs lay two halves over the route that they spare. Nobody can
//! see from here which of them the operator's own session takes.
//!
//! **What an uplink is.** A member of a bridge (Linux's or Open vSwitch's) that is no guest's end: not
//! a tap, veth, netkit or dummy, nor the back end of a Xen VIF. That is hardware, and every kind not
//! known to be a guest's (bond, vlan, vxlan, …): where the kernel does not tell, the host wins. A tap
//! or veth that serves as an uplink cannot be told from a guest's; without a port it is at least
//! among those that fall silent.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::Serialize;
use vifguard_driver::{Desired, State};
use vifguard_policy::{DevicePattern, Unknown};

use vifguard_inventory::vifs::ovs::{Bridge, Switch};
use vifguard_inventory::{Link, Links};

/// Kinds of interfaces whose other end is a guest's, or nobody's.
const GUEST_KINDS: [&str; 4] = ["tun", "veth", "netkit", "dummy"];
/// The bus on which a Xen host finds the back ends of its guests' VIFs.
const XEN_BACK_END: &str = "xen-backend";
/// Kinds that join interfaces into one segment.
const BRIDGE_KINDS: [&str; 2] = ["bridge", "openvswitch"];
/// Its members are routed by a table of its own, whose routes are looked at themselves.
const VRF_KIND: &str = "vrf";

/// What a policy would do to this host besides guarding ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Radius {
    /// What must not be: no option overrides these.
    pub(crate) refused: Vec<Refused>,
    /// Interfaces that nothing would come from any more.
    pub(crate) silent: Vec<Silent>,
}

/// A guard on what carries the host itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    /// The interface.
    pub(crate) device: String,
    /// The pattern or port that asks for it.
    pub(crate) asked_by: String,
    /// Why it must not be guarded.
    pub(crate) because: String,
}

/// An interface in use, guarded by a pattern and without a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Silent {
    /// The interface.
    pub(crate) device: String,
    /// How it is in use.
    pub(crate) used: String,
}

/// Works it out. What a switch in userspace has, the kernel does not know to be in a bridge.
pub(crate) fn radius(host: &Links, switch: Option<&Switch>, desired: &Desired) -> Radius {
    let vital = vital(host, switch);
    let mut refused = Vec::new();
    for (index, because) in &vital {
        let Some(link) = host.at(*index) else {
            continue;
        };
        refused.extend(askers(desired, &link.name).map(|asked_by| Refused {
            device: link.name.clone(),
            asked_by,
            because: because.clone(),
        }));
    }
    let silent = match desired.host.unknown {
        Unknown::Refuse => silent(host, desired, &vital),
        Unknown::Audit => Vec::new(),
    };
    Radius { refused, silent }
}

impl Radius {
    /// Leaves out those that are silent already: guarded before, and without a port before.
    pub(crate) fn spare_silent(&mut self, before: &State) {
        if before.unknown != Unknown::Refuse {
            return;
        }
        let guarded: Vec<DevicePattern> = before
            .guarded
            .iter()
            .filter_map(|pattern| pattern.parse().ok())
            .collect();
        let ports: HashSet<&str> = before
            .ports
            .iter()
            .map(|port| port.device.as_str())
            .collect();
        self.silent.retain(|silent| {
            let device = silent.device.as_str();
            let covered = guarded.iter().any(|pattern| pattern.covers(device));
            !covered || ports.contains(device)
        });
    }
}

impl Silent {
    /// An interface of which that is known.
    pub(crate) fn of(host: &Links, device: &str) -> Silent {
        let link = host.links.iter().find(|link| link.name == device);
        Silent {
            device: device.to_owned(),
            used: link.map_or_else(|| "yet to come".to_owned(), |link| use_of(host, link)),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} would guard {}, which {}",
            self.asked_by, self.device, self.because
        )
    }
}

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.device, self.used)
    }
}

/// What in the policy puts a guard on this interface.
fn askers(desired: &Desired, device: &str) -> impl Iterator<Item = String> {
    let patterns = desired.host.guarded_interfaces.iter();
    let patterns = patterns
        .filter(move |pattern| pattern.covers(device))
        .map(|pattern| format!("host.guarded_interfaces: {pattern}"));
    let ports = desired.ports.iter();
    let ports = ports
        .filter(move |port| port.device.as_str() == device)
        .map(|port| format!("port {}", port.identity.port));
    patterns.chain(ports)
}

/// What carries the host itself, by index, with the reason in words.
fn vital(host: &Links, switch: Option<&Switch>) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    for link in &host.links {
        if link.loopback {
            found.insert(link.index, "is the host's own loopback".to_owned());
        } else if let Some(bridge) = bridge_of(host, switch, link).filter(|_| !is_guests_end(link))
        {
            found.insert(link.index, format!("is an uplink of bridge {bridge}"));
        }
    }
    for route in &host.default_routes {
        let because = format!("carries {route}");
        found.entry(route.device).or_insert(because);
    }
    let mut open: Vec<u32> = found.keys().copied().collect();
    while let Some(index) = open.pop() {
        let Some(upper) = host.at(index) else {
            continue;
        };
        let because = found.get(&index).cloned().unwrap_or_default();
        for lower in foundations(host, upper) {
            found.entry(lower.index).or_insert_with(|| {
                open.push(lower.index);
                format!("is under {}, which {because}", upper.name)
            });
        }
    }
    found
}

/// The name of the bridge that an interface is in.
fn bridge_of<'a>(host: &'a Links, switch: Option<&'a Switch>, link: &Link) -> Option<&'a str> {
    let master = link.master.and_then(|master| host.at(master));
    let linux = master.filter(|master| is_bridge(master));
    let named = |bridge: &&Bridge| bridge.userspace && bridge.name != link.name;
    let other = || switch?.bridge_of(&link.name).filter(named);
    match linux {
        Some(bridge) => Some(&bridge.name),
        None => other().map(|bridge| bridge.name.as_str()),
    }
}

fn is_bridge(link: &Link) -> bool {
    BRIDGE_KINDS.contains(&link.kind.as_str())
}

fn is_guests_end(link: &Link) -> bool {
    GUEST_KINDS.contains(&link.kind.as_str()) || link.bus == XEN_BACK_END
}

/// What an interface's frames arrive on first: the interface below a VLAN, the members of a bond. Not
/// the members of a bridge or a VRF, which stand for themselves.
fn foundations<'a>(host: &'a Links, upper: &'a Link) -> impl Iterator<Item = &'a Link> {
    host.links.iter().filter(move |link| {
        let bundles = !is_bridge(upper) && upper.kind != VRF_KIND;
        let member = link.master == Some(upper.index) && bundles;
        member || upper.lower == Some(link.index)
    })
}

fn silent(host: &Links, desired: &Desired, vital: &BTreeMap<u32, String>) -> Vec<Silent> {
    let candidates = host.links.iter().filter(|link| {
        desired.host.guards(&link.name) && !vital.contains_key(&link.index) && is_used(link)
    });
    let mut candidates = candidates.peekable();
    if candidates.peek().is_none() {
        return Vec::new();
    }
    let ports: HashSet<&str> = desired
        .ports
        .iter()
        .map(|port| port.device.as_str())
        .collect();
    let without = candidates.filter(|link| !ports.contains(link.name.as_str()));
    without
        .map(|link| Silent {
            device: link.name.clone(),
            used: use_of(host, link),
        })
        .collect()
}

fn is_used(link: &Link) -> bool {
    link.up || link.carrier || link.master.is_some()
}

fn use_of(host: &Links, link: &Link) -> String {
    let state = if link.up { "up" } else { "down" };
    match link.master.and_then(|master| host.at(master)) {
        Some(master) => format!("{state}, in {}", master.name),
        None => state.to_owned(),
    }
}
