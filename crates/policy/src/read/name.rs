use crate::faults::{Faults, Place};
use crate::quote::quoted;
use crate::yaml::Node;

use super::value::text;

/// Names become labels, paths and comments in the kernel; none of these carry more.
const LONGEST: usize = 128;

/// The name of a network or a port.
pub(super) fn name<'t>(
    node: Node<'t>,
    place: Place<'_>,
    example: &str,
    faults: &mut Faults,
) -> Option<&'t str> {
    let name = text(node, place, example, faults)?;
    let message = match name {
        "" => format!("is empty; write {example}"),
        _ if name.len() > LONGEST => {
            let len = name.len();
            format!(
                "{} is {len} bytes long; write a name of at most {LONGEST}",
                quoted(name)
            )
        }
        _ if name.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            format!(
                "{} holds white space or a control character; write {example}",
                quoted(name)
            )
        }
        _ => return Some(name),
    };
    faults.value(node, place, message);
    None
}
