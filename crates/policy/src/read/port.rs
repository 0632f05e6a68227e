use std::collections::HashMap;

use crate::faults::Faults;
use crate::object::{Label, Object};
use crate::quote::{alternatives, quoted, shown};
use crate::yaml::Node;
use crate::{Enforcement, LinkLocal, Mode};

use super::binding::Places;
use super::draft::{At, PortDraft};
use super::fields::{fields, named, required};
use super::guards;
use super::name::name;
use super::value::{text, word};

pub(super) const KEYS: [&str; 15] = [
    "name",
    "network",
    "device",
    "libvirt",
    "ovs",
    "xen",
    "mac",
    "extra_macs",
    "addresses",
    "profile",
    "guards",
    "link_local",
    "ethertypes",
    "mode",
    "enforcement",
];

/// The networks of the file: where each name stands in the list. Nothing if they cannot be read.
pub(super) type Networks<'t> = Option<HashMap<&'t str, usize>>;

/// A port that is being read: where its errors belong.
pub(super) struct Reader<'t, 'f> {
    pub(super) node: Node<'t>,
    pub(super) object: Object<'t>,
    pub(super) faults: &'f mut Faults,
}

/// Reads one port.
pub(super) fn read<'t>(
    node: Node<'t>,
    number: usize,
    networks: &Networks<'t>,
    faults: &mut Faults,
) -> Option<PortDraft<'t>> {
    let object = Object::Port(named(node).unwrap_or(Label::Number(number)));
    let values = fields(node, &KEYS, object.whole(), faults)?;
    let [
        name,
        network,
        device,
        libvirt,
        ovs,
        xen,
        mac,
        extra_macs,
        addresses,
        profile,
        guards,
        link_local,
        ethertypes,
        mode,
        enforcement,
    ] = values;
    let mut reader = Reader {
        node,
        object,
        faults,
    };
    let name = reader.name(name);
    let network = reader.network(network, networks);
    let primary = reader.primary(mac);
    let places = Places {
        device,
        libvirt,
        ovs,
        xen,
    };
    let binding = reader.binding(&places, primary.as_ref().map(|mac| mac.value.value));
    Some(PortDraft {
        object,
        name,
        network,
        binding,
        has_primary: primary.is_some(),
        macs: primary
            .into_iter()
            .chain(reader.extra_macs(extra_macs))
            .collect(),
        addresses: reader.addresses(addresses),
        guards: guards::read(object, profile, guards, reader.faults),
        link_local: reader.word(link_local, "link_local", &LinkLocal::ALL, LinkLocal::name),
        link_local_node: link_local,
        ethertypes: reader.ethertypes(ethertypes),
        mode: reader
            .word(mode, "mode", &Mode::ALL, Mode::name)
            .unwrap_or_default(),
        enforcement: reader
            .word(
                enforcement,
                "enforcement",
                &Enforcement::ALL,
                Enforcement::name,
            )
            .unwrap_or_default(),
    })
}

impl<'t> Reader<'t, '_> {
    fn name(&mut self, node: Option<Node<'t>>) -> Option<At<'t, &'t str>> {
        const EXAMPLE: &str = "a word, such as name: web-1";
        let place = self.object.field("name");
        let node = required(node, self.node, place, EXAMPLE, self.faults)?;
        name(node, place, EXAMPLE, self.faults).map(|value| At { value, node })
    }

    fn network(&mut self, node: Option<Node<'t>>, networks: &Networks<'t>) -> Option<usize> {
        const EXAMPLE: &str = "the name of a network, such as network: public";
        let place = self.object.field("network");
        let node = required(node, self.node, place, EXAMPLE, self.faults)?;
        let name = text(node, place, EXAMPLE, self.faults)?;
        let networks = networks.as_ref()?;
        let found = networks.get(name).copied();
        if found.is_none() {
            let (name, advice) = (quoted(name), one_of(networks));
            self.faults.value(
                node,
                place,
                format!("{name} is no network of this file; {advice}"),
            );
        }
        found
    }

    /// One of a few words; the default if it is not there, nothing if it is wrong.
    fn word<T: Copy + Default>(
        &mut self,
        node: Option<Node<'t>>,
        key: &'static str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        match node {
            None => Some(T::default()),
            Some(node) => word(node, self.object.field(key), all, name, self.faults),
        }
    }
}

/// Which networks there are to choose from, as far as they fit into a sentence.
fn one_of(networks: &HashMap<&str, usize>) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> = networks.keys().map(|name| shown(name)).collect();
    names.sort_unstable();
    match names.len() {
        0 => "add it under networks".to_owned(),
        1..=SHOWN => {
            let names = alternatives(names.iter().map(String::as_str));
            format!("write {names}, or add it under networks")
        }
        more => format!("write one of the {more} under networks, or add it there"),
    }
}
