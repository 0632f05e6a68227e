use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::element::{Lines, child, children, text};
use super::filter::Filter;
use super::interface::Interface;
use super::network::Network;
use crate::quote::shown;
use crate::{ImportError, Source};

/// Put around a source, so that it may hold several documents one after the other.
const OPEN: &str = "<v>";
const CLOSE: &str = "</v>";

/// What is called an interface that stands alone.
const NOBODY: &str = "interface";

/// Everything that the sources say.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) interfaces: Vec<Interface>,
    pub(super) networks: Vec<Network>,
    /// Filters that the operator gave, by their names.
    pub(super) filters: HashMap<String, Filter>,
}

impl Documents {
    /// Reads one source.
    pub(super) fn read(&mut self, source: &Source<'_>) -> Result<(), ImportError> {
        let text = format!("{OPEN}{}{CLOSE}", without_declarations(source.text));
        // No DTD: nothing may expand, and libvirt writes none.
        let options = ParsingOptions {
            allow_dtd: false,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(&text, options)
            .map_err(|error| malformed(source.name, &error))?;
        let lines = Lines::of(source.name, &text);
        let mut found = false;
        for root in document.root_element().children() {
            if root.is_element() {
                self.root(root, &lines)?;
                found = true;
            }
        }
        if found {
            return Ok(());
        }
        Err(ImportError::Shape {
            file: source.name.to_owned(),
            element: "the whole of it".to_owned(),
            message: "there is no XML element; give what virsh dumpxml writes".to_owned(),
        })
    }

    fn root(&mut self, root: Node<'_, '_>, lines: &Lines<'_>) -> Result<(), ImportError> {
        match root.tag_name().name() {
            "domain" => self.domain(root, lines),
            // A snapshot, a checkpoint and the state of a running domain hold the domain.
            "domainsnapshot" | "domaincheckpoint" | "domstatus" => {
                let domain = child(root, "domain").ok_or_else(|| {
                    wrong(
                        root,
                        lines,
                        "it holds no <domain>; give what virsh dumpxml writes",
                    )
                })?;
                self.domain(domain, lines);
            }
            "interface" => {
                let name = NOBODY.to_owned();
                let index = self.interfaces.len();
                self.interfaces
                    .push(Interface::read(root, name, index, lines));
            }
            "network" => self.networks.extend(Network::read(root, lines)),
            "filter" => self.filters.extend(Filter::read(root, lines)),
            name => {
                let message = format!(
                    "<{}> is not read; give a domain (virsh dumpxml), a network (virsh net-dumpxml) or \
                     a filter (virsh nwfilter-dumpxml)",
                    shown(name)
                );
                return Err(wrong(root, lines, &message));
            }
        }
        Ok(())
    }

    fn domain(&mut self, domain: Node<'_, '_>, lines: &Lines<'_>) {
        let name = text(domain, "name").unwrap_or_else(|| "domain".to_owned());
        let devices = children(domain, "devices");
        let interfaces = devices.flat_map(|devices| children(devices, "interface"));
        for (index, node) in interfaces.enumerate() {
            let interface = Interface::read(node, name.clone(), index, lines);
            self.interfaces.push(interface);
        }
    }
}

fn wrong(node: Node<'_, '_>, lines: &Lines<'_>, message: &str) -> ImportError {
    let place = lines.place(node);
    ImportError::Shape {
        element: match place.line {
            Some(line) => format!("line {line}"),
            None => place.element,
        },
        file: place.file,
        message: message.to_owned(),
    }
}

fn malformed(file: &str, error: &roxmltree::Error) -> ImportError {
    let at = error.pos();
    // What was put before the first line does not count.
    let before = if at.row == 1 { OPEN.len() } else { 0 };
    let column = usize::try_from(at.col).unwrap_or(usize::MAX);
    let message = error.to_string();
    ImportError::Xml {
        file: file.to_owned(),
        line: usize::try_from(at.row).unwrap_or(usize::MAX),
        column: column.saturating_sub(before).max(1),
        // It holds the place once more, and there with what was put before.
        message: shown(&message.replace(&format!(" at {at}"), "")),
    }
}

/// The same text with blanks for XML declarations, which may stand at the beginning of a whole document
/// only, and for a byte order mark.
fn without_declarations(text: &str) -> String {
    const DECLARATION: &str = "<?xml";
    let mut out = String::with_capacity(text.len());
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while let Some(at) = rest.find(DECLARATION) {
        let (before, from) = rest.split_at(at);
        out += before;
        let is_declaration = from[DECLARATION.len()..].starts_with(char::is_whitespace);
        let length = match from.find("?>") {
            Some(end) if is_declaration => end + 2,
            _ => {
                out += DECLARATION;
                rest = &from[DECLARATION.len()..];
                continue;
            }
        };
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        out.extend(from[..length].chars().map(blank));
        rest = &from[length..];
    }
    out + rest
}
