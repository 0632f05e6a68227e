use roxmltree::Node;

use super::element::{Lines, attribute, child, children};
use super::filter::FilterRef;
use crate::source::Place;

/// An `<interface>` of a domain.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) place: Place,
    /// The domain's name.
    pub(super) domain: String,
    /// Its place among the interfaces of the domain, from 0.
    pub(super) index: usize,
    /// `network`, `bridge`, `direct` and so on.
    pub(super) kind: String,
    pub(super) mac: Option<Said>,
    pub(super) source: SourceOf,
    /// The host's interface.
    pub(super) target: Option<Said>,
    pub(super) filter: Option<FilterRef>,
    pub(super) vlan: Option<Vlan>,
    /// `<ip>` elements: what the guest is told to use.
    pub(super) addresses: Vec<Said>,
    /// Where `<port isolated='yes'>` stands.
    pub(super) isolated: Option<Place>,
    pub(super) trusts_guest: bool,
}

/// A value, and where it was said.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) value: String,
    pub(super) place: Place,
}

/// What an interface is attached to. A running domain names the bridge of its network too.
#[derive(Debug, Default)]
pub(super) struct SourceOf {
    pub(super) network: Option<String>,
    pub(super) bridge: Option<String>,
}

/// VLAN tags that the host puts on, or lets the guest put on.
#[derive(Debug)]
pub(super) struct Vlan {
    pub(super) place: Place,
    pub(super) tags: Vec<String>,
    /// Whether the guest's own tags pass.
    pub(super) trunk: bool,
}

impl Interface {
    /// What its port is called: the domain's name and its number, which stay when others come.
    pub(super) fn name(&self) -> String {
        format!("{}-net{}", self.domain, self.index)
    }

    pub(super) fn read(
        node: Node<'_, '_>,
        domain: String,
        index: usize,
        lines: &Lines<'_>,
    ) -> Interface {
        let said = |element: &str, key: &str| {
            let node = child(node, element)?;
            Said::read(node, key, lines)
        };
        let isolated = child(node, "port").filter(|port| is_yes(*port, "isolated"));
        let addresses = children(node, "ip").filter_map(|ip| Said::read(ip, "address", lines));
        Interface {
            place: lines.place(node),
            domain,
            index,
            kind: attribute(node, "type").unwrap_or_default(),
            mac: said("mac", "address"),
            source: child(node, "source").map_or_else(SourceOf::default, |source| SourceOf {
                network: attribute(source, "network"),
                bridge: attribute(source, "bridge"),
            }),
            target: said("target", "dev"),
            filter: child(node, "filterref").map(|filter| FilterRef::read(filter, lines)),
            vlan: child(node, "vlan").map(|vlan| Vlan::read(vlan, lines)),
            addresses: addresses.collect(),
            isolated: isolated.map(|port| lines.place(port)),
            trusts_guest: is_yes(node, "trustGuestRxFilters"),
        }
    }
}

impl Said {
    pub(super) fn read(node: Node<'_, '_>, key: &str, lines: &Lines<'_>) -> Option<Said> {
        Some(Said {
            value: attribute(node, key)?,
            place: lines.place(node),
        })
    }
}

impl Vlan {
    fn read(node: Node<'_, '_>, lines: &Lines<'_>) -> Vlan {
        let tags: Vec<String> = children(node, "tag")
            .filter_map(|tag| attribute(tag, "id"))
            .collect();
        Vlan {
            place: lines.place(node),
            trunk: is_yes(node, "trunk") || tags.len() > 1,
            tags,
        }
    }

    /// The one segment that the interface is put on.
    pub(super) fn access(&self) -> Option<&str> {
        match self.tags.as_slice() {
            [tag] if !self.trunk => Some(tag),
            _ => None,
        }
    }
}

fn is_yes(node: Node<'_, '_>, key: &str) -> bool {
    node.attribute(key) == Some("yes")
}
