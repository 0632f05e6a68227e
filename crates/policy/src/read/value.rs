use crate::faults::{Faults, Place};
use crate::quote::{alternatives, quoted};
use crate::yaml::{Children, Node, View};

/// One value as text. `example` is what to write instead if it is something else.
pub(super) fn text<'t>(
    node: Node<'t>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<&'t str> {
    let what = match node.view() {
        View::Text(text) => return Some(text),
        View::Broken => return None,
        View::Null => "has no value",
        View::List(_) => "a list is written where one value is wanted",
        View::Map(_) => "a mapping is written where one value is wanted",
    };
    faults.value(node, place, format!("{what}; write {example}"));
    None
}

/// The values of a list. A single value is refused: `a, b` without brackets is one text, not two.
pub(super) fn items<'t>(
    node: Node<'t>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<Children<'t>> {
    let key = place.field.unwrap_or_default();
    list(node, place, example, faults, |text| {
        format!("{key}: [{text}]")
    })
}

/// The mappings of a list.
pub(super) fn objects<'t>(
    node: Node<'t>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<Children<'t>> {
    list(node, place, example, faults, |_| example.to_owned())
}

fn list<'t>(
    node: Node<'t>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
    of_one: impl Fn(&str) -> String,
) -> Option<Children<'t>> {
    let key = place.field.unwrap_or_default();
    let message = match node.view() {
        View::List(children) => return Some(children),
        View::Broken => return None,
        View::Null => format!("has no value; write {key}: [] for none, or {example}"),
        View::Text(text) => {
            let (text, instead) = (quoted(text), of_one(&quoted(text)));
            format!("{text} is written where a list is wanted; write {instead}")
        }
        View::Map(_) => format!("a mapping is written where a list is wanted; write {example}"),
    };
    faults.value(node, place, message);
    None
}

/// One of a few words.
pub(super) fn word<T: Copy>(
    node: Node<'_>,
    place: Place<'_>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
    faults: &mut Faults,
) -> Option<T> {
    let is_written = |value: &T| node.text() == Some(name(*value));
    if let Some(found) = all.iter().copied().find(is_written) {
        return Some(found);
    }
    let words = alternatives(all.iter().map(|value| name(*value)));
    let text = quoted(text(node, place, &words, faults)?);
    faults.value(
        node,
        place,
        format!("{text} is not known here; write {words}"),
    );
    None
}

/// `true` or `false`, in no other spelling: YAML 1.1 and 1.2 disagree about the others.
pub(super) fn boolean(node: Node<'_>, place: Place<'_>, faults: &mut Faults) -> Option<bool> {
    let name = |value| if value { "true" } else { "false" };
    word(node, place, &[true, false], name, faults)
}

/// A whole number, decimal or with `0x`.
pub(super) fn number(
    node: Node<'_>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<u64> {
    let text = text(node, place, example, faults)?;
    if text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()) {
        // YAML 1.1 takes 0600 for octal, YAML 1.2 for decimal, JSON for nothing.
        let text = quoted(text);
        faults.value(
            node,
            place,
            format!("{text} begins with a zero; write {example}"),
        );
        return None;
    }
    let number = parse_number(text);
    if number.is_none() {
        faults.value(
            node,
            place,
            format!("{} is not a number; write {example}", quoted(text)),
        );
    }
    number
}

/// No sign, no fraction, no separators.
fn parse_number(text: &str) -> Option<u64> {
    let (digits, radix) = text
        .strip_prefix("0x")
        .map_or((text, 10), |digits| (digits, 16));
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}
