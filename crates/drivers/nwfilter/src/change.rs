//! The difference between what libvirt holds and a plan, in the order in which it is carried out.

use std::collections::BTreeSet;

use vifguard_driver::Applied;

use crate::filter::Filter;
use crate::held::Held;
use crate::names;
use crate::plan::{Binding, Plan, Wrapper};

/// What is done, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// New filters that nobody uses yet, and such as somebody has changed.
    pub parts: Vec<Filter>,
    /// Filters of ports: where they are bound, libvirt changes the rules.
    pub wrappers: Vec<Filter>,
    /// Interfaces that get a filter.
    pub bind: Vec<Binding>,
    /// Interfaces that lose theirs.
    pub unbind: Vec<String>,
    /// Filters that nobody uses any more.
    pub undefine: Vec<String>,
    /// What that means for ports.
    pub applied: Applied,
}

impl Change {
    /// What makes of one the other. With `only_add` nothing is taken away.
    pub fn between(held: &Held, plan: &Plan, only_add: bool) -> Change {
        let mut change = Change::default();
        for part in plan.parts.values() {
            if held.filters.get(&part.name) != Some(part) {
                change.parts.push(part.clone());
            }
        }
        for wrapper in &plan.wrappers {
            change.wrapper(held, wrapper);
        }
        for binding in &plan.bindings {
            if held.bindings.get(&binding.device) != Some(&binding.filter) {
                change.bind.push(binding.clone());
            }
        }
        if !only_add {
            change.take_away(held, plan);
        }
        change.settle_names();
        change
    }

    fn wrapper(&mut self, held: &Held, wrapper: &Wrapper) {
        let name = &wrapper.filter.name;
        let before = held.note(name);
        let turn = before.as_ref().map_or(0, |note| note.turn);
        let mut wanted = wrapper.clone().in_turn(turn);
        let mut bound = held.bindings.iter().filter(|(_, filter)| *filter == name);
        let is_whole = bound.all(|(device, _)| held.is_in_kernel(device, &wanted.filter));
        let is_same = held.filters.get(name) == Some(&wanted.filter);
        let is_bound = !names::is_of_device(name) || held.bindings.values().any(|f| f == name);
        let port = wrapper.note.port.clone();
        let is_closed = wrapper.note.guards.is_none();
        let was = before.as_ref().filter(|note| note.guards.is_some());
        match was {
            _ if is_same && is_whole && is_bound && !is_closed => self.applied.unchanged += 1,
            _ if is_same && is_whole && is_bound => {}
            _ if is_closed => self.applied.otherwise = true,
            None => self.applied.added.push(port),
            Some(note) if note.port != wrapper.note.port => {
                self.applied.removed.push(note.port.clone());
                self.applied.added.push(port);
            }
            Some(note) if note.digest != wrapper.note.digest => self.applied.changed.push(port),
            Some(note) if note.device != wrapper.note.device => self.applied.changed.push(port),
            Some(_) => self.applied.repaired.push(format!(
                "port {port}: its filter or its rules had been changed"
            )),
        }
        if !is_same || !is_whole {
            if is_same {
                wanted = wanted.in_turn(turn.wrapping_add(1));
            }
            self.wrappers.push(wanted.filter);
        }
    }

    fn take_away(&mut self, held: &Held, plan: &Plan) {
        let wanted: BTreeSet<&String> = plan.wrappers.iter().map(|w| &w.filter.name).collect();
        let gone = |name: &&String| names::is_of_device(name) && !wanted.contains(name);
        for name in held.filters.keys().filter(gone) {
            if let Some(note) = held.note(name) {
                self.applied.removed.push(note.port);
            }
            self.undefine.push(name.clone());
        }
        for (device, filter) in &held.bindings {
            if gone(&filter) {
                self.unbind.push(device.clone());
            }
        }
        // Templates of domains that do not run stay, with what they refer to.
        let kept = held.filters.values();
        let kept = kept.filter(|filter| {
            names::is_wrapper(&filter.name)
                && !wanted.contains(&filter.name)
                && !self.undefine.contains(&filter.name)
        });
        let referred = kept.flat_map(|filter| &filter.references);
        let in_use: BTreeSet<&String> = referred.chain(plan.parts.keys()).collect();
        let unused = held
            .filters
            .keys()
            .filter(|name| !names::is_wrapper(name) && !in_use.contains(name));
        let unused: Vec<String> = unused.cloned().collect();
        self.undefine.extend(unused);
    }

    fn settle_names(&mut self) {
        self.applied.note_moves();
        let applied = &mut self.applied;
        for names in [
            &mut applied.added,
            &mut applied.changed,
            &mut applied.removed,
        ] {
            names.sort_unstable();
            names.dedup();
        }
        if applied.is_nothing() && !self.is_empty() {
            self.applied.otherwise = true;
        }
    }

    /// Is there nothing to do?
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
            && self.wrappers.is_empty()
            && self.bind.is_empty()
            && self.unbind.is_empty()
            && self.undefine.is_empty()
    }

    /// One line for each step.
    pub fn lines(&self) -> Vec<String> {
        let filters = self.parts.iter().chain(&self.wrappers);
        let defined = filters.map(|filter| format!("nwfilter-define {}", filter.name));
        let bound = self.bind.iter();
        let bound = bound.map(|b| format!("nwfilter-binding-create {} {}", b.device, b.filter));
        let unbound = self.unbind.iter();
        let unbound = unbound.map(|device| format!("nwfilter-binding-delete {device}"));
        let undefined = self.undefine.iter();
        let undefined = undefined.map(|name| format!("nwfilter-undefine {name}"));
        defined
            .chain(bound)
            .chain(unbound)
            .chain(undefined)
            .collect()
    }
}
