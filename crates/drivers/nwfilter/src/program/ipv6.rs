//! IPv6. ebtables finds the upper layer behind all extension headers, AH too, and says nothing of these.

use std::net::Ipv6Addr;

use vifguard_policy::{Guard, GuardSet, Identity, Ipv6Net, LinkLocalRule};

use super::{Chain, asks_discovery, never};
use crate::filter::{Action, Rule};
use crate::options::NeighborDiscovery;
use crate::rules::any;

const UDP: u8 = 17;
const FRAGMENT: u8 = 44;
const PIM: u8 = 103;
/// Multicast listener query, router advertisement, redirect, multicast router advertisement.
const ROUTERS: [u8; 4] = [130, 134, 137, 151];
const SOLICITATIONS: [u8; 3] = [133, 135, 136];
const INVERSE: [u8; 2] = [141, 142];
const REPORTS: [u8; 3] = [131, 132, 143];
/// TCP, UDP, DCCP, SCTP: what has ports.
const PORTED: [u8; 4] = [6, 17, 33, 132];
/// IPv4, IPv6, RSVP, GRE, ESP, EIGRP, OSPF, PIM, VRRP, L2TP, UDP-Lite.
const OTHERS: [u8; 11] = [4, 41, 46, 47, 50, 88, 89, 103, 112, 115, 136];

/// Do the rules of the contract's section on IPv6 hold?
pub(super) fn judges(guards: GuardSet) -> bool {
    guards.any(GuardSet::of(&[
        Guard::Ipv6,
        Guard::Nd,
        Guard::Mac,
        Guard::Router,
        Guard::DhcpServer,
    ]))
}

pub(super) fn chains(identity: &Identity, discovery: NeighborDiscovery) -> Vec<Chain> {
    let guards = identity.guards;
    if !judges(guards) {
        return Vec::new();
    }
    let later = any("ipv6").upper(FRAGMENT).is(Action::Drop);
    // What a first fragment does not show, a later one may bring.
    let mut chains = vec![open("ipv6-frag", vec![later])];
    if guards.has(Guard::Router) {
        let mut spoken = types(&ROUTERS);
        spoken.push(any("ipv6").upper(PIM).is(Action::Drop));
        chains.push(open("ipv6-router", spoken));
    }
    if asks_discovery(guards) {
        if discovery == NeighborDiscovery::Refuse {
            chains.push(open("ipv6-nd", types(&SOLICITATIONS)));
        }
        chains.push(open("ipv6-ind", types(&INVERSE)));
    }
    if guards.has(Guard::Ipv6) {
        chains.push(Chain {
            name: "ipv6-src",
            rules: sources(identity, discovery),
        });
    }
    if guards.has(Guard::DhcpServer) {
        let server = [("srcportstart", 547), ("dstportstart", 546)];
        let server = server.map(|(field, port)| any("ipv6").upper(UDP).with(field, port));
        let server = server.map(|server| server.is(Action::Drop));
        chains.push(open("ipv6-dhcp", server.to_vec()));
    }
    chains.push(Chain {
        name: "ipv6-up",
        rules: uppers(),
    });
    chains
}

/// What is not refused goes on.
fn open(name: &'static str, mut rules: Vec<Rule>) -> Chain {
    rules.push(any("ipv6").is(Action::Return));
    Chain { name, rules }
}

fn types(types: &[u8]) -> Vec<Rule> {
    let rule = |kind: &u8| any("ipv6").icmp6(*kind).is(Action::Drop);
    types.iter().map(rule).collect()
}

/// An upper layer that cannot be seen does not match: a chain that cannot be walked to its end is refused.
fn uppers() -> Vec<Rule> {
    let ported = PORTED.map(|protocol| any("ipv6").ports_seen(protocol));
    let others = OTHERS.map(|protocol| any("ipv6").upper(protocol));
    let all = [any("ipv6").icmp6_seen()]
        .into_iter()
        .chain(ported)
        .chain(others);
    let passing = all.map(|upper| upper.is(Action::Return));
    passing.chain([any("ipv6").is(Action::Drop)]).collect()
}

fn sources(identity: &Identity, discovery: NeighborDiscovery) -> Vec<Rule> {
    let unseen = discovery == NeighborDiscovery::Refuse && !asks_discovery(identity.guards);
    let mut rules = unspecified(!unseen);
    for (base, length) in never::v6(&identity.v6) {
        rules.push(any("ipv6").v6("src", base, length).is(Action::Drop));
    }
    // Link-locals first: prefixes from outside fe80::/10 own none.
    let (local, wide): (Vec<&Ipv6Net>, Vec<&Ipv6Net>) =
        identity.v6.iter().partition(|net| is_link_local(net));
    rules.extend(local.into_iter().map(|net| from(net, Action::Return)));
    let all = Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10);
    if let LinkLocalRule::AnyBut(others) = &identity.link_local {
        rules.extend(others.prefixes().iter().map(|net| from(net, Action::Drop)));
        rules.push(from(&all, Action::Return));
    } else if wide.iter().any(|net| net.contains(&all)) {
        rules.push(from(&all, Action::Drop));
    }
    rules.extend(wide.into_iter().map(|net| from(net, Action::Return)));
    rules.push(any("ipv6").is(Action::Drop));
    rules
}

fn from(net: &Ipv6Net, action: Action) -> Rule {
    let source = any("ipv6").v6("src", net.network(), net.prefix_len());
    source.is(action)
}

fn is_link_local(net: &Ipv6Net) -> bool {
    net.prefix_len() >= 10 && net.network().is_unicast_link_local()
}

/// The forms of `::` that the contract excepts. Of solicitations it excepts those without a source link-layer
/// option, which nobody sees: they pass if they are trusted, or if nothing but a trusted one comes here.
fn unspecified(solicitations: bool) -> Vec<Rule> {
    let groups = Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0);
    let solicited = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, 0);
    let source = || any("ipv6").v6("src", Ipv6Addr::UNSPECIFIED, 128);
    let reports = REPORTS.map(|kind| source().v6("dst", groups, 8).icmp6(kind));
    let mut excepted = reports.to_vec();
    if solicitations {
        let probe = source().v6("dst", solicited, 104).icmp6(135);
        excepted.extend([probe, source().icmp6(133)]);
    }
    let passing = excepted.into_iter();
    passing.map(|form| form.is(Action::Return)).collect()
}
