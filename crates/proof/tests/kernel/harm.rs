//! What somebody may do to the kernel's state.

use vifguard_netlink::nft::{Batch, Connection, Element, Family, Rule, TableId};
use vifguard_nft::contents::Entry;
use vifguard_nft::names::{PORTS, TABLE};

pub(crate) fn table(family: Family) -> TableId {
    TableId {
        family,
        name: TABLE.to_owned(),
    }
}

pub(crate) fn main_table() -> TableId {
    table(Family::Netdev)
}

/// All that is in a set.
pub(crate) fn elements(kernel: &mut Connection, set: &str) -> Vec<Element> {
    kernel.elements(&main_table(), set).unwrap()
}

/// The element of an interface in the map of ports.
pub(crate) fn port(kernel: &mut Connection, device: &str) -> Element {
    let ports = elements(kernel, PORTS);
    let mut ports = ports.into_iter();
    ports
        .find(|port| Entry::read(port.clone()).device == device)
        .unwrap()
}

/// The number that an interface's claims stand under.
pub(crate) fn number(kernel: &mut Connection, device: &str) -> Vec<u8> {
    let vifguard_netlink::nft::Value::Bytes(bytes) = port(kernel, device).value else {
        panic!("the map of ports leads to nothing");
    };
    bytes[12..].to_vec()
}

/// A claim of an interface's.
pub(crate) fn claim(kernel: &mut Connection, device: &str, key: &[u8]) -> Element {
    Element::of([number(kernel, device).as_slice(), key].concat())
}

/// Changes the rules of a chain.
pub(crate) fn edit(
    kernel: &mut Connection,
    batch: &mut Batch,
    chain: &str,
    change: impl FnOnce(&mut Vec<Rule>),
) {
    let id = main_table();
    let rules = kernel.rules(&id).unwrap().into_iter();
    let mut rules: Vec<Rule> = rules
        .filter(|(name, _)| name == chain)
        .map(|(_, rule)| rule)
        .collect();
    let before = rules.clone();
    assert!(!rules.is_empty(), "chain {chain} has no rules");
    change(&mut rules);
    assert_ne!(rules, before, "chain {chain} was not changed");
    batch.flush_chain(&id, chain);
    for rule in &rules {
        batch.add_rule(&id, chain, rule);
    }
}

/// The place of the first rule with this in its text.
pub(crate) fn place(rules: &[Rule], text: &str) -> usize {
    let found = rules
        .iter()
        .position(|rule| rule.to_string().contains(text));
    found.unwrap_or_else(|| {
        let all: Vec<String> = rules.iter().map(ToString::to_string).collect();
        panic!("no rule with {text:?} among {all:#?}")
    })
}
