use crate::NetworkKind;
use crate::faults::Faults;
use crate::object::{Label, Object};
use crate::yaml::Node;

use super::draft::{At, NetworkDraft};
use super::fields::{fields, named, required};
use super::name::name;
use super::reserved::{self, ReservedEntry};
use super::value::{boolean, items, word};

pub(super) const KEYS: [&str; 4] = ["name", "kind", "reserved", "relaxed_ports"];

/// Reads one network.
pub(super) fn read<'t>(
    node: Node<'t>,
    number: usize,
    faults: &mut Faults,
) -> Option<NetworkDraft<'t>> {
    let object = Object::Network(named(node).unwrap_or(Label::Number(number)));
    let [name, kind, list, relaxed] = fields(node, &KEYS, object.whole(), faults)?;
    let mut draft = NetworkDraft {
        object,
        name: read_name(node, name, object, faults),
        kind: read_kind(node, kind, object, faults),
        addresses: Vec::new(),
        macs: Vec::new(),
        // A value that cannot be read counts as true, or every port would draw an error of its own.
        relaxed_ports: relaxed.is_some_and(|node| {
            boolean(node, object.field("relaxed_ports"), faults).unwrap_or(true)
        }),
    };
    if let Some(list) = list {
        read_reserved(&mut draft, list, faults);
    }
    Some(draft)
}

fn read_name<'t>(
    owner: Node<'t>,
    node: Option<Node<'t>>,
    object: Object<'t>,
    faults: &mut Faults,
) -> Option<At<'t, &'t str>> {
    const EXAMPLE: &str = "a word, such as name: public";
    let place = object.field("name");
    let node = required(node, owner, place, EXAMPLE, faults)?;
    name(node, place, EXAMPLE, faults).map(|value| At { value, node })
}

fn read_kind<'t>(
    owner: Node<'t>,
    node: Option<Node<'t>>,
    object: Object<'t>,
    faults: &mut Faults,
) -> Option<NetworkKind> {
    const EXAMPLE: &str = "kind: flat (many tenants) or kind: private (one)";
    let place = object.field("kind");
    let node = required(node, owner, place, EXAMPLE, faults)?;
    word(node, place, &NetworkKind::ALL, NetworkKind::name, faults)
}

fn read_reserved<'t>(draft: &mut NetworkDraft<'t>, list: Node<'t>, faults: &mut Faults) {
    let place = draft.object.field("reserved");
    let entries = items(list, place, "reserved: [192.0.2.1, \"fe80::1\"]", faults);
    for entry in entries.into_iter().flatten() {
        match reserved::read(entry, place, faults) {
            Some(ReservedEntry::Address(address)) => draft.addresses.push(address),
            Some(ReservedEntry::Mac(mac)) => draft.macs.push(mac),
            None => {}
        }
    }
}
