//! The rules, and the sets that belong to them.

use std::collections::{BTreeMap, HashMap, HashSet};

use vifguard_netlink::nft::Element;

use super::{Bases, Change};
use crate::edit::Op;
use crate::held::Held;
use crate::program::{ChainBody, Program};

impl Change {
    pub(super) fn make_program(&mut self, held: &Held, program: &Program, was: &Program) {
        let make = &mut self.make;
        if !held.present {
            make.push(Op::AddTable);
        }
        for (set, _) in program.sets.values() {
            if !held.sets.contains_key(&set.name) {
                make.push(Op::AddSet(set.clone()));
            }
        }
        let mut changed = Vec::new();
        for (name, body) in &program.chains {
            match held.chains.get(name) {
                None => {
                    make.push(Op::AddChain(name.clone()));
                    if held.present && was.chains.contains_key(name) {
                        self.applied
                            .repaired
                            .push(format!("chain {name} was missing"));
                    }
                }
                Some(there) if there.rules == body.rules => continue,
                Some(there) => {
                    self.replaces_rules = true;
                    if was
                        .chains
                        .get(name)
                        .is_some_and(|was| was.rules != there.rules)
                    {
                        let what = format!("the rules of chain {name} had been changed");
                        self.applied.repaired.push(what);
                    }
                }
            }
            let flush = held
                .chains
                .get(name)
                .is_some_and(|there| !there.rules.is_empty());
            changed.push(Op::SetRules(name.clone(), body.rules.clone(), flush));
        }
        for (set, elements) in program.sets.values() {
            let there = held
                .fixed
                .get(&set.name)
                .map(Vec::as_slice)
                .unwrap_or_default();
            if let Some((_, before)) = was.sets.get(&set.name).filter(|_| held.present)
                && fixed_difference(there, before) != (Vec::new(), Vec::new())
            {
                let what = format!("the elements of set {} had been changed", set.name);
                self.applied.repaired.push(what);
            }
            let (mut wrong, missing) = fixed_difference(there, elements);
            // What somebody else put in takes the room of what is missing, and no rule of ours wants it.
            let before = was
                .sets
                .get(&set.name)
                .map(|(_, elements)| elements.as_slice());
            let ours: HashSet<&[u8]> = keys(elements)
                .chain(keys(before.unwrap_or_default()))
                .collect();
            wrong.extend(
                there
                    .iter()
                    .filter(|e| !ours.contains(e.key.as_slice()))
                    .cloned(),
            );
            if held.sets.contains_key(&set.name) && (!wrong.is_empty() || !missing.is_empty()) {
                self.replaces_rules = true;
            }
            make.delete_elements(&set.name, wrong);
            make.add_elements(&set.name, missing);
        }
        // Rules last: they refer to chains and sets, and the elements of a verdict map to chains.
        make.0.extend(changed);
    }

    pub(super) fn cut_program(
        &mut self,
        held: &Held,
        first: &Program,
        last: &Program,
        bases: &Bases,
    ) {
        let cut = &mut self.cut;
        for (name, (_, elements)) in &last.sets {
            let wanted: HashSet<&[u8]> = keys(elements).collect();
            let made = first
                .sets
                .get(name)
                .map(|(_, elements)| elements.as_slice());
            let made = made.unwrap_or_default();
            let taken: HashSet<&[u8]> = self
                .make
                .0
                .iter()
                .flat_map(|op| taken_from(op, name))
                .collect();
            let stays = |e: &&Element| !taken.contains(e.key.as_slice());
            let there = held.fixed.get(name).into_iter().flatten().filter(stays);
            let mut gone: Vec<Element> = there
                .chain(made)
                .filter(|e| !wanted.contains(e.key.as_slice()))
                .cloned()
                .collect();
            gone.sort_unstable();
            gone.dedup_by(|a, b| a.key == b.key);
            cut.delete_elements(name, gone);
        }
        for (name, body) in &last.chains {
            if first
                .chains
                .get(name)
                .is_some_and(|made| made.rules != body.rules)
            {
                cut.push(Op::SetRules(name.clone(), body.rules.clone(), true));
            }
        }
        let mut chains: Vec<&String> = held.chains.keys().chain(first.chains.keys()).collect();
        chains.sort_unstable();
        chains.dedup();
        chains.retain(|name| !last.chains.contains_key(*name) && !bases.contains_key(*name));
        for name in &chains {
            let rules = |chains: &BTreeMap<String, ChainBody>| {
                chains.get(*name).is_some_and(|body| !body.rules.is_empty())
            };
            if rules(&held.chains) || rules(&first.chains) {
                cut.push(Op::SetRules((*name).clone(), Vec::new(), true));
            }
        }
        cut.0
            .extend(chains.into_iter().map(|name| Op::DeleteChain(name.clone())));
        let mut sets: Vec<&String> = held.sets.keys().chain(first.sets.keys()).collect();
        sets.sort_unstable();
        sets.dedup();
        sets.retain(|name| !last.sets.contains_key(*name));
        cut.0
            .extend(sets.into_iter().map(|name| Op::DeleteSet(name.clone())));
    }
}

fn keys(elements: &[Element]) -> impl Iterator<Item = &[u8]> {
    elements.iter().map(|element| element.key.as_slice())
}

/// The keys that a change takes out of a set.
fn taken_from<'a>(op: &'a Op, set: &str) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let mut taken: &[Element] = &[];
    if let Op::DeleteElements(name, elements) = op
        && name == set
    {
        taken = elements;
    }
    keys(taken)
}

/// Elements that are there with a wrong value, and elements that must be added.
fn fixed_difference(there: &[Element], wanted: &[Element]) -> (Vec<Element>, Vec<Element>) {
    let found: HashMap<&[u8], &Element> = there.iter().map(|e| (e.key.as_slice(), e)).collect();
    let mut wrong = Vec::new();
    let mut missing = Vec::new();
    for element in wanted {
        match found.get(element.key.as_slice()) {
            Some(there) if there.value == element.value => continue,
            Some(there) => wrong.push((*there).clone()),
            None => {}
        }
        missing.push(element.clone());
    }
    (wrong, missing)
}
