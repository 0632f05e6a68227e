//! What leads to a port's counter of passed frames: its interface, and whole claims of most frames.
//!
//! The short way through the rules asks for everything that a plain frame claims with one key, of
//! interface, MAC, EtherType and address. As one look-up meets one policy, it needs no editions.

use std::collections::HashMap;

use vifguard_netlink::nft::{Element, Value};
use vifguard_policy::{Guard, Identity};

use crate::class::Class;
use crate::contents::Entry;
use crate::held::Held;
use crate::names::{MACS, PASSED, SHORT, SHORT_IP4, SHORT_IP6, WAYS, v4, v6};

/// Up to so many pairs of MAC and address of a family can take the short way; a port with more takes
/// the long one with that family.
const MOST_PAIRS: usize = 64;
const IP4: [u8; 2] = [0x08, 0x00];
const IP6: [u8; 2] = [0x86, 0xdd];

/// What a port's ways depend on.
struct Claims<'a> {
    /// What stands for the interface.
    key: &'a [u8],
    device: &'a str,
    port: &'a str,
    class: Class,
    macs: Vec<&'a [u8]>,
    v4: Vec<Vec<u8>>,
    v6: Vec<Vec<u8>>,
}

/// Elements by set.
pub type Ways = Vec<(&'static str, Element)>;

/// The name of the counter of what passed from an interface, as long as it is this port.
pub fn counter(device: &str, port: &str) -> String {
    format!("{device}/{port}")
}

/// The interface of a counter of that name; interfaces have no such character in theirs.
pub fn device_of(counter: &str) -> &str {
    counter
        .split_once('/')
        .map_or(counter, |(device, _)| device)
}

/// The ways of a port as the policy has it.
pub fn wanted(key: &[u8], device: &str, identity: &Identity, class: Class) -> Ways {
    let single4 = identity.v4.iter().filter(|net| net.prefix_len() == 32);
    let single6 = identity.v6.iter().filter(|net| net.prefix_len() == 128);
    ways(&Claims {
        key,
        device,
        port: &identity.port,
        class,
        macs: identity.macs.iter().map(|mac| mac.0.as_slice()).collect(),
        v4: single4.map(|net| net.addr().octets().to_vec()).collect(),
        v6: single6.map(|net| net.addr().octets().to_vec()).collect(),
    })
}

/// The ways that a port in the kernel should have, from its claims there.
pub fn implied(entry: &Entry, claims: &[(&str, &Element)]) -> Ways {
    let Some(court) = entry.court else {
        return Ways::new();
    };
    let (single4, single6) = (v4(32), v6(128));
    let of = |set: &str| -> Vec<&[u8]> {
        let claims = claims.iter().filter(|(name, _)| *name == set);
        claims.map(|(_, element)| &element.key[4..]).collect()
    };
    ways(&Claims {
        key: &entry.element.key,
        device: &entry.device,
        port: &entry.port,
        class: court.class,
        macs: of(MACS).into_iter().map(|key| &key[..6]).collect(),
        v4: of(&single4).into_iter().map(<[u8]>::to_vec).collect(),
        v6: of(&single6).into_iter().map(<[u8]>::to_vec).collect(),
    })
}

/// Ports whose ways are not those that their claims imply, and whether there are ways of nobody's.
pub fn strays(held: &Held) -> (Vec<&str>, bool) {
    let claims = held.claims();
    let mut there: HashMap<&str, HashMap<&[u8], &Value>> = HashMap::new();
    for set in WAYS {
        let elements = held.contents.as_ref().and_then(|all| all.get(set));
        let ways = elements.into_iter().flatten();
        there.insert(
            set,
            ways.map(|way| (way.key.as_slice(), &way.value)).collect(),
        );
    }
    let mut ports = Vec::new();
    for entry in &held.entries {
        let claims = claims.get(&entry.number).map(Vec::as_slice);
        let mut is_whole = true;
        for (set, way) in implied(entry, claims.unwrap_or_default()) {
            let found = there
                .get_mut(set)
                .and_then(|ways| ways.remove(way.key.as_slice()));
            is_whole &= found == Some(&way.value);
        }
        if !is_whole {
            ports.push(entry.port.as_str());
        }
    }
    (ports, there.values().any(|ways| !ways.is_empty()))
}

/// Room that the sets of the short way need for a port.
pub fn room(identity: &Identity) -> usize {
    let pairs = |addresses: usize| identity.macs.len().saturating_mul(addresses);
    let most = pairs(identity.v4.len().max(identity.v6.len()));
    most.min(MOST_PAIRS).max(2 * identity.macs.len())
}

fn ways(claims: &Claims<'_>) -> Ways {
    let counter = counter(claims.device, claims.port);
    let interface = claims.key;
    let way = |set, key| (set, Element::counted_by(key, counter.clone()));
    let mut ways = vec![way(PASSED, interface.to_vec())];
    if !claims.class.has(Guard::Mac) {
        return ways;
    }
    for (guard, ethertype, set, addresses) in [
        (Guard::Ipv4, IP4, SHORT_IP4, &claims.v4),
        (Guard::Ipv6, IP6, SHORT_IP6, &claims.v6),
    ] {
        let sources = claims
            .macs
            .iter()
            .map(|mac| [interface, mac, &ethertype].concat());
        if !claims.class.has(guard) {
            ways.extend(sources.map(|source| way(SHORT, source)));
            continue;
        }
        // What a link-local address sends is neighbor discovery, mostly, which goes the long way.
        let addresses = || addresses.iter().filter(|address| !is_link_local(address));
        if claims.macs.len().saturating_mul(addresses().count()) > MOST_PAIRS {
            continue;
        }
        for source in sources {
            ways.extend(
                addresses().map(|address| way(set, [&source, address.as_slice()].concat())),
            );
        }
    }
    ways
}

fn is_link_local(address: &[u8]) -> bool {
    matches!(address, [0xfe, second, ..] if address.len() == 16 && second & 0xc0 == 0x80)
}
