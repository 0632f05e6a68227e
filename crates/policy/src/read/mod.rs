//! From the tree to a draft of the policy: every value read by itself, nothing compared yet.

mod binding;
mod draft;
mod entry;
mod fields;
mod guards;
mod host;
mod name;
mod network;
mod port;
mod reserved;
mod sets;
mod value;

use std::collections::HashMap;

pub(crate) use draft::{At, Draft, NetworkDraft, PortDraft};
pub(crate) use guards::switch_field;

use crate::faults::Faults;
use crate::object::{Label, Object};
use crate::spot::Spot;
use crate::yaml::{Node, Tree, View};
use fields::fields;
use value::{number, objects};

const KEYS: [&str; 4] = ["version", "host", "networks", "ports"];
const VERSION: &str = "version: 1";

/// Reads a whole file.
pub(crate) fn draft<'t>(tree: &'t Tree<'t>, faults: &mut Faults) -> Option<Draft<'t>> {
    let Some(root) = tree
        .root()
        .filter(|root| !matches!(root.view(), View::Null))
    else {
        faults.file(
            Spot::START,
            format!("the file is empty; write at least {VERSION}"),
        );
        return None;
    };
    let [version, host, networks, ports] = fields(root, &KEYS, Object::File.whole(), faults)?;
    read_version(root, version, faults);
    if ports.is_none() {
        // A file that was cut off before its ports must not release every port of a host.
        let place = Object::File.field("ports");
        let message = "is missing; write ports: [] for a policy without ports";
        faults.value(root, place, message.to_owned());
    }
    let host = host
        .map(|node| host::read(node, faults))
        .unwrap_or_default();
    let networks = read_networks(networks, faults);
    let by_name = by_name(networks.as_deref());
    let networks = networks.unwrap_or_default();
    let ports = read_ports(ports, &by_name, faults);
    Some(Draft {
        host,
        networks,
        ports,
    })
}

fn read_networks<'t>(node: Option<Node<'t>>, faults: &mut Faults) -> Option<Vec<NetworkDraft<'t>>> {
    const EXAMPLE: &str = "networks: [{ name: public, kind: flat }]";
    let Some(node) = node else {
        return Some(Vec::new());
    };
    let list = objects(node, Object::File.field("networks"), EXAMPLE, faults)?;
    Some(
        (1..)
            .zip(list)
            .filter_map(|(i, node)| network::read(node, i, faults))
            .collect(),
    )
}

fn read_ports<'t>(
    node: Option<Node<'t>>,
    networks: &port::Networks<'t>,
    faults: &mut Faults,
) -> Vec<PortDraft<'t>> {
    const EXAMPLE: &str = "ports: [{ name: web-1, network: public, … }]";
    let place = Object::File.field("ports");
    let Some(list) = node.and_then(|node| objects(node, place, EXAMPLE, faults)) else {
        return Vec::new();
    };
    // Ten thousand ports that move whenever they grow out of their room take twice the memory.
    let mut ports = Vec::with_capacity(list.clone().count());
    ports.extend(
        (1..)
            .zip(list)
            .filter_map(|(i, node)| port::read(node, i, networks, faults)),
    );
    ports
}

/// The networks by what is written as their name, right or wrong: a wrong one is reported once, not
/// once more by each of its ports. Nothing if there is no telling which networks there are.
fn by_name<'t>(networks: Option<&[NetworkDraft<'t>]>) -> port::Networks<'t> {
    let mut by_name = HashMap::new();
    for (index, network) in networks?.iter().enumerate() {
        if let Object::Network(Label::Name(name)) = network.object {
            by_name.entry(name).or_insert(index);
        }
    }
    Some(by_name)
}

/// The version comes first in any file to come: a reader must know what it is about to read.
fn read_version(root: Node<'_>, version: Option<Node<'_>>, faults: &mut Faults) {
    let place = Object::File.field("version");
    let Some(node) = version else {
        faults.value(root, place, format!("is missing; write {VERSION}"));
        return;
    };
    if let Some(version) = number(node, place, VERSION, faults)
        && version != 1
    {
        let version = node.quoted();
        faults.value(
            node,
            place,
            format!("{version} is not known here; write {VERSION}"),
        );
    }
}

/// The keys of each object, for the schema to be compared with.
#[cfg(test)]
pub(crate) mod keys {
    use super::{entry, guards, host, network, port, reserved};

    pub(crate) const FILE: [&str; 4] = super::KEYS;
    pub(crate) const HOST: [&str; 2] = host::KEYS;
    pub(crate) const NETWORK: [&str; 4] = network::KEYS;
    pub(crate) const PORT: [&str; 15] = port::KEYS;
    pub(crate) const GUARDS: [&str; 8] = guards::NAMES;
    pub(crate) const RESERVED: [&str; 3] = reserved::KEYS;

    pub(crate) const fn entry(value: &'static str) -> [&'static str; 2] {
        entry::keys(value)
    }
}
