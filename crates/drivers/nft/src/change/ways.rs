//! What leads to counters, and the counters.

use std::collections::{BTreeMap, HashMap, HashSet};

use vifguard_netlink::nft::{Element, Value};

use super::Change;
use crate::contents::{Entry, Tenant, Tenants};
use crate::edit::Op;
use crate::held::Held;
use crate::names::WAYS;
use crate::ways::{self, Ways};

impl Change {
    /// Every way by itself lets through what one policy allows, and nobody looks at two of them: so the
    /// new ones may come before the ports are flipped, and the old ones may go after that.
    pub(super) fn ways(&mut self, held: &Held, tenants: &Tenants<'_>) {
        let Some(contents) = &held.contents else {
            return self.new_ways(held, tenants);
        };
        let (strays, nobodys) = ways::strays(held);
        if held.seal.is_some() && (nobodys || !strays.is_empty()) {
            let what = "what leads to the counters of passed frames had been changed";
            self.applied.repaired.push(what.to_owned());
        }
        let ways = tenants.ports.iter().flat_map(Tenant::ways);
        let mut wanted: HashMap<(&str, Vec<u8>), Value> =
            ways.map(|(set, way)| ((set, way.key), way.value)).collect();
        let kept: HashSet<String> = tenants.kept.iter().map(counter_of).collect();
        for set in WAYS {
            let (mut gone, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
            for there in contents.get(set).into_iter().flatten() {
                match wanted.remove(&(set, there.key.clone())) {
                    None if leads_to(there, &kept) => {}
                    None => gone.push(there.clone()),
                    Some(value) if value == there.value => {}
                    Some(value) => {
                        old.push(there.clone());
                        new.push(Element {
                            value,
                            ..Element::of(there.key.clone())
                        });
                    }
                }
            }
            self.flip.delete_elements(set, old);
            self.flip.add_elements(set, new);
            self.cut.delete_elements(set, gone);
        }
        let missing = wanted.into_iter().map(|((set, key), value)| {
            let way = Element {
                value,
                ..Element::of(key)
            };
            (set, way)
        });
        self.add_ways(missing.collect());
        self.counters(held, tenants);
    }

    /// The rest is as it should be.
    fn new_ways(&mut self, held: &Held, tenants: &Tenants<'_>) {
        let there: HashSet<&[u8]> = held
            .entries
            .iter()
            .map(|entry| entry.element.key.as_slice())
            .collect();
        let is_new = |tenant: &&Tenant<'_>| !there.contains(tenant.key().as_slice());
        let new: Vec<&Tenant<'_>> = tenants.ports.iter().filter(is_new).collect();
        let counters = new.iter().map(|tenant| Op::AddCounter(tenant.counter()));
        self.make.0.extend(counters);
        self.add_ways(new.iter().flat_map(|tenant| tenant.ways()).collect());
    }

    fn add_ways(&mut self, ways: Ways) {
        let mut by_set: BTreeMap<&str, Vec<Element>> = BTreeMap::new();
        for (set, way) in ways {
            by_set.entry(set).or_default().push(way);
        }
        for (set, mut ways) in by_set {
            ways.sort_unstable();
            self.make.add_elements(set, ways);
        }
    }

    fn counters(&mut self, held: &Held, tenants: &Tenants<'_>) {
        let kept = tenants.kept.iter().map(counter_of);
        let ports = tenants.ports.iter().map(Tenant::counter);
        let wanted: HashSet<String> = ports.chain(kept).collect();
        let mut missing: Vec<&String> = wanted
            .iter()
            .filter(|counter| !held.counters.contains(*counter))
            .collect();
        missing.sort_unstable();
        // Before the elements that lead to them.
        let made = missing.into_iter().cloned().map(Op::AddCounter);
        let at = self.first_element();
        self.make.0.splice(at..at, made);
        let gone = held
            .counters
            .iter()
            .filter(|counter| !wanted.contains(*counter));
        self.cut.0.extend(gone.cloned().map(Op::DeleteCounter));
    }

    pub(super) fn first_element(&self) -> usize {
        let ops = &self.make.0;
        let adds = |op: &Op| matches!(op, Op::AddElements(..));
        ops.iter().position(adds).unwrap_or(ops.len())
    }
}

fn counter_of(entry: &Entry) -> String {
    ways::counter(&entry.device, &entry.port)
}

fn leads_to(way: &Element, counters: &HashSet<String>) -> bool {
    matches!(&way.value, Value::Counter(counter) if counters.contains(counter))
}
