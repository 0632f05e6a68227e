//! Which interface of the bridge is which port.

use std::collections::{BTreeMap, HashMap};

use vifguard_driver::{Desired, Error, Result};
use vifguard_policy::Identity;

use crate::Options;
use crate::flow::LOCAL;
use crate::options::Binding;
use crate::ovsdb::{Bridge, Interface};

/// What every interface of the bridge is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound<'a> {
    /// Ports, each with an interface. A guest's card may have two: Xen gives one to the emulated card.
    pub ports: Vec<(&'a Identity, Place)>,
    /// Guarded interfaces without a port.
    pub unknown: Vec<Place>,
    /// All others.
    pub others: Vec<Place>,
}

/// An interface with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub device: String,
    /// Its number.
    pub number: u32,
}

impl<'a> Bound<'a> {
    /// Looks every port's interface up.
    ///
    /// # Errors
    ///
    /// A port without an interface, unless it will be guarded from its first frame; one whose interface
    /// is on another bridge; two ports with one interface.
    pub fn of(
        desired: &'a Desired,
        bridges: &BTreeMap<String, Bridge>,
        options: &Options,
    ) -> Result<Bound<'a>> {
        let index = Index::of(bridges.get(&options.bridge), options.binding);
        let mut bound = Bound::default();
        let mut taken: HashMap<&str, &str> = HashMap::new();
        for identity in &desired.ports {
            let found = index.of_port(identity);
            if found.is_empty() && !desired.host.guards(identity.device.as_str()) {
                return Err(absent(identity, bridges, options));
            }
            for interface in found {
                if let Some(other) = taken.insert(&interface.name, &identity.port) {
                    return Err(shared(identity, &interface.name, other));
                }
                bound
                    .ports
                    .extend(place(interface).map(|place| (identity, place)));
            }
        }
        for interface in index
            .all
            .iter()
            .filter(|i| !taken.contains_key(i.name.as_str()))
        {
            let guarded = desired.host.guards(&interface.name);
            let list = if guarded {
                &mut bound.unknown
            } else {
                &mut bound.others
            };
            list.extend(place(interface).filter(|place| !guarded || place.number != LOCAL));
        }
        Ok(bound)
    }
}

struct Index<'b> {
    all: &'b [Interface],
    key: Option<&'static str>,
    by_value: HashMap<&'b str, Vec<&'b Interface>>,
}

impl<'b> Index<'b> {
    fn of(bridge: Option<&'b Bridge>, binding: Binding) -> Index<'b> {
        let all = bridge.map_or(&[][..], |bridge| &bridge.interfaces);
        let key = binding.key();
        let mut by_value: HashMap<&str, Vec<&Interface>> = HashMap::new();
        for interface in all {
            let value = match key {
                None => Some(interface.name.as_str()),
                Some(key) => interface.external_ids.get(key).map(String::as_str),
            };
            if let Some(value) = value {
                by_value.entry(value).or_default().push(interface);
            }
        }
        Index { all, key, by_value }
    }

    fn of_port(&self, identity: &Identity) -> Vec<&'b Interface> {
        let values = match self.key {
            None => vec![identity.device.to_string()],
            Some("attached-mac") => identity.macs.iter().map(ToString::to_string).collect(),
            Some(_) => vec![identity.port.clone()],
        };
        let found = values
            .iter()
            .filter_map(|value| self.by_value.get(value.as_str()));
        found.flatten().copied().collect()
    }
}

fn place(interface: &Interface) -> Option<Place> {
    Some(Place {
        device: interface.name.clone(),
        number: interface.number?,
    })
}

fn absent(identity: &Identity, bridges: &BTreeMap<String, Bridge>, options: &Options) -> Error {
    let device = identity.device.as_str();
    let bridge = &options.bridge;
    let has = |(_, other): &(&String, &Bridge)| other.interfaces.iter().any(|i| i.name == device);
    let elsewhere = bridges.iter().find(has).map(|(name, _)| name);
    let (cause, remedy) = match (options.binding.key(), elsewhere) {
        (None, Some(other)) => (
            format!("{device} is on the bridge {other}, not on {bridge}"),
            format!("guard {other}, or put {device} on {bridge}"),
        ),
        (None, None) => (
            format!("{bridge} has no interface {device}"),
            format!(
                "put it there (ovs-vsctl add-port {bridge} {device}), or list {device} or a pattern \
                 that covers it under host.guarded_interfaces, so that it is guarded from its first frame"
            ),
        ),
        (Some(key), _) => (
            format!("no interface of {bridge} has this port in its external_ids:{key}"),
            format!(
                "look at ovs-vsctl --columns=name,external_ids list Interface, and bind ports by what \
                 stands there, or list {device} under host.guarded_interfaces"
            ),
        ),
    };
    Error::Port {
        port: identity.port.clone(),
        cause,
        remedy,
    }
}

fn shared(identity: &Identity, device: &str, other: &str) -> Error {
    Error::Port {
        port: identity.port.clone(),
        cause: format!("its interface {device} is that of port {other} too"),
        remedy: "let each interface name one port".to_owned(),
    }
}
