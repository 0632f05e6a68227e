//! IPv4.

use std::net::Ipv4Addr;

use vifguard_policy::{Guard, Identity};

use super::{Chain, never};
use crate::filter::{Action, Rule};
use crate::rules::any;

const ICMP: u8 = 1;
const IGMP: u8 = 2;
const UDP: u8 = 17;
const PIM: u8 = 103;

pub(super) fn chains(identity: &Identity) -> Vec<Chain> {
    let mut chains = Vec::new();
    if identity.guards.has(Guard::Router) {
        // Redirects and queries cannot be told from echoes and reports.
        let spoken = [ICMP, IGMP, PIM].map(|protocol| any("ip").upper(protocol).is(Action::Drop));
        chains.push(open("ipv4-router", spoken.to_vec()));
    }
    if identity.guards.has(Guard::Ipv4) {
        chains.push(Chain {
            name: "ipv4-src",
            rules: sources(identity),
        });
    }
    if identity.guards.has(Guard::DhcpServer) {
        let server = [("srcportstart", 67), ("dstportstart", 68)];
        let server = server.map(|(field, port)| any("ip").upper(UDP).with(field, port));
        let server = server.map(|server| server.is(Action::Drop));
        chains.push(open("ipv4-dhcp", server.to_vec()));
    }
    chains
}

/// What is not refused goes on.
fn open(name: &'static str, mut rules: Vec<Rule>) -> Chain {
    rules.push(any("ip").is(Action::Return));
    Chain { name, rules }
}

fn sources(identity: &Identity) -> Vec<Rule> {
    let mut rules = Vec::new();
    // A guest that has no address yet asks for one. It is no server, so that nothing more is asked of it.
    let discover = any("ip")
        .v4("src", Ipv4Addr::UNSPECIFIED, 32)
        .v4("dst", Ipv4Addr::BROADCAST, 32)
        .upper(UDP)
        .with("srcportstart", 68)
        .with("dstportstart", 67);
    rules.push(discover.is(Action::Accept));
    for (base, length) in never::v4(&identity.v4) {
        rules.push(any("ip").v4("src", base, length).is(Action::Drop));
    }
    for net in &identity.v4 {
        let own = any("ip").v4("src", net.network(), net.prefix_len());
        rules.push(own.is(Action::Return));
    }
    rules.push(any("ip").is(Action::Drop));
    rules
}
