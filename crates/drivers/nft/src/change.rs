//! From what the kernel holds to what it should hold, in steps between which every frame is judged
//! by the old policy or by the new one, whole.
//!
//! nf_tables commits a transaction at once, but a frame that looks things up twice can see the state
//! before and the state after. So: first all that is new is made beside what is there; then the ports
//! are flipped, each by one element; then, when no frame can be under way that saw the old state,
//! what nobody uses any more is cut away.

use std::collections::{BTreeMap, HashMap, HashSet};

use vifguard_driver::Applied;
use vifguard_netlink::nft::{BaseChain, DeviceSpec, Element, Policy, Rule, Set};

use vifguard_policy::Unknown;

use crate::binding::{self, INGRESSES};
use crate::class::{Court, Edition};
use crate::contents::{Entry, Tenant, Tenants};
use crate::edit::{Edit, Op};
use crate::held::{Held, is_identity_set, number_of};
use crate::names::{PASSED, PORTS};
use crate::program::{Program, Shape};

/// What has to happen, step by step.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What an earlier change left behind that was not finished: nobody uses it.
    pub sweep: Edit,
    /// What is new, beside what is there.
    pub make: Edit,
    /// Rules that frames may be using were replaced: wait before the flip.
    pub replaces_rules: bool,
    /// A base chain that frames may be in goes: wait before the cut.
    pub replaces_base: bool,
    /// The ports.
    pub flip: Edit,
    /// Base chains and their devices.
    pub open: Edit,
    /// The policies of base chains.
    pub close: Edit,
    /// What nobody uses any more.
    pub cut: Edit,
    /// What it means for ports.
    pub applied: Applied,
    /// Interfaces whose counters go too.
    pub forgotten: HashSet<String>,
    /// The first number that was not given to any port.
    pub next_number: u32,
}

/// The base chains of the table, by name.
pub type Bases = BTreeMap<String, BaseChain>;

impl Change {
    /// What leads from `held` to `tenants` behind `bases`.
    pub fn between(held: &Held, tenants: &Tenants<'_>, bases: &Bases) -> Change {
        let bases = &binding::settle(held, bases);
        if held.present && is_foreign(held, tenants) {
            return Change::rebuild(held, tenants, bases);
        }
        let mut change = Change {
            next_number: held.free_number(),
            ..Change::default()
        };
        let scale = tenants.shape.scale.max(held.shape().scale);
        let last = Program::of(&Shape {
            scale,
            ..tenants.shape.clone()
        });
        let first = match held.present {
            true => Program::of(&union(&held.shape(), &tenants.shape)),
            false => last.clone(),
        };
        change.make_program(held, &first, &Program::of(&held.shape()));
        let live = change.ports(held, tenants);
        change.taken(held, tenants);
        change.bases(held, bases);
        change.leave_bases(held, bases);
        change.cut_program(held, &first, &last, bases);
        change.cut_claims(held, tenants, &live);
        change.applied.otherwise = !change.is_empty() && change.applied.is_nothing();
        change
    }

    /// What leads from `held` to a table that no ports fill.
    pub fn to_program(held: &Held, program: &Program) -> Change {
        let other_form = |(set, _): &(Set, Vec<Element>)| {
            held.sets.get(&set.name).is_some_and(|there| there != set)
        };
        if program.sets.values().any(other_form) {
            let mut fresh = Change::to_program(&Held::default(), program);
            fresh.make.0.insert(0, Op::DeleteTable);
            return fresh;
        }
        let mut change = Change::default();
        let (based, plain): (Vec<_>, Vec<_>) = program
            .chains
            .iter()
            .partition(|(_, body)| body.base.is_some());
        let plain = Program {
            sets: program.sets.clone(),
            chains: plain
                .into_iter()
                .map(|(name, body)| (name.clone(), body.clone()))
                .collect(),
        };
        change.make_program(held, &plain, &plain);
        let mut bases = Bases::new();
        for (name, body) in based {
            if let Some(base) = &body.base {
                change.base(held, name, base, &body.rules);
                bases.insert(name.clone(), base.clone());
            }
        }
        change.cut_program(held, &plain, &plain, &bases);
        change
    }

    /// The table was made by somebody else, or by a release that laid it out otherwise: it is
    /// replaced whole, in one transaction.
    fn rebuild(held: &Held, tenants: &Tenants<'_>, bases: &Bases) -> Change {
        let mut fresh = Change::between(&Held::default(), tenants, bases);
        let mut whole = Edit(vec![Op::DeleteTable]);
        for step in [&mut fresh.make, &mut fresh.flip, &mut fresh.open] {
            whole.0.append(&mut step.0);
        }
        fresh.make = whole;
        fresh
            .applied
            .repaired
            .push("the table was laid out otherwise and is made anew".to_owned());
        fresh.next_number = fresh.next_number.max(held.free_number());
        fresh
    }

    /// Is the host already so?
    pub fn is_empty(&self) -> bool {
        self.steps().all(Edit::is_empty)
    }

    /// The transactions, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Edit> {
        [&self.make, &self.flip, &self.open, &self.close, &self.cut].into_iter()
    }

    fn make_program(&mut self, held: &Held, program: &Program, was: &Program) {
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
            let (wrong, missing) = fixed_difference(there, elements);
            if held.sets.contains_key(&set.name) && (!wrong.is_empty() || !missing.is_empty()) {
                self.replaces_rules = true;
            }
            make.delete_elements(&set.name, wrong);
            make.add_elements(&set.name, missing);
        }
        // Rules last: they refer to chains and sets, and the elements of a verdict map to chains.
        make.0.extend(changed);
    }

    /// Decides about every port. Returns the numbers that stay in use.
    fn ports(&mut self, held: &Held, tenants: &Tenants<'_>) -> HashSet<u32> {
        let entries: HashMap<&[u8], &Entry> = held
            .entries
            .iter()
            .map(|entry| (entry.element.key.as_slice(), entry))
            .collect();
        let claims = held.claims();
        let passed = held.keys_of(PASSED);
        let mut live = HashSet::with_capacity(tenants.ports.len());
        let mut wanted = HashSet::with_capacity(tenants.ports.len());
        let mut added: BTreeMap<String, Vec<Element>> = BTreeMap::new();
        let (mut out, mut into) = (Vec::new(), Vec::new());
        for tenant in &tenants.ports {
            let key = tenant.key();
            let entry = entries.get(key.as_slice()).copied();
            if let Some(entry) = entry.filter(|entry| is_same(tenant, entry)) {
                if held.contents.is_none() || entry.is_intact(&claims) {
                    live.insert(entry.number);
                    self.applied.unchanged += 1;
                    if held.contents.is_some() && !passed.contains(key.as_slice()) {
                        let (set, element) = tenant.passed();
                        added.entry(set).or_default().push(element);
                    }
                    wanted.insert(key);
                    continue;
                }
                let what = format!("port {}: its claims had been changed", tenant.identity.port);
                self.applied.repaired.push(what);
            }
            let number = self.next_number;
            self.next_number = self.next_number.wrapping_add(1);
            live.insert(number);
            for (set, element) in tenant.elements(number) {
                added.entry(set).or_default().push(element);
            }
            if !passed.contains(key.as_slice()) && (entry.is_none() || held.contents.is_some()) {
                let (set, element) = tenant.passed();
                added.entry(set).or_default().push(element);
            }
            let name = tenant.identity.port.clone();
            match entry {
                Some(entry) => {
                    if entry.port != name {
                        // Another port's frames are not this one's.
                        self.forgotten.insert(entry.device.clone());
                        let (set, element) = tenant.passed();
                        self.flip.delete_elements(&set, vec![element.clone()]);
                        self.flip.add_elements(&set, vec![element]);
                        self.applied.removed.push(entry.port.clone());
                        self.applied.added.push(name);
                    } else {
                        self.applied.changed.push(name);
                    }
                    out.push(entry.element.clone());
                }
                None => self.applied.added.push(name),
            }
            let edition = entry
                .and_then(|entry| entry.court)
                .map_or(Edition::A, |court| court.edition.other());
            into.push(tenant.entry(
                Court {
                    class: tenant.class,
                    edition,
                },
                number,
            ));
            wanted.insert(key);
        }
        for entry in &held.entries {
            if !wanted.contains(&entry.element.key) {
                self.applied.removed.push(entry.port.clone());
                self.forgotten.insert(entry.device.clone());
                out.push(entry.element.clone());
            }
        }
        self.applied.note_moves();
        for (set, elements) in added {
            self.make.add_elements(&set, elements);
        }
        self.flip.delete_elements(PORTS, out);
        self.flip.add_elements(PORTS, into);
        live
    }

    fn taken(&mut self, held: &Held, tenants: &Tenants<'_>) {
        for (set, keys) in &tenants.taken {
            let there = held.keys_of(set);
            let mut missing: Vec<Element> = keys
                .iter()
                .filter(|key| !there.contains(key.as_slice()))
                .map(|key| Element::of(key.clone()))
                .collect();
            missing.sort_unstable();
            self.make.add_elements(set, missing);
        }
    }

    fn bases(&mut self, held: &Held, bases: &Bases) {
        for (name, base) in bases {
            let mut program = Program::default();
            program.add_base(name, base.clone());
            for body in program.chains.values() {
                self.base(held, name, base, &body.rules);
            }
        }
    }

    /// A base chain that goes has no rules a moment before it has no hooks. Until then it judges as before,
    /// and whoever is to judge after it does so already.
    fn leave_bases(&mut self, held: &Held, bases: &Bases) {
        for (name, body) in &held.chains {
            if body.base.is_some() && !bases.contains_key(name) {
                self.close.push(Op::SetPolicy(name.clone(), Policy::Accept));
                self.replaces_base = true;
            }
        }
    }

    fn base(&mut self, held: &Held, name: &str, base: &BaseChain, rules: &[Rule]) {
        let there = held
            .chains
            .get(name)
            .and_then(|body| Some((body, body.base.as_ref()?)));
        let Some((body, there)) = there else {
            // Its hooks work before its rules do. Until they do, what was not guarded before passes
            // as before.
            let lost = !held.chains.values().any(|body| body.base.is_some());
            if INGRESSES.contains(&name) && lost && !held.entries.is_empty() {
                self.applied
                    .repaired
                    .push(format!("chain {name} was missing"));
            }
            let open = BaseChain {
                policy: Policy::Accept,
                ..base.clone()
            };
            self.open.push(Op::AddBase(name.to_owned(), open));
            self.open
                .push(Op::SetRules(name.to_owned(), rules.to_vec(), false));
            if base.policy != Policy::Accept {
                self.close.push(Op::SetPolicy(name.to_owned(), base.policy));
            }
            return;
        };
        if body.rules != rules {
            let flush = !body.rules.is_empty();
            self.open
                .push(Op::SetRules(name.to_owned(), rules.to_vec(), flush));
            self.applied
                .repaired
                .push(format!("the rules of chain {name} had been changed"));
        }
        let more = without(&base.devices, &there.devices);
        if !more.is_empty() {
            self.open
                .push(Op::AddDevices(name.to_owned(), base.priority, more));
        }
        if there.policy != base.policy {
            self.close.push(Op::SetPolicy(name.to_owned(), base.policy));
            self.applied
                .repaired
                .push(format!("the policy of chain {name} had been changed"));
        }
        let gone = without(&there.devices, &base.devices);
        if !gone.is_empty() {
            self.cut
                .push(Op::DeleteDevices(name.to_owned(), base.priority, gone));
        }
    }

    fn cut_program(&mut self, held: &Held, first: &Program, last: &Program, bases: &Bases) {
        let cut = &mut self.cut;
        for (name, (_, elements)) in &last.sets {
            let keys: HashSet<&[u8]> = elements.iter().map(|e| e.key.as_slice()).collect();
            let made = first
                .sets
                .get(name)
                .map(|(_, elements)| elements.as_slice());
            let there = held.fixed.get(name).into_iter().flatten();
            let all = there.chain(made.unwrap_or_default());
            let mut gone: Vec<Element> = all
                .filter(|e| !keys.contains(e.key.as_slice()))
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
            let rules = |chains: &BTreeMap<String, crate::program::ChainBody>| {
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

    fn cut_claims(&mut self, held: &Held, tenants: &Tenants<'_>, live: &HashSet<u32>) {
        let passed: HashSet<Vec<u8>> = tenants.ports.iter().map(Tenant::key).collect();
        let used: HashSet<u32> = held.entries.iter().map(|entry| entry.number).collect();
        for (set, elements) in held.contents.iter().flatten() {
            let stays = |element: &&Element| match set.as_str() {
                PASSED => passed.contains(&element.key),
                _ if is_identity_set(set) => live.contains(&number_of(element)),
                _ => tenants
                    .taken
                    .get(set)
                    .is_some_and(|keys| keys.contains(&element.key)),
            };
            let gone = elements.iter().filter(|element| !stays(element)).cloned();
            let (unused, gone): (Vec<_>, Vec<_>) = gone
                .partition(|element| is_identity_set(set) && !used.contains(&number_of(element)));
            self.sweep.delete_elements(set, unused);
            // A set that goes takes its elements along.
            if !self.cut.0.contains(&Op::DeleteSet(set.clone())) {
                self.cut.delete_elements(set, gone);
            }
        }
    }
}

/// Must the claims be read before the change can be worked out?
pub fn needs_contents(held: &Held, tenants: &Tenants<'_>) -> bool {
    let entries: HashMap<&[u8], &Entry> = held
        .entries
        .iter()
        .map(|entry| (entry.element.key.as_slice(), entry))
        .collect();
    let kept = tenants
        .ports
        .iter()
        .filter(|tenant| {
            entries
                .get(tenant.key().as_slice())
                .is_some_and(|entry| is_same(tenant, entry))
        })
        .count();
    let takes = |set: &String| set.starts_with("taken-");
    held.present
        && (kept < held.entries.len() || !tenants.taken.is_empty() || held.sets.keys().any(takes))
}

fn is_same(tenant: &Tenant<'_>, entry: &Entry) -> bool {
    entry.digest == tenant.digest
        && entry.network == tenant.network
        && entry.port == tenant.identity.port
        && entry.court.is_some_and(|court| court.class == tenant.class)
}

/// Does a set of ours have another form than we give it? Nothing can be added to such a table.
fn is_foreign(held: &Held, tenants: &Tenants<'_>) -> bool {
    let program = Program::of(&union(&held.shape(), &tenants.shape));
    program
        .sets
        .values()
        .any(|(set, _)| held.sets.get(&set.name).is_some_and(|there| there != set))
}

fn union(held: &Shape, wanted: &Shape) -> Shape {
    let mut shape = wanted.clone();
    shape.classes.extend(&held.classes);
    shape.v4_lengths.extend(&held.v4_lengths);
    shape.v6_lengths.extend(&held.v6_lengths);
    shape.taken_lengths.extend(&held.taken_lengths);
    shape.scale = shape.scale.max(held.scale);
    // Interfaces without a port fall silent after new ports are there, and are let through before
    // old ones are gone.
    if wanted.unknown == Unknown::Refuse {
        shape.unknown = held.unknown;
    }
    shape
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

fn without(all: &[DeviceSpec], some: &[DeviceSpec]) -> Vec<DeviceSpec> {
    all.iter()
        .filter(|device| !some.contains(device))
        .cloned()
        .collect()
}
