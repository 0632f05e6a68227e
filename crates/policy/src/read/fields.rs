use crate::faults::{Faults, Place};
use crate::object::Label;
use crate::quote::{all_of, quoted};
use crate::suggest::nearest;
use crate::yaml::{Node, Pairs, View};

/// Sorts the values of a mapping by the known keys; reports every other key and every second one.
pub(super) fn fields<'t, const N: usize>(
    node: Node<'t>,
    keys: &[&'static str; N],
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<[Option<Node<'t>>; N]> {
    let pairs = mapping(node, keys, place, faults)?;
    let mut firsts: [Option<(Node<'t>, Node<'t>)>; N] = [None; N];
    for (key, value) in pairs {
        let known = key
            .text()
            .and_then(|text| keys.iter().position(|known| *known == text));
        match known.map(|index| &mut firsts[index]) {
            Some(slot @ None) => *slot = Some((key, value)),
            Some(Some((first, _))) => twice(key, *first, place, faults),
            None => unknown(key, keys, place, faults),
        }
    }
    Some(firsts.map(|slot| slot.map(|(_, value)| value)))
}

/// The value of a key that must be there.
pub(super) fn required<'t>(
    value: Option<Node<'t>>,
    owner: Node<'_>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<Node<'t>> {
    if value.is_none() {
        faults.value(owner, place, format!("is missing; write {example}"));
    }
    value
}

fn mapping<'t>(
    node: Node<'t>,
    keys: &[&'static str],
    place: Place<'_>,
    faults: &mut Faults,
) -> Option<Pairs<'t>> {
    let what = match node.view() {
        View::Map(pairs) => return Some(pairs),
        View::Broken => return None,
        View::Null => "has no value".to_owned(),
        View::List(_) => "a list is written where a mapping is wanted".to_owned(),
        View::Text(text) => format!("{} is written where a mapping is wanted", quoted(text)),
    };
    let keys = all_of(keys.iter().copied());
    faults.value(
        node,
        place,
        format!("{what}; write key: value pairs; the keys are {keys}"),
    );
    None
}

fn twice(key: Node<'_>, first: Node<'_>, place: Place<'_>, faults: &mut Faults) {
    let (name, spot) = (key.quoted(), first.spot());
    let object = place.object;
    faults.conflict(
        key,
        place,
        format!("the key {name} is written twice, first in {spot}; keep one"),
        (first, object),
    );
}

fn unknown(key: Node<'_>, keys: &[&'static str], place: Place<'_>, faults: &mut Faults) {
    let message = match key.view() {
        View::Broken => return,
        View::Text("<<") => "merge keys are not read; write the keys out".to_owned(),
        View::Text(text) => match nearest(text, keys) {
            Some(near) => format!("unknown key {}; did you mean {near}?", quoted(text)),
            None => {
                let keys = all_of(keys.iter().copied());
                format!("unknown key {}; the keys here are {keys}", quoted(text))
            }
        },
        View::Null | View::List(_) | View::Map(_) => {
            format!(
                "{} is no key; the keys here are {}",
                key.quoted(),
                all_of(keys.iter().copied())
            )
        }
    };
    faults.value(key, place, message);
}

/// The name of a network or a port, if it has a readable one, before anything else of it is read.
pub(super) fn named(node: Node<'_>) -> Option<Label<'_>> {
    let View::Map(mut pairs) = node.view() else {
        return None;
    };
    let (_, value) = pairs.find(|(key, _)| key.text() == Some("name"))?;
    value
        .text()
        .filter(|text| !text.is_empty())
        .map(Label::Name)
}
