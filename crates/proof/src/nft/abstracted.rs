//! Look-ups into what ports claim, as variables that both sides share.
//!
//! Ten thousand ports are judged by the same rules, and differ in what the sets hold under their
//! numbers. So a look-up under the port's own number, network or interface is not answered from the
//! elements: that it finds something is a variable, one for each set and field. A proof then holds for
//! every port of which the elements say what the policy says, and that is a comparison of lists.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use oxidd::bcdd::BCDDFunction;
use vifguard_nft::class::Class;
use vifguard_nft::held::is_identity_set;
use vifguard_nft::names::{
    ETHERTYPES, MACS, PASSED, SHORT, SHORT_IP4, SHORT_IP6, WAYS, taken, v4, v6,
};
use vifguard_policy::{Guard, GuardSet};

use super::ask::Ask;
use super::byte::{Byte, INTERFACE, Origin, begins_with};
use super::interface::Interface;
use crate::claims::{Claims, is_link_local, never_own_v4, never_own_v6};
use crate::diagram::{Diagrams, Variable};
use crate::frame::{IPV4, IPV6};
use crate::logic::Logic;
use crate::word::{Octet, Words};

type Field = [Octet<Diagrams>];

/// Variables for the look-ups that were met.
#[derive(Default)]
pub(super) struct Registry {
    met: RefCell<HashMap<(String, Vec<BCDDFunction>), BCDDFunction>>,
    /// How many there are by the byte that their field ends with.
    counts: RefCell<HashMap<u32, u32>>,
}

impl Registry {
    fn found(&self, diagrams: &Diagrams, set: &str, key: &Field) -> BCDDFunction {
        let bits: Vec<BCDDFunction> = key.iter().flatten().cloned().collect();
        let names = bits.iter().rev().filter_map(|bit| diagrams.name_of(bit));
        let mut bytes = names.filter_map(|name| name.byte());
        let byte = bytes.next();
        let byte = byte.unwrap_or(u32::MAX);
        let new = || {
            let mut counts = self.counts.borrow_mut();
            let count = counts.entry(byte).or_default();
            *count += 1;
            diagrams.variable(Variable::Found(byte, *count - 1))
        };
        let mut met = self.met.borrow_mut();
        met.entry((set.to_owned(), bits))
            .or_insert_with(new)
            .clone()
    }
}

/// Answers look-ups of one class of ports.
pub(super) struct Abstracted<'a> {
    diagrams: &'a Diagrams,
    registry: &'a Registry,
    /// Sets in which ports of the class have something.
    present: &'a BTreeSet<String>,
    class: Class,
    /// The interface leads to a counter of passed frames.
    is_counted: bool,
    asked: RefCell<Vec<Asked>>,
}

/// A look-up that was met.
struct Asked {
    set: String,
    key: Vec<Octet<Diagrams>>,
    found: BCDDFunction,
}

impl<'a> Abstracted<'a> {
    pub(super) fn new(
        diagrams: &'a Diagrams,
        registry: &'a Registry,
        present: &'a BTreeSet<String>,
        class: Class,
        is_counted: bool,
    ) -> Abstracted<'a> {
        Abstracted {
            diagrams,
            registry,
            present,
            class,
            is_counted,
            asked: RefCell::default(),
        }
    }

    /// Whether there is such an element of the port's.
    fn ask(&self, set: &str, key: &Field) -> BCDDFunction {
        if !self.present.contains(set) {
            return self.diagrams.constant(false);
        }
        let found = self.registry.found(self.diagrams, set, key);
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|asked| asked.found == found) {
            asked.push(Asked {
                set: set.to_owned(),
                key: key.to_vec(),
                found: found.clone(),
            });
        }
        found
    }

    fn in_prefixes(
        &self,
        address: &Field,
        lengths: std::ops::Range<u8>,
        name: fn(u8) -> String,
    ) -> BCDDFunction {
        let logic = self.diagrams;
        lengths.fold(logic.constant(false), |found, len| {
            let set = name(len);
            if !self.present.contains(&set) {
                return found;
            }
            logic.or(&found, &self.ask(&set, &cut(logic, address, len)))
        })
    }

    fn implied(&self, set: &str, key: &Field) -> Option<BCDDFunction> {
        let logic = self.diagrams;
        let is = |ethertype: u16| {
            let field = [key[6].as_slice(), &key[7]].concat();
            logic.is(&field, u64::from(ethertype))
        };
        let owns = |set: &str, len: usize| {
            logic.and(&self.owns_mac(&key[..6]), &self.ask(set, &key[len..]))
        };
        match (set, key.len()) {
            (SHORT, 8) => {
                let open = |guard, ethertype| match self.class.has(guard) {
                    true => logic.constant(false),
                    false => is(ethertype),
                };
                let open = logic.or(&open(Guard::Ipv4, IPV4), &open(Guard::Ipv6, IPV6));
                Some(logic.and(&self.owns_mac(&key[..6]), &open))
            }
            (SHORT_IP4, 12) => Some(logic.and(&is(IPV4), &owns(&v4(32), 8))),
            (SHORT_IP6, 24) => Some(logic.and(&is(IPV6), &owns(&v6(128), 8))),
            _ if set == v4(32) && key.len() == 4 => Some(logic.not(&never_own_v4(logic, key))),
            _ if set == v6(128) && key.len() == 16 => Some(logic.not(&never_own_v6(logic, key))),
            _ => None,
        }
    }
}

/// The address cut to a prefix length.
fn cut(logic: &Diagrams, address: &Field, len: u8) -> Vec<Octet<Diagrams>> {
    let mut address = address.to_vec();
    let bits = address.iter_mut().flatten();
    bits.skip(usize::from(len))
        .for_each(|bit| *bit = logic.constant(false));
    address
}

impl Ask<Diagrams> for Abstracted<'_> {
    fn found(
        &self,
        set: &str,
        key: &[Byte<Diagrams>],
        interface: &Interface<'_>,
    ) -> Option<BCDDFunction> {
        let own = |origin: fn(u8) -> Origin, len: u8| {
            let first = key.get(..usize::from(len));
            first.is_some_and(|first| {
                (0..)
                    .zip(first)
                    .all(|(i, byte)| byte.from == Some(origin(i)))
            })
        };
        let is_claim = is_identity_set(set) && own(Origin::Number, 4)
            || set.starts_with("taken-") && own(Origin::Network, 4);
        let is_own = || begins_with(self.diagrams, key) == Some(interface.by());
        let begins = if is_claim {
            4
        } else if WAYS.contains(&set) && is_own() {
            INTERFACE
        } else {
            return None;
        };
        if set == PASSED {
            return Some(self.diagrams.constant(self.is_counted));
        }
        let rest: Vec<_> = key[begins..].iter().map(|byte| byte.bits.clone()).collect();
        Some(self.ask(set, &rest))
    }

    fn begin(&self) {
        self.asked.borrow_mut().clear();
    }

    /// What is known of the elements of every port of the class; that it is so is checked port by port.
    fn known(&self) -> Option<BCDDFunction> {
        let logic = self.diagrams;
        let mut known = logic.constant(true);
        let mut done = 0;
        // What a way implies is asked of other sets, of which more is known.
        loop {
            let asked = self.asked.borrow();
            let Some(Asked { set, key, found }) = asked.get(done) else {
                return Some(known);
            };
            let (set, key, found) = (set.clone(), key.clone(), found.clone());
            drop(asked);
            done += 1;
            if let Some(implied) = self.implied(&set, &key) {
                known = logic.minus(&known, &logic.minus(&found, &implied));
            }
        }
    }
}

impl Claims<Diagrams> for Abstracted<'_> {
    fn guards(&self) -> GuardSet {
        self.class.guards
    }

    fn owns_mac(&self, mac: &Field) -> BCDDFunction {
        let end = [self.diagrams.octet(0), self.diagrams.octet(0)];
        self.ask(MACS, &[mac, &end].concat())
    }

    fn owns_v4(&self, address: &Field) -> BCDDFunction {
        let logic = self.diagrams;
        let prefix = self.in_prefixes(address, 0..32, v4);
        let prefix = logic.minus(&prefix, &never_own_v4(logic, address));
        logic.or(&self.ask(&v4(32), address), &prefix)
    }

    fn owns_v6(&self, address: &Field) -> BCDDFunction {
        let logic = self.diagrams;
        // A prefix of ten bits or more that covers a link-local lies inside fe80::/10 itself.
        let long = self.in_prefixes(address, 10..128, v6);
        let short = self.in_prefixes(address, 0..10, v6);
        let link_local = is_link_local(logic, address);
        let others = if self.class.any_link_local {
            let prefix = self.in_prefixes(address, 0..128, taken);
            logic.not(&logic.or(&prefix, &self.ask(&taken(128), address)))
        } else {
            logic.constant(false)
        };
        let prefix = logic.or(&long, &logic.choose(&link_local, &others, &short));
        let prefix = logic.minus(&prefix, &never_own_v6(logic, address));
        logic.or(&self.ask(&v6(128), address), &prefix)
    }

    fn lists(&self, ethertype: &Field) -> BCDDFunction {
        let end = [self.diagrams.octet(0), self.diagrams.octet(0)];
        self.ask(ETHERTYPES, &[ethertype, &end].concat())
    }
}
