use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::faults::Faults;
use crate::object::Object;
use crate::read::Draft;
use crate::yaml::Node;

/// Names and devices that occur twice.
pub(super) fn check(draft: &Draft<'_>, faults: &mut Faults) {
    twice(
        &draft.networks,
        |network| {
            let name = network.name.as_ref()?;
            Some((name.value, name.node, network.object))
        },
        |_, node| ("name", node.quoted()),
        ("the name of another network", "give each its own name"),
        faults,
    );
    twice(
        &draft.ports,
        |port| {
            let name = port.name.as_ref()?;
            Some((name.value, name.node, port.object))
        },
        |_, node| ("name", node.quoted()),
        ("the name of another port", "give each its own name"),
        faults,
    );
    let advice = "an interface carries one port: join the two, or write the interface of each";
    twice(
        &draft.ports,
        |port| {
            let binding = port.binding.as_ref()?;
            Some((&binding.value, binding.node, port.object))
        },
        |binding, node| {
            let name = match binding.device() {
                Some(_) => node.quoted(),
                None => binding.to_string(),
            };
            (binding.key(), name)
        },
        ("the interface of another port", advice),
        faults,
    );
}

fn twice<'d, 't: 'd, T, V: Eq + Hash>(
    all: &'d [T],
    value: impl Fn(&'d T) -> Option<(V, Node<'t>, Object<'t>)>,
    words: impl Fn(&V, Node<'t>) -> (&'static str, String),
    (what, advice): (&str, &str),
    faults: &mut Faults,
) {
    // Indexes alone: fresh memory for more of ten thousand ports takes longer than the look-ups.
    let mut seen: HashMap<V, usize> = HashMap::with_capacity(all.len());
    for (index, item) in all.iter().enumerate() {
        let Some((found, node, object)) = value(item) else {
            continue;
        };
        match seen.entry(found) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(first) => {
                let Some((first_value, first, owner)) = value(&all[*first.get()]) else {
                    continue;
                };
                let ((field, name), spot) = (words(&first_value, node), first.spot());
                let message = format!("{name} is already {what} ({owner}, {spot}); {advice}");
                faults.conflict(node, object.field(field), message, (first, owner));
            }
        }
    }
}
