use std::fmt::Display;

use crate::address::parse_entry;
use crate::faults::{Faults, Place};
use crate::mac::parse_own;
use crate::quote::quoted;
use crate::yaml::{Node, View};
use crate::{IpNet, MacAddr, Shareable};

use super::draft::At;
use super::fields::fields;
use super::value::{boolean, text};

/// What to write for an address.
pub(super) const ADDRESS: &str = "an address or prefix, such as 192.0.2.10 or 2001:db8::/64";
/// What to write for a MAC.
pub(super) const MAC: &str = "a MAC, such as \"02:00:00:00:00:01\"";

/// The keys of an entry: its value's, and `shared`.
pub(super) const fn keys(value: &'static str) -> [&'static str; 2] {
    [value, "shared"]
}

/// An address of a port, alone or with `shared`.
pub(super) fn address<'t>(
    node: Node<'t>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<At<'t, Shareable<IpNet>>> {
    let (node, shared) = unwrap(node, "address", place, faults)?;
    bare_address(node, shared, place, faults)
}

/// A MAC of a port, alone or with `shared`.
pub(super) fn mac<'t>(
    node: Node<'t>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<At<'t, Shareable<MacAddr>>> {
    let (node, shared) = unwrap(node, "mac", place, faults)?;
    bare_mac(node, shared, place, faults)
}

/// An address that stands for itself.
pub(super) fn bare_address<'t>(
    node: Node<'t>,
    shared: bool,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<At<'t, Shareable<IpNet>>> {
    let parsed = parse_entry(text(node, place, ADDRESS, faults)?);
    entry(node, shared, parsed, place, faults)
}

/// A MAC that stands for itself.
pub(super) fn bare_mac<'t>(
    node: Node<'t>,
    shared: bool,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<At<'t, Shareable<MacAddr>>> {
    let parsed = parse_own(text(node, place, MAC, faults)?);
    entry(node, shared, parsed, place, faults)
}

fn entry<'t, T, E: Display>(
    node: Node<'t>,
    shared: bool,
    parsed: Result<T, E>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<At<'t, Shareable<T>>> {
    match parsed {
        Ok(value) => Some(At {
            value: Shareable { value, shared },
            node,
        }),
        Err(error) => {
            faults.value(node, place, format!("{} {error}", node.quoted()));
            None
        }
    }
}

/// The value of an entry, and whether it says `shared`.
fn unwrap<'t>(
    node: Node<'t>,
    key: &'static str,
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<(Node<'t>, bool)> {
    if !is_entry_map(node, place, faults)? {
        return Some((node, false));
    }
    let [value, shared] = fields(node, &keys(key), place, faults)?;
    let shared = read_shared(shared, place, faults);
    if value.is_none() {
        faults.value(
            node,
            place,
            format!("the entry holds no {key}; write {{ {key}: … }}"),
        );
    }
    Some((value?, shared))
}

/// A `shared` that cannot be read counts as said, or the entry would draw errors that are not there.
pub(super) fn read_shared(node: Option<Node<'_>>, place: Place<'_>, faults: &mut Faults) -> bool {
    node.is_some_and(|node| boolean(node, place, faults).unwrap_or(true))
}

/// Is the entry a mapping? Nothing if it became one by mistake: YAML takes `2001:db8::` for a key.
pub(super) fn is_entry_map(node: Node<'_>, place: Place<'_>, faults: &mut Faults) -> Option<bool> {
    let View::Map(mut pairs) = node.view() else {
        return Some(false);
    };
    if let Some((key, value)) = pairs.next()
        && let (Some(text), View::Null) = (key.text(), value.view())
        && text.ends_with(':')
    {
        let text = quoted(&format!("{text}:"));
        faults.value(
            key,
            place,
            format!("a colon at the end makes a key; write quotes: {text}"),
        );
        return None;
    }
    Some(true)
}
