//! Reading and writing libvirt's XML, as far as filters need it.

use roxmltree::{Document, Node};

use crate::filter::{Action, Filter, ROOT, Rule};

/// A text as the value of an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\'' => escaped.push_str("&apos;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Filters, one document after the other.
pub(crate) fn filters(text: &str) -> Result<Vec<Filter>, String> {
    const END: &str = "</filter>";
    let documents = text.split_inclusive(END);
    let documents = documents.filter(|document| !document.trim().is_empty());
    documents.map(|document| filter(document.trim())).collect()
}

fn filter(text: &str) -> Result<Filter, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let root = document.root_element();
    let attribute = |name| root.attribute(name).map(str::to_owned);
    let name = attribute("name").ok_or("a filter without a name")?;
    let mut filter = Filter {
        name,
        chain: attribute("chain").unwrap_or_else(|| ROOT.to_owned()),
        priority: priority(root),
        references: Vec::new(),
        rules: Vec::new(),
    };
    for child in root.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "filterref" => {
                let named = child.attribute("filter").unwrap_or_default();
                filter.references.push(named.to_owned());
                // Parameters would change what the filter says.
                if child.children().any(|node| node.is_element()) {
                    filter
                        .references
                        .push(format!("{named} with its parameters"));
                }
            }
            "rule" => filter.rules.push(rule(child)),
            _ => {}
        }
    }
    Ok(filter)
}

/// What is read otherwise than it is written is never ours: the comparison tells.
fn rule(node: Node<'_, '_>) -> Rule {
    let named = node.attribute("action").unwrap_or_default();
    let action = Action::ALL
        .into_iter()
        .find(|action| action.name() == named);
    let what = node.children().find(Node::is_element);
    let mut rule = Rule {
        action: action.unwrap_or(Action::Accept),
        priority: priority(node),
        protocol: what.map_or(String::new(), |what| what.tag_name().name().to_owned()),
        fields: Default::default(),
    };
    if let Some(what) = what {
        let fields = what.attributes();
        rule.fields = fields
            .map(|field| (field.name().to_owned(), field.value().to_owned()))
            .collect();
    }
    if node.attribute("direction") != Some("out") || action.is_none() {
        rule.fields
            .insert("of another kind".to_owned(), format!("{:?}", node.range()));
    }
    rule
}

fn priority(node: Node<'_, '_>) -> i16 {
    node.attribute("priority")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_as_they_are_written() {
        let rule = Rule {
            action: Action::Return,
            priority: -3,
            protocol: "mac".to_owned(),
            fields: [("comment".to_owned(), "a'b <\"&".to_owned())].into(),
        };
        let one = Filter {
            name: "vifguard-x".to_owned(),
            chain: "mac-src".to_owned(),
            priority: -900,
            references: vec!["other".to_owned()],
            rules: vec![rule],
        };
        let two = Filter {
            chain: ROOT.to_owned(),
            priority: 0,
            ..one.clone()
        };
        let text = format!("{one}\n\n{two}\n");
        assert_eq!(filters(&text).unwrap(), [one.clone(), two]);
        let foreign = one.to_string().replace("direction='out'", "direction='in'");
        assert_ne!(filters(&foreign).unwrap(), [one]);
    }
}
