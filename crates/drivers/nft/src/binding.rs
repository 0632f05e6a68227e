//! How frames get to the rules: base chains at netdev ingress, and on which devices.

use std::collections::BTreeMap;

use vifguard_driver::Desired;
use vifguard_inventory::Link;
use vifguard_netlink::nft::{BaseChain, DeviceSpec, Hook, Policy};
use vifguard_policy::{DevicePattern, Host, Mode};

use crate::change::Bases;
use crate::held::Held;
use crate::program::Gate;

/// Before everybody else's filters at the same hook: what they see has been checked.
pub const PRIORITY: i32 = -500;
/// The base chain that leads to the judge; on kernels that bind to devices the beginning of its name.
pub const INGRESS: &str = "ingress";
/// The same for the base chain before it, where most frames pass by the short way, and which makes IPv6
/// headers readable for the judge: see [`crate::program::flatten`]. In the order of names it comes first,
/// so it is made first.
pub const FIRST: &str = "first";
/// What is added to both in turn: see [`settle`].
const TURNS: [&str; 2] = ["", "-b"];

/// What the kernel can bind a base chain to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Names and prefixes of names, devices to come included (since Linux 6.18): no window between
    /// a device's birth and its guards.
    ByName,
    /// Devices that exist. A gate further on refuses what comes from others.
    ByDevice,
}

/// The base chains for a desired state, and the gate behind them; none where nothing is guarded.
pub fn of(binding: Binding, desired: &Desired, there: &[Link]) -> (Bases, Option<Gate>) {
    let ports = desired.ports.iter().filter(|port| !port.is_awaited());
    let ports = ports.map(|port| (port.device.as_str(), port.identity.mode));
    among(binding, &desired.host, &ports.collect::<Vec<_>>(), there)
}

/// The same for these ports' interfaces on such a host.
pub fn among(
    binding: Binding,
    host: &Host,
    ports: &[(&str, Mode)],
    there: &[Link],
) -> (Bases, Option<Gate>) {
    let specs = devices(host, ports);
    if specs.is_empty() {
        return (Bases::new(), None);
    }
    let gate = Gate::of(&specs, ports.iter().copied(), host.unknown);
    let bases = match binding {
        Binding::ByName => pair("", specs),
        Binding::ByDevice => by_device(&specs, there),
    };
    (bases, Some(gate))
}

/// Both base chains on these devices.
fn pair(suffix: &str, devices: Vec<DeviceSpec>) -> Bases {
    BTreeMap::from([
        (format!("{FIRST}{suffix}"), before_judge(devices.clone())),
        (format!("{INGRESS}{suffix}"), base(devices)),
    ])
}

/// The name of the base chain before this one, if this one leads to the judge.
pub fn before(name: &str) -> Option<String> {
    let suffix = name.strip_prefix(INGRESS)?;
    Some(format!("{FIRST}{suffix}"))
}

/// Does a base chain of this name lead to the judge?
pub fn is_ingress(name: &str) -> bool {
    name.starts_with(INGRESS)
}

/// Gives the base chain the name under which it can be had beside what is there.
///
/// The kernel takes two bindings of one chain for the same if the shorter begins the longer (`tap*` and
/// `tap1`), and says nothing when it leaves one out. So such a change takes a second chain, and the
/// first goes when the second judges: in between a frame is judged twice, never not at all.
pub fn settle(held: &Held, bases: &Bases) -> Bases {
    let there = |name: &str| held.chains.get(name).and_then(|body| body.base.as_ref());
    let Some(wanted) = bases.get(INGRESS) else {
        return bases.clone();
    };
    let name = |turn: &str| format!("{INGRESS}{turn}");
    let current = TURNS.into_iter().find(|turn| there(&name(turn)).is_some());
    let overlaps = |current: &BaseChain| {
        let new = wanted
            .devices
            .iter()
            .filter(|spec| !current.devices.contains(spec));
        new.into_iter()
            .any(|spec| current.devices.iter().any(|old| is_same_binding(old, spec)))
    };
    let turn = match current {
        Some(turn) if there(&name(turn)).is_some_and(overlaps) => {
            let other = TURNS.into_iter().find(|other| *other != turn);
            other.unwrap_or_default()
        }
        Some(turn) => turn,
        None => TURNS[0],
    };
    pair(turn, wanted.devices.clone())
}

/// Does the kernel take them for the same (`nft_hook_list_find`)? A whole name counts with its NUL.
fn is_same_binding(one: &DeviceSpec, other: &DeviceSpec) -> bool {
    let key = |spec: &DeviceSpec| match spec {
        DeviceSpec::Name(name) => format!("{name}\0"),
        DeviceSpec::Prefix(prefix) => prefix.clone(),
    };
    let (one, other) = (key(one), key(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// The base chains on a kernel that binds to devices that exist: one each, since such kernels cannot
/// add a device to a chain (before Linux 6.4).
fn by_device(specs: &[DeviceSpec], there: &[Link]) -> Bases {
    let covered = |link: &&Link| specs.iter().any(|spec| covers(spec, &link.name));
    let names = there.iter().filter(covered).map(|link| &link.name);
    names
        .flat_map(|name| pair(&format!(".{name}"), vec![DeviceSpec::Name(name.clone())]))
        .collect()
}

/// Is the interface bound by this?
pub fn covers(spec: &DeviceSpec, device: &str) -> bool {
    match spec {
        DeviceSpec::Name(name) => name == device,
        DeviceSpec::Prefix(prefix) => device.starts_with(prefix.as_str()),
    }
}

/// What the judge is bound to in a kernel.
pub fn specs(held: &Held) -> Vec<DeviceSpec> {
    let ingress = held.chains.iter().filter(|(name, _)| is_ingress(name));
    let bases = ingress.filter_map(|(_, body)| body.base.as_ref());
    bases
        .flat_map(|base| base.devices.iter().cloned())
        .collect()
}

/// How it is bound.
pub fn of_held(held: &Held) -> Binding {
    match is_by_device(held) {
        true => Binding::ByDevice,
        false => Binding::ByName,
    }
}

/// Is it bound to names, by a chain for all of them?
pub fn is_by_name(held: &Held) -> bool {
    let names = TURNS.map(|turn| format!("{INGRESS}{turn}"));
    names.iter().any(|name| held.chains.contains_key(name))
}

/// Is it bound to each device by a chain of its own?
pub fn is_by_device(held: &Held) -> bool {
    let own = format!("{INGRESS}.");
    held.chains.keys().any(|name| name.starts_with(&own))
}

/// A base chain on these devices.
pub fn base(devices: Vec<DeviceSpec>) -> BaseChain {
    BaseChain {
        hook: Hook::Ingress,
        priority: PRIORITY,
        policy: Policy::Drop,
        devices,
    }
}

fn before_judge(devices: Vec<DeviceSpec>) -> BaseChain {
    BaseChain {
        priority: PRIORITY - 1,
        policy: Policy::Accept,
        ..base(devices)
    }
}

/// Every guarded device once: a frame that met the chain twice would be counted twice.
fn devices(host: &Host, ports: &[(&str, Mode)]) -> Vec<DeviceSpec> {
    let patterns = &host.guarded_interfaces;
    let prefixes: Vec<&str> = patterns
        .iter()
        .filter_map(|pattern| match pattern {
            DevicePattern::Prefix(prefix) => Some(prefix.as_str()),
            DevicePattern::Name(_) => None,
        })
        .collect();
    let covered = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let shorter = |prefix: &str| {
        prefixes
            .iter()
            .any(|other| prefix.len() > other.len() && prefix.starts_with(other))
    };
    let names = patterns.iter().filter_map(|pattern| match pattern {
        DevicePattern::Name(name) => Some(name.as_str()),
        DevicePattern::Prefix(_) => None,
    });
    let ports = ports.iter().map(|(device, _)| *device);
    let names = names.chain(ports).filter(|name| !covered(name));
    let mut devices: Vec<DeviceSpec> = prefixes
        .iter()
        .filter(|prefix| !shorter(prefix))
        .map(|prefix| DeviceSpec::Prefix((*prefix).to_owned()))
        .chain(names.map(|name| DeviceSpec::Name(name.to_owned())))
        .collect();
    devices.sort_unstable();
    devices.dedup();
    devices
}
