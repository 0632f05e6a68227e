//! The sweep over sorted claims against the rule in its plainest form: every pair of ports, every
//! address of a small world.

use std::collections::BTreeMap;

use proptest::prelude::*;
use vifguard_policy::{Ipv4Net, Ipv6Net, MacAddr, Policy};

use crate::common::errors;

/// The world is small, so that claims meet: 16 IPv4 addresses, 16 link-locals, 6 MACs.
#[derive(Clone, Debug)]
struct Claims {
    v4: Vec<(u8, u8, bool)>,
    link_locals: Vec<(u8, u8, bool)>,
    macs: Vec<(u8, bool)>,
    derives: bool,
}

/// The tail of a MAC whose EUI-64 link-local ends in the same byte: all of them are fe80::ff:fe00:xx.
fn mac(tail: u8) -> MacAddr {
    MacAddr([2, 0, 0, 0, 0, tail])
}

fn v4((base, len, _): (u8, u8, bool)) -> Ipv4Net {
    Ipv4Net::new_assert([10, 0, 0, base].into(), len).trunc()
}

fn link_local((base, len, _): (u8, u8, bool)) -> Ipv6Net {
    let address = mac(base).eui64_link_local();
    Ipv6Net::new_assert(address, len + 96).trunc()
}

/// For everything in the world that somebody claims: whether all of its claims on it are shared.
type Held = BTreeMap<String, bool>;

impl Claims {
    fn held(&self, reserved: bool) -> Held {
        let mut held = Held::new();
        let mut claim = |what: String, shared: bool| {
            held.entry(what)
                .and_modify(|all| *all &= shared)
                .or_insert(shared);
        };
        for entry in &self.v4 {
            v4(*entry)
                .hosts_and_ends()
                .for_each(|address| claim(address, entry.2));
        }
        for entry in &self.link_locals {
            let net = link_local(*entry);
            for address in (0..16).map(|tail| mac(tail).eui64_link_local()) {
                if net.contains(&address) {
                    claim(address.to_string(), entry.2);
                }
            }
        }
        for (tail, shared) in &self.macs {
            claim(mac(*tail).to_string(), *shared);
            if self.derives || reserved {
                claim(mac(*tail).eui64_link_local().to_string(), *shared);
            }
        }
        held
    }

    fn entries(&self) -> (String, String) {
        let address = |net: String, shared| format!("{{ address: \"{net}\", shared: {shared} }}");
        let addresses = self
            .v4
            .iter()
            .map(|entry| address(v4(*entry).to_string(), entry.2));
        let locals = self
            .link_locals
            .iter()
            .map(|entry| address(link_local(*entry).to_string(), entry.2));
        let macs = self
            .macs
            .iter()
            .map(|(tail, shared)| format!("{{ mac: \"{}\", shared: {shared} }}", mac(*tail)));
        let addresses: Vec<String> = addresses.chain(locals).collect();
        (addresses.join(", "), macs.collect::<Vec<_>>().join(", "))
    }
}

trait Ends {
    fn hosts_and_ends(&self) -> Box<dyn Iterator<Item = String>>;
}

impl Ends for Ipv4Net {
    fn hosts_and_ends(&self) -> Box<dyn Iterator<Item = String>> {
        let (start, end) = (self.network().to_bits(), self.broadcast().to_bits());
        Box::new((start..=end).map(|bits| std::net::Ipv4Addr::from_bits(bits).to_string()))
    }
}

fn claims() -> impl Strategy<Value = Claims> {
    let entry = || {
        (
            0..16_u8,
            prop_oneof![Just(32_u8), 28..=32_u8],
            any::<bool>(),
        )
    };
    let macs = prop::collection::vec((0..6_u8, any::<bool>()), 1..3);
    (
        prop::collection::vec(entry(), 0..3),
        prop::collection::vec(entry(), 0..2),
        macs,
        any::<bool>(),
    )
        .prop_map(|(v4, link_locals, macs, derives)| {
            Claims {
                v4,
                link_locals,
                macs,
                derives,
            }
            .distinct()
        })
}

impl Claims {
    /// Without what a port may not list twice.
    fn distinct(mut self) -> Claims {
        self.v4.sort_by_key(|entry| v4(*entry));
        self.v4.dedup_by_key(|entry| v4(*entry));
        self.link_locals.sort_by_key(|entry| link_local(*entry));
        self.link_locals.dedup_by_key(|entry| link_local(*entry));
        self.macs.sort_by_key(|entry| entry.0);
        self.macs.dedup_by_key(|entry| entry.0);
        self
    }
}

fn file(reserved: &Claims, ports: &[Claims]) -> String {
    let (addresses, macs) = reserved.entries();
    let comma = if addresses.is_empty() { "" } else { ", " };
    let mut text = format!(
        "version: 1\nnetworks: [{{ name: n, kind: private, reserved: [{addresses}{comma}{macs}] }}]\nports:\n"
    );
    for (i, port) in ports.iter().enumerate() {
        let (addresses, macs) = port.entries();
        let (primary, extra) = macs
            .split_once("}, ")
            .map_or((macs.as_str(), ""), |(a, b)| (a, b));
        let close = if extra.is_empty() { "" } else { "}" };
        let mode = if port.derives { "eui64" } else { "none" };
        text.push_str(&format!(
            "- {{ name: p{i}, network: n, device: t{i}, mac: {primary}{close}, extra_macs: [{extra}], \
             addresses: [{addresses}], link_local: {mode} }}\n"
        ));
    }
    text
}

fn collide(one: &Held, other: &Held) -> bool {
    one.iter()
        .any(|(what, shared)| other.get(what).is_some_and(|theirs| !(*shared && *theirs)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_file_is_refused_exactly_if_two_sets_collide(
        reserved in claims(),
        with_reserved in any::<bool>(),
        ports in prop::collection::vec(claims(), 1..5),
    ) {
        let reserved = if with_reserved { reserved } else {
            Claims { v4: vec![], link_locals: vec![], macs: vec![], derives: false }
        };
        let text = file(&reserved, &ports);
        let held: Vec<Held> = ports.iter().map(|port| port.held(false)).collect();
        let reserving = reserved.held(true);
        let mut collision = held.iter().any(|port| collide(port, &reserving));
        for (i, one) in held.iter().enumerate() {
            collision |= held[..i].iter().any(|other| collide(one, other));
        }
        let found = errors(&text);
        let foreign = found.iter().find(|error| !error.contains("shared: true } in both"));
        prop_assert!(foreign.is_none(), "{text}\n{found:#?}");
        prop_assert_eq!(!found.is_empty(), collision, "{}\n{:#?}", text, found);
        prop_assert_eq!(Policy::parse(&text, "p").is_err(), collision);
    }
}
