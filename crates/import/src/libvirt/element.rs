use roxmltree::Node;

use crate::quote::shown;
use crate::source::Place;

/// Tells where an element stands.
pub(super) struct Lines<'a> {
    file: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(file: &'a str, text: &str) -> Lines<'a> {
        let behind = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines {
            file,
            starts: [0].into_iter().chain(behind.map(|(i, _)| i + 1)).collect(),
        }
    }

    /// The place of an element, with the element as it is written.
    pub(super) fn place(&self, node: Node<'_, '_>) -> Place {
        let at = node.range().start;
        Place {
            file: self.file.to_owned(),
            line: Some(self.starts.partition_point(|start| *start <= at)),
            element: written(node),
        }
    }
}

/// The element's opening tag.
fn written(node: Node<'_, '_>) -> String {
    let mut text = node.tag_name().name().to_owned();
    for attribute in node.attributes() {
        text += &format!(" {}='{}'", attribute.name(), attribute.value());
    }
    format!("<{}>", shown(&text))
}

/// The first child element of this name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The child elements of this name.
pub(super) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// An attribute that says something.
pub(super) fn attribute(node: Node<'_, '_>, name: &str) -> Option<String> {
    let value = node.attribute(name)?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// What stands in a child element, or nothing.
pub(super) fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let text = child(node, name)?.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
