use crate::faults::Faults;
use crate::object::Object;
use crate::quote::quoted;
use crate::yaml::Node;
use crate::{DevicePattern, Host, Unknown};

use super::fields::fields;
use super::value::{items, text, word};

pub(super) const KEYS: [&str; 2] = ["guarded_interfaces", "unknown"];
const EXAMPLE: &str = "guarded_interfaces: [\"tap*\"]";

/// Reads the host's part.
pub(super) fn read(node: Node<'_>, faults: &mut Faults) -> Host {
    let Some([guarded, unknown]) = fields(node, &KEYS, Object::Host.whole(), faults) else {
        return Host::default();
    };
    let unknown = unknown
        .and_then(|node| {
            word(
                node,
                Object::Host.field("unknown"),
                &Unknown::ALL,
                Unknown::name,
                faults,
            )
        })
        .unwrap_or_default();
    Host {
        guarded_interfaces: guarded
            .map(|node| patterns(node, faults))
            .unwrap_or_default(),
        unknown,
    }
}

fn patterns(node: Node<'_>, faults: &mut Faults) -> Vec<DevicePattern> {
    let place = Object::Host.field("guarded_interfaces");
    let Some(items) = items(node, place, EXAMPLE, faults) else {
        return Vec::new();
    };
    let mut patterns: Vec<DevicePattern> = Vec::new();
    for item in items {
        let Some(pattern) = pattern(item, faults) else {
            continue;
        };
        if patterns.contains(&pattern) {
            faults.value(
                item,
                place,
                format!("{} is listed twice; keep one", item.quoted()),
            );
        } else {
            patterns.push(pattern);
        }
    }
    patterns
}

fn pattern(node: Node<'_>, faults: &mut Faults) -> Option<DevicePattern> {
    let place = Object::Host.field("guarded_interfaces");
    let text = text(node, place, EXAMPLE, faults)?;
    let message = match text.parse::<DevicePattern>() {
        Ok(pattern) if !pattern.covers("lo") => return Some(pattern),
        Ok(_) => format!(
            "{} covers lo, over which the host talks to itself; write a longer prefix, such as tap*",
            quoted(text)
        ),
        Err(error) => format!("{}: {error}", quoted(text)),
    };
    faults.value(node, place, message);
    None
}
