//! One transaction's worth of changes, as a value.

use vifguard_netlink::nft::{BaseChain, Batch, DeviceSpec, Element, Policy, Rule, Set, TableId};

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Makes the table.
    AddTable,
    /// Removes the table and all in it.
    DeleteTable,
    /// Makes a set.
    AddSet(Set),
    /// Removes a set.
    DeleteSet(String),
    /// Makes a chain without rules.
    AddChain(String),
    /// Makes a base chain without rules.
    AddBase(String, BaseChain),
    /// Gives a chain these rules and no others; `true` if it has some already.
    SetRules(String, Vec<Rule>, bool),
    /// Removes a chain.
    DeleteChain(String),
    /// Changes a base chain's policy.
    SetPolicy(String, Policy),
    /// Hooks a base chain to further devices.
    AddDevices(String, i32, Vec<DeviceSpec>),
    /// Takes a base chain off devices.
    DeleteDevices(String, i32, Vec<DeviceSpec>),
    /// Makes a counter.
    AddCounter(String),
    /// Removes a counter.
    DeleteCounter(String),
    /// Puts elements into a set.
    AddElements(String, Vec<Element>),
    /// Takes elements out of a set.
    DeleteElements(String, Vec<Element>),
}

/// Changes that hold together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Edit(pub Vec<Op>);

impl Edit {
    /// Adds a change.
    pub fn push(&mut self, op: Op) {
        self.0.push(op);
    }

    /// Adds all changes of another.
    pub fn extend(&mut self, other: Edit) {
        self.0.extend(other.0);
    }

    /// Adds elements, if there are any.
    pub fn add_elements(&mut self, set: &str, elements: Vec<Element>) {
        if !elements.is_empty() {
            self.push(Op::AddElements(set.to_owned(), elements));
        }
    }

    /// Takes elements out, if there are any.
    pub fn delete_elements(&mut self, set: &str, elements: Vec<Element>) {
        if !elements.is_empty() {
            self.push(Op::DeleteElements(set.to_owned(), elements));
        }
    }

    /// Is there nothing to do?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the changes to a transaction.
    pub fn add_to(&self, batch: &mut Batch, table: &TableId) {
        for op in &self.0 {
            add(batch, table, op);
        }
    }
}

fn add(batch: &mut Batch, table: &TableId, op: &Op) {
    match op {
        Op::AddTable => batch.add_table(table),
        Op::DeleteTable => batch.delete_table(table),
        Op::AddSet(set) => batch.add_set(table, set),
        Op::DeleteSet(name) => batch.delete_set(table, name),
        Op::AddChain(name) => batch.add_chain(table, name),
        Op::AddBase(name, base) => batch.add_base_chain(table, name, base),
        Op::SetRules(chain, rules, flush) => {
            if *flush {
                batch.flush_chain(table, chain);
            }
            rules
                .iter()
                .for_each(|rule| batch.add_rule(table, chain, rule));
        }
        Op::DeleteChain(name) => batch.delete_chain(table, name),
        Op::SetPolicy(name, policy) => batch.set_policy(table, name, *policy),
        Op::AddDevices(name, priority, devices) => {
            batch.add_devices(table, name, *priority, devices);
        }
        Op::DeleteDevices(name, priority, devices) => {
            batch.delete_devices(table, name, *priority, devices);
        }
        Op::AddCounter(name) => batch.add_counter(table, name),
        Op::DeleteCounter(name) => batch.delete_counter(table, name),
        Op::AddElements(set, elements) => batch.add_elements(table, set, elements),
        Op::DeleteElements(set, elements) => batch.delete_elements(table, set, elements),
    }
}
