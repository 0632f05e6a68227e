//! Which interface of the bridge is which port.

use std::collections::HashMap;

use vifguard_driver::{BoundPort, Desired, Error, Result};
use vifguard_policy::Identity;

use crate::Options;
use crate::flow::LOCAL;
use crate::options::Binding;
use crate::ovsdb::ExternalIds;
use crate::port::Place;

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

/// Where ports look for their interfaces.
#[derive(Clone, Copy, Debug)]
pub struct Interfaces<'a> {
    /// Those of the bridge.
    pub here: &'a [Place],
    /// What others wrote about any of them.
    pub external_ids: &'a ExternalIds,
}

impl<'a> Bound<'a> {
    /// Looks every port's interface up. `elsewhere` says which other bridge has an interface.
    ///
    /// # Errors
    ///
    /// A port without an interface, unless it will be guarded from its first frame; two ports with one
    /// interface.
    pub fn of(
        desired: &'a Desired,
        interfaces: Interfaces<'_>,
        options: &Options,
        elsewhere: impl Fn(&str) -> Option<String>,
    ) -> Result<Bound<'a>> {
        let index = Index::of(interfaces, options.binding);
        let mut bound = Bound::default();
        let mut taken: HashMap<&str, &str> = HashMap::new();
        for port in &desired.ports {
            let identity = &port.identity;
            let found = index.of_port(port);
            if found.is_empty() && !desired.host.guards(port.device.as_str()) {
                return Err(absent(port, options, elsewhere));
            }
            for place in found {
                if let Some(other) = taken.insert(&place.device, &identity.port) {
                    return Err(shared(identity, &place.device, other));
                }
                bound.ports.push((identity, place.clone()));
            }
        }
        for place in interfaces.here {
            if taken.contains_key(place.device.as_str()) {
                continue;
            }
            // The switch's own interface is no guest's, whatever the pattern.
            let is_guarded = desired.host.guards(&place.device) && place.number != LOCAL;
            let list = if is_guarded {
                &mut bound.unknown
            } else {
                &mut bound.others
            };
            list.push(place.clone());
        }
        Ok(bound)
    }
}

struct Index<'b> {
    key: Option<&'static str>,
    by_value: HashMap<&'b str, Vec<&'b Place>>,
}

impl<'b> Index<'b> {
    fn of(interfaces: Interfaces<'b>, binding: Binding) -> Index<'b> {
        let key = binding.key();
        let mut by_value: HashMap<&str, Vec<&Place>> = HashMap::new();
        for place in interfaces.here {
            let value = match key {
                None => Some(place.device.as_str()),
                Some(key) => {
                    let written = interfaces.external_ids.get(&place.device);
                    written.and_then(|ids| ids.get(key)).map(String::as_str)
                }
            };
            if let Some(value) = value {
                by_value.entry(value).or_default().push(place);
            }
        }
        Index { key, by_value }
    }

    fn of_port(&self, port: &BoundPort) -> Vec<&'b Place> {
        let values = match self.key {
            None => vec![port.device.to_string()],
            Some("attached-mac") => port.identity.macs.iter().map(ToString::to_string).collect(),
            Some(_) => vec![port.identity.port.clone()],
        };
        let found = values
            .iter()
            .filter_map(|value| self.by_value.get(value.as_str()));
        found.flatten().copied().collect()
    }
}

fn absent(
    port: &BoundPort,
    options: &Options,
    elsewhere: impl Fn(&str) -> Option<String>,
) -> Error {
    let device = port.device.as_str();
    let bridge = &options.bridge;
    let (cause, remedy) = match (options.binding.key(), elsewhere(device)) {
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
        port: port.identity.port.clone(),
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
