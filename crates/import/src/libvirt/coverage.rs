use std::collections::{BTreeSet, HashMap, HashSet};

use super::filter::{Filter, FilterRef, Parameter};
use super::piece::{self, Piece};
use crate::source::Place;

/// What the filter of an interface does, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    pub(super) pieces: BTreeSet<Piece>,
    /// Filters that nobody gave and libvirt does not ship.
    pub(super) unknown: Vec<FilterRef>,
    /// Rules of the operator's own.
    pub(super) rules: Vec<Place>,
    /// All parameters on the way, the interface's own first.
    pub(super) parameters: Vec<Parameter>,
}

impl Coverage {
    /// Of this filter and of all that it refers to. A filter with the name of one that libvirt ships is
    /// taken to be that one.
    pub(super) fn of(filter: &FilterRef, filters: &HashMap<String, Filter>) -> Coverage {
        let mut coverage = Coverage::default();
        let mut seen = HashSet::new();
        let mut ahead = vec![filter];
        while let Some(filter) = ahead.pop() {
            coverage
                .parameters
                .extend(filter.parameters.iter().cloned());
            // References may meet again, or, in a file that libvirt never saw, go round in circles.
            if !seen.insert(&filter.name) {
                continue;
            }
            if let Some(pieces) = piece::of_filter(&filter.name) {
                coverage.pieces.extend(pieces);
            } else if let Some(given) = filters.get(&filter.name) {
                coverage.rules.extend(given.rules.iter().cloned());
                ahead.extend(given.refs.iter().rev());
            } else {
                coverage.unknown.push(filter.clone());
            }
        }
        coverage
    }

    pub(super) fn has(&self, piece: Piece) -> bool {
        self.pieces.contains(&piece)
    }

    /// Is everything known that it does?
    pub(super) fn is_whole(&self) -> bool {
        self.unknown.is_empty() && self.rules.is_empty()
    }

    /// Does it drop all IPv4 but a DHCP client's?
    pub(super) fn drops_ipv4(&self) -> bool {
        self.drops_but(&[Piece::AcceptIpv4, Piece::ToGateway])
    }

    /// Does it drop all IPv6?
    pub(super) fn drops_ipv6(&self) -> bool {
        self.drops_but(&[Piece::AcceptIpv6, Piece::ToGateway, Piece::DhcpClient6])
    }

    /// Does it drop all ARP?
    pub(super) fn drops_arp(&self) -> bool {
        self.drops_but(&[Piece::AcceptArp])
    }

    fn drops_but(&self, accepting: &[Piece]) -> bool {
        let accepts = accepting.iter().any(|piece| self.has(*piece));
        self.is_whole() && self.has(Piece::DropRest) && !accepts
    }

    /// Does it look at the guest's IPv4 addresses?
    pub(super) fn needs_ip(&self) -> bool {
        self.has(Piece::ArpAddress) || self.has(Piece::Ipv4Source)
    }
}
