use roxmltree::Node;

use super::element::{Lines, attribute, children, text};
use crate::source::Place;

/// A `<filterref>`, of an interface or of another filter.
#[derive(Clone, Debug)]
pub(super) struct FilterRef {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) parameters: Vec<Parameter>,
}

/// A `<parameter>`.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) place: Place,
}

/// A `<filter>` that the operator gave.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) refs: Vec<FilterRef>,
    pub(super) rules: Vec<Place>,
}

impl FilterRef {
    pub(super) fn read(node: Node<'_, '_>, lines: &Lines<'_>) -> FilterRef {
        let parameters = children(node, "parameter").filter_map(|parameter| {
            Some(Parameter {
                name: attribute(parameter, "name")?,
                value: attribute(parameter, "value")?,
                place: lines.place(parameter),
            })
        });
        FilterRef {
            name: attribute(node, "filter").unwrap_or_default(),
            place: lines.place(node),
            parameters: parameters.collect(),
        }
    }
}

impl Filter {
    /// Its name and what it says, if it has a name.
    pub(super) fn read(node: Node<'_, '_>, lines: &Lines<'_>) -> Option<(String, Filter)> {
        let name = attribute(node, "name").or_else(|| text(node, "name"))?;
        let filter = Filter {
            refs: children(node, "filterref")
                .map(|filter| FilterRef::read(filter, lines))
                .collect(),
            rules: children(node, "rule")
                .map(|rule| lines.place(rule))
                .collect(),
        };
        Some((name, filter))
    }
}
