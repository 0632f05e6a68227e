use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::faults::Faults;
use crate::object::Object;
use crate::read::Draft;
use crate::yaml::Node;

/// Names and devices that occur twice.
pub(super) fn check(draft: &Draft<'_>, faults: &mut Faults) {
    let networks = draft.networks.iter().filter_map(|network| {
        network
            .name
            .as_ref()
            .map(|name| (name.value, name.node, network.object))
    });
    twice(
        networks,
        "name",
        "the name of another network",
        "give each its own name",
        faults,
    );
    let ports = draft.ports.iter();
    let names = ports.clone().filter_map(|port| {
        port.name
            .as_ref()
            .map(|name| (name.value, name.node, port.object))
    });
    twice(
        names,
        "name",
        "the name of another port",
        "give each its own name",
        faults,
    );
    let devices = ports.filter_map(|port| {
        port.device
            .as_ref()
            .map(|device| (device.value.as_str(), device.node, port.object))
    });
    let advice = "an interface carries one port: join the two, or write the interface of each";
    twice(
        devices,
        "device",
        "the device of another port",
        advice,
        faults,
    );
}

fn twice<'t>(
    items: impl Iterator<Item = (&'t str, Node<'t>, Object<'t>)>,
    field: &'static str,
    what: &str,
    advice: &str,
    faults: &mut Faults,
) {
    let mut seen: HashMap<&str, (Node<'_>, Object<'_>)> = HashMap::new();
    for (value, node, object) in items {
        match seen.entry(value) {
            Entry::Vacant(entry) => {
                entry.insert((node, object));
            }
            Entry::Occupied(first) => {
                let (first, owner) = *first.get();
                let (name, spot) = (node.quoted(), first.spot());
                let message = format!("{name} is already {what} ({owner}, {spot}); {advice}");
                faults.conflict(node, object.field(field), message, (first, owner));
            }
        }
    }
}
