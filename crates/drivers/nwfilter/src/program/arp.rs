//! ARP and RARP.

use std::net::Ipv4Addr;

use vifguard_policy::{Guard, GuardSet, Identity};

use super::{Chain, never};
use crate::filter::{Action, Rule};
use crate::rules::{Match, any};

const REQUEST: &str = "Request";
const REPLY: &str = "Reply";

fn judges(identity: &Identity) -> bool {
    let guards = GuardSet::of(&[Guard::Mac, Guard::Arp]);
    identity.guards.any(guards)
}

/// A comparison of any address sees to it that it has the length of one, and that the target's is there.
fn whole(protocol: &'static str) -> Match {
    any(protocol)
        .with("hwtype", 1)
        .with("protocoltype", 2048)
        .v4("arpsrc", Ipv4Addr::UNSPECIFIED, 0)
}

/// ARP.
pub(super) fn chains(identity: &Identity) -> Vec<Chain> {
    let chain = |name, mut rules: Vec<Rule>| {
        rules.push(any("arp").is(Action::Drop));
        Chain { name, rules }
    };
    if !judges(identity) {
        return Vec::new();
    }
    if !identity.guards.has(Guard::Mac) {
        // Only a comparison of hardware addresses sees how long they are.
        return vec![chain("arp-form", Vec::new())];
    }
    let form = [REQUEST, REPLY].map(|kind| whole("arp").with("opcode", kind).is(Action::Return));
    let mut chains = vec![chain("arp-form", form.to_vec())];
    let own = identity.macs.iter();
    let own = own.map(|mac| any("arp").mac("arpsrcmacaddr", *mac).is(Action::Return));
    chains.push(chain("arp-mac", own.collect()));
    if identity.guards.has(Guard::Arp) {
        chains.push(chain("arp-ip", claims(identity)));
    }
    chains
}

fn claims(identity: &Identity) -> Vec<Rule> {
    let mut rules = Vec::new();
    let probe = || {
        any("arp")
            .with("opcode", REQUEST)
            .v4("arpsrc", Ipv4Addr::UNSPECIFIED, 32)
    };
    for (base, length) in never::v4(&identity.v4) {
        rules.push(probe().v4("arpdst", base, length).is(Action::Drop));
    }
    let own = || {
        identity
            .v4
            .iter()
            .map(|net| (net.network(), net.prefix_len()))
    };
    for (base, length) in own() {
        rules.push(probe().v4("arpdst", base, length).is(Action::Return));
    }
    for (base, length) in never::v4(&identity.v4) {
        rules.push(any("arp").v4("arpsrc", base, length).is(Action::Drop));
    }
    for (base, length) in own() {
        rules.push(any("arp").v4("arpsrc", base, length).is(Action::Return));
    }
    rules
}

/// RARP: the announcement of an own MAC, as hypervisors send it after a migration.
pub(super) fn reverse(identity: &Identity) -> Vec<Chain> {
    if !judges(identity) {
        return Vec::new();
    }
    let mut rules = Vec::new();
    if identity.guards.has(Guard::Mac) {
        for source in &identity.macs {
            for target in &identity.macs {
                let announcement = any("rarp")
                    .with("hwtype", 1)
                    .with("protocoltype", 2048)
                    .with("opcode", "Request_Reverse")
                    .mac("arpsrcmacaddr", *source)
                    .mac("arpdstmacaddr", *target)
                    .v4("arpsrc", Ipv4Addr::UNSPECIFIED, 32)
                    .v4("arpdst", Ipv4Addr::UNSPECIFIED, 32);
                rules.push(announcement.is(Action::Return));
            }
        }
    }
    rules.push(any("rarp").is(Action::Drop));
    vec![Chain {
        name: "rarp",
        rules,
    }]
}
