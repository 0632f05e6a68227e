//! What an apply is to reach, given what the kernel holds: a whole policy leaves those ports in force that
//! were admitted and whose interfaces are there; a port that is admitted leaves all others.
//!
//! **No race.** What the kernel holds is read first, then which interfaces there are, and the change is valid
//! only if nobody changed nf_tables since the first. Whoever admits a port makes its interface before, and
//! changes nf_tables in any case. So either its port is seen here and kept, or the change comes too late.

use std::collections::{BTreeSet, HashMap, HashSet};

use vifguard_driver::{Desired, Error, Result};
use vifguard_inventory::Link;
use vifguard_netlink::nft::DeviceSpec;
use vifguard_policy::{DevicePattern, Host, Mode, Unknown};

use crate::binding;
use crate::change::{Bases, Wanted};
use crate::contents::{Admitted, Entry, Tenants};
use crate::held::{Held, is_identity_set, number_of};
use crate::names::{Scale, WAYS};
use crate::probe::Found;
use crate::program::{Gate, Shape};
use crate::tables::Tables;

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal<'a> {
    pub(crate) desired: &'a Desired,
    pub(crate) found: Found,
    pub(crate) extent: Extent<'a>,
}

/// What becomes of ports that the desired state does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent<'a> {
    /// They go, unless their interfaces were made for them.
    Whole,
    /// They stay.
    Beside,
    /// They stay but this one, if it was admitted.
    Without(&'a str),
}

/// The goal, with what stays.
#[derive(Debug)]
pub(crate) struct Settled<'a> {
    tenants: Tenants<'a>,
    bases: Bases,
    gate: Option<Gate>,
}

impl Settled<'_> {
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            tenants: &self.tenants,
            bases: &self.bases,
            gate: self.gate.as_ref(),
        }
    }
}

impl<'a> Goal<'a> {
    /// Must the claims of all ports be read before this can be settled?
    pub(crate) fn needs_contents(&self, held: &Held, there: &[Link]) -> bool {
        held.present && (self.extent != Extent::Whole || !self.kept(held, there).is_empty())
    }

    /// Works it out.
    pub(crate) fn settle(&self, tables: &Tables, there: &[Link]) -> Result<Settled<'a>> {
        let held = &tables.main;
        let kept = self.kept(held, there);
        if self.extent != Extent::Whole {
            self.check(held, &kept)?;
        }
        let host = match self.extent {
            Extent::Whole => self.desired.host.clone(),
            Extent::Beside | Extent::Without(_) => in_force(tables, &kept),
        };
        let mut tenants = Tenants::of(self.desired, self.found.knows_own);
        tenants.admitting = self.extent == Extent::Beside;
        tenants.shape.unknown = host.unknown;
        keep(&mut tenants, held, &kept)?;
        let ports = self.desired.ports.iter().filter(|port| !port.is_awaited());
        let ports = ports.map(|port| (port.device.as_str(), port.identity.mode));
        let others = kept.iter().filter_map(|entry| {
            let mode: Mode = entry.court?.class.mode();
            Some((entry.device.as_str(), mode))
        });
        let ports: Vec<_> = ports.chain(others).collect();
        let (bases, gate) = binding::among(self.found.binding, &host, &ports, there);
        tenants.kept = kept;
        Ok(Settled {
            tenants,
            bases,
            gate,
        })
    }

    /// The ports that stay as they are.
    fn kept(&self, held: &Held, there: &[Link]) -> Vec<Entry> {
        let made_for: HashMap<&str, &str> = there
            .iter()
            .filter_map(|link| Some((link.name.as_str(), link.made_for()?)))
            .collect();
        if self.extent == Extent::Whole && made_for.is_empty() {
            return Vec::new();
        }
        let named: HashSet<&str> = self
            .desired
            .ports
            .iter()
            .map(|port| port.device.as_str())
            .collect();
        let lives = |entry: &Entry| made_for.get(entry.device.as_str()) == Some(&&*entry.port);
        let stays = |entry: &&Entry| match self.extent {
            _ if named.contains(entry.device.as_str()) => false,
            Extent::Whole => lives(entry),
            // What was admitted and has lost its interface was left over.
            Extent::Beside => entry.admitted.is_none() || lives(entry),
            Extent::Without(port) => entry.admitted.is_none() || entry.port != port && lives(entry),
        };
        held.entries.iter().filter(stays).cloned().collect()
    }

    /// A port that is admitted takes nothing from another.
    fn check(&self, held: &Held, kept: &[Entry]) -> Result<()> {
        for port in &self.desired.ports {
            let (name, device) = (&port.identity.port, port.device.as_str());
            let there = held.entries.iter().find(|entry| entry.device == device);
            let other = there.filter(|entry| entry.port != *name && entry.admitted.is_none());
            if let Some(other) = other {
                let cause = format!("{device} is guarded for port {}", other.port);
                let remedy = "release that port, or give this one another interface";
                return Err(in_the_way(name, cause, remedy));
            }
            if let Some(same) = kept.iter().find(|entry| entry.port == *name) {
                let cause = format!("it is in force on {} already", same.device);
                let remedy = "release it there first; a port has one interface";
                return Err(in_the_way(name, cause, remedy));
            }
        }
        Ok(())
    }
}

fn in_the_way(port: &str, cause: String, remedy: &str) -> Error {
    Error::Port {
        port: port.to_owned(),
        cause,
        remedy: remedy.to_owned(),
    }
}

/// What holds for the host now, ports aside. A port that goes may leave an interface that is guarded by name.
fn in_force(tables: &Tables, kept: &[Entry]) -> Host {
    let held = &tables.main;
    let stays = |entry: &Entry| kept.iter().any(|kept| kept.device == entry.device);
    let leaves_it = |entry: &&Entry| entry.admitted == Some(Admitted::ToGuarded) && !stays(entry);
    let entries = held.entries.iter().filter(|entry| !leaves_it(entry));
    let with_port: HashSet<&str> = entries.map(|entry| entry.device.as_str()).collect();
    let mut specs: BTreeSet<DeviceSpec> = BTreeSet::new();
    if !binding::is_by_device(held) {
        specs.extend(binding::specs(held));
    }
    let gate = tables.gate().unwrap_or_default();
    specs.extend(gate.prefixes.into_iter().map(DeviceSpec::Prefix));
    specs.extend(gate.refused.into_iter().map(DeviceSpec::Name));
    let pattern = |spec: DeviceSpec| match spec {
        DeviceSpec::Prefix(prefix) => Some(DevicePattern::Prefix(prefix)),
        DeviceSpec::Name(name) if with_port.contains(name.as_str()) => None,
        DeviceSpec::Name(name) => name.parse().ok().map(DevicePattern::Name),
    };
    let unknown = match held.present {
        true => held.unknown(),
        false => Unknown::Refuse,
    };
    Host {
        guarded_interfaces: specs.into_iter().filter_map(pattern).collect(),
        unknown,
    }
}

/// Adds to the tenants what kept ports need of the rules, and what they share with others.
fn keep(tenants: &mut Tenants<'_>, held: &Held, kept: &[Entry]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    let numbers: HashSet<u32> = kept.iter().map(|entry| entry.number).collect();
    let contents = || held.contents.iter().flatten();
    let mut shape = Shape {
        classes: kept
            .iter()
            .filter_map(|entry| Some(entry.court?.class))
            .collect(),
        ..Shape::default()
    };
    let mut most = 0;
    for (set, elements) in contents() {
        let own = is_identity_set(set) && elements.iter().any(|e| numbers.contains(&number_of(e)));
        let length = |prefix: &str| {
            set.strip_prefix(prefix)
                .and_then(|len| len.parse::<u8>().ok())
        };
        if own {
            shape.v4_lengths.extend(length("ip4-"));
            shape.v6_lengths.extend(length("ip6-"));
        }
        if own || WAYS.contains(&set.as_str()) {
            most = most.max(elements.len());
        }
    }
    share(tenants, held, kept)?;
    let taken = tenants.taken.keys();
    let lengths = taken.filter_map(|set| set.strip_prefix("taken-")?.parse::<u8>().ok());
    tenants.shape.taken_lengths = lengths.collect();
    let wanted = &mut tenants.shape;
    wanted.classes.extend(shape.classes);
    wanted.v4_lengths.extend(shape.v4_lengths);
    wanted.v6_lengths.extend(shape.v6_lengths);
    wanted.scale = wanted.scale.max(Scale::with_room_for(most));
    Ok(())
}

/// Who link-locals belong to on the networks of kept ports. Two policies that disagree about it would each
/// change what the other's ports may send.
fn share(tenants: &mut Tenants<'_>, held: &Held, kept: &[Entry]) -> Result<()> {
    let numbers: HashSet<u32> = kept
        .iter()
        .map(|entry| entry.network)
        .filter(|network| *network != 0)
        .collect();
    let mut there: BTreeSet<(String, Vec<u8>)> = BTreeSet::new();
    for (set, elements) in held.contents.iter().flatten() {
        let keys = elements.iter().filter(|e| numbers.contains(&number_of(e)));
        if set.starts_with("taken-") {
            there.extend(keys.map(|element| (set.clone(), element.key.clone())));
        }
    }
    for port in tenants.ports.iter().filter(|port| port.network != 0) {
        let own = |key: &[u8]| key.starts_with(&port.network.to_ne_bytes());
        let wanted = tenants.taken.iter();
        let wanted: BTreeSet<(&String, &Vec<u8>)> = wanted
            .flat_map(|(set, keys)| keys.iter().map(move |key| (set, key)))
            .filter(|(_, key)| own(key))
            .collect();
        let found: BTreeSet<(&String, &Vec<u8>)> = there
            .iter()
            .filter(|(_, key)| own(key))
            .map(|(set, key)| (set, key))
            .collect();
        if numbers.contains(&port.network) && wanted != found {
            let cause = "link_local: any leaves other link-locals out here than for ports of the same                          network that are in force"
                .to_owned();
            let remedy = "put the policy in force with vifguard enforce first, or list the port's                           link-local";
            return Err(in_the_way(&port.identity.port, cause, remedy));
        }
    }
    for (set, key) in there {
        tenants.taken.entry(set).or_default().insert(key);
    }
    Ok(())
}
