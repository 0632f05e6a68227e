//! What a frame is, and whose.

use vifguard_policy::{Guard, Identity};

use super::Chain;
use crate::filter::{Action, Rule};
use crate::rules::any;

/// libvirt writes 0x8100 so.
const TAGS: [&str; 3] = ["vlan", "34984", "37120"];

pub(super) fn chains(identity: &Identity) -> Vec<Chain> {
    let mut chains = Vec::new();
    if identity.guards.has(Guard::Mac) {
        let own = identity.macs.iter();
        let own = own.map(|mac| any("mac").mac("srcmacaddr", *mac).is(Action::Return));
        let rules = own.chain([any("mac").is(Action::Drop)]).collect();
        chains.push(Chain {
            name: "mac-src",
            rules,
        });
    }
    if identity.guards.has(Guard::L2) {
        let tags = TAGS.iter();
        let tags = tags.map(|tag| any("mac").with("protocolid", tag).is(Action::Drop));
        let rules = tags.chain([any("mac").is(Action::Return)]).collect();
        chains.push(Chain {
            name: "mac-vlan",
            rules,
        });
    }
    chains
}

/// What becomes of frames that no chain of their own has judged: rules behind all chains.
pub(crate) fn ends(identity: &Identity, chains: &[Chain]) -> Vec<Rule> {
    if !identity.guards.has(Guard::L2) {
        return vec![any("mac").is(Action::Accept)];
    }
    let judged = |prefix: &str| {
        chains
            .iter()
            .any(|chain| chain.name.split('-').next() == Some(prefix))
    };
    let kinds = ["arp", "rarp", "ipv4", "ipv6"].into_iter();
    let unjudged = kinds.filter(|kind| !judged(kind)).map(str::to_owned);
    let listed = identity.ethertypes.iter().map(ToString::to_string);
    let passing = unjudged.chain(listed);
    let passing = passing.map(|kind| any("mac").with("protocolid", kind).is(Action::Accept));
    passing.chain([any("mac").is(Action::Drop)]).collect()
}
