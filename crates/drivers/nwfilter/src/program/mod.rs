//! Chains of rules for what a port may send.
//!
//! A chain that lets a frame go on says `return`, and the next one is asked; the last one for its kind of
//! frames says `accept`. No chain ends without a verdict on everything: what falls off the end of a chain of
//! ebtables is accepted.

mod arp;
mod ipv4;
mod ipv6;
mod layer2;
mod never;

use vifguard_policy::{Guard, GuardSet, Identity};
use vifguard_verdict::Reason;

use crate::filter::{Action, Rule};
use crate::options::NeighborDiscovery;
pub(crate) use layer2::ends;

/// A chain of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Its name, which begins with the protocol that leads into it.
    pub name: &'static str,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

/// Why each chain refuses.
const REASONS: [(&str, Reason); 16] = [
    ("mac-src", Reason::Mac),
    ("mac-vlan", Reason::Vlan),
    ("arp-form", Reason::ArpMalformed),
    ("arp-mac", Reason::ArpMac),
    ("arp-ip", Reason::ArpIp),
    ("rarp", Reason::Rarp),
    ("ipv4-router", Reason::Router),
    ("ipv4-src", Reason::Ipv4),
    ("ipv4-dhcp", Reason::DhcpServer),
    ("ipv6-frag", Reason::Ipv6Malformed),
    ("ipv6-router", Reason::Router),
    ("ipv6-nd", Reason::NdMalformed),
    ("ipv6-ind", Reason::NdTarget),
    ("ipv6-src", Reason::Ipv6),
    ("ipv6-dhcp", Reason::DhcpServer),
    ("ipv6-up", Reason::Ipv6Malformed),
];

/// Why frames are refused in a chain.
pub(crate) fn reason(chain: &str) -> Option<Reason> {
    let known = REASONS.iter().find(|(name, _)| *name == chain);
    known.map(|(_, reason)| *reason)
}

/// All chains of a port, in the order in which they are asked.
pub fn chains(identity: &Identity, discovery: NeighborDiscovery) -> Vec<Chain> {
    let mut chains = layer2::chains(identity);
    let protocols = [
        arp::chains(identity),
        arp::reverse(identity),
        ipv4::chains(identity),
        ipv6::chains(identity, discovery),
    ];
    for mut own in protocols {
        if let Some(last) = own.last_mut() {
            for rule in &mut last.rules {
                if rule.action == Action::Return {
                    rule.action = Action::Accept;
                }
            }
        }
        chains.extend(own);
    }
    chains
}

/// What of the contract does not hold for a port, one sentence each: what is refused beyond it.
pub(crate) fn beyond(guards: GuardSet, discovery: NeighborDiscovery) -> Vec<String> {
    let mut told = Vec::new();
    let mut say = |sentence: &str| told.push(sentence.to_owned());
    if guards.has(Guard::Arp) && !guards.has(Guard::Mac) {
        say(
            "ARP and RARP are refused whole: without mac, nothing tells how long their hardware addresses are",
        );
    }
    if asks_discovery(guards) {
        match discovery {
            NeighborDiscovery::Refuse => say(
                "neighbor discovery is refused whole, and IPv6 with it: its targets and options are not seen",
            ),
            NeighborDiscovery::Trust => say(
                "neighbor discovery passes with an own source: what it claims besides is not seen",
            ),
        }
    }
    if guards.has(Guard::Ipv6) && !asks_discovery(guards) && discovery == NeighborDiscovery::Refuse
    {
        say("solicitations from :: are refused: their options are not seen");
    }
    if guards.has(Guard::Router) {
        say("ICMP and IGMP over IPv4 are refused whole: their types are not seen");
    }
    if guards.has(Guard::Ipv4) && !guards.has(Guard::Router) {
        say("IGMP from 0.0.0.0 is refused: its type is not seen");
    }
    if ipv6::judges(guards) {
        say("later fragments of IPv6 are refused, and upper layers that are not in a list");
    }
    told
}

/// Is something asked of neighbor discovery that nobody sees?
fn asks_discovery(guards: GuardSet) -> bool {
    guards.any(GuardSet::of(&[Guard::Mac, Guard::Nd]))
}
