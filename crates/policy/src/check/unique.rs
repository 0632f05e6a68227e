use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
        "name",
        ("the name of another network", "give each its own name"),
        faults,
    );
    twice(
        &draft.ports,
        |port| {
            let name = port.name.as_ref()?;
            Some((name.value, name.node, port.object))
        },
        "name",
        ("the name of another port", "give each its own name"),
        faults,
    );
    let advice = "an interface carries one port: join the two, or write the interface of each";
    twice(
        &draft.ports,
        |port| {
            let device = port.device.as_ref()?;
            Some((device.value.as_str(), device.node, port.object))
        },
        "device",
        ("the device of another port", advice),
        faults,
    );
}

fn twice<'d, 't: 'd, T>(
    all: &'d [T],
    value: impl Fn(&'d T) -> Option<(&'d str, Node<'t>, Object<'t>)>,
    field: &'static str,
    (what, advice): (&str, &str),
    faults: &mut Faults,
) {
    // Indexes alone: fresh memory for more of ten thousand ports takes longer than the look-ups.
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(all.len());
    for (index, item) in all.iter().enumerate() {
        let Some((text, node, object)) = value(item) else {
            continue;
        };
        match seen.entry(text) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(first) => {
                let Some((_, first, owner)) = value(&all[*first.get()]) else {
                    continue;
                };
                let (name, spot) = (node.quoted(), first.spot());
                let message = format!("{name} is already {what} ({owner}, {spot}); {advice}");
                faults.conflict(node, object.field(field), message, (first, owner));
            }
        }
    }
}
