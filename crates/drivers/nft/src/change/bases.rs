//! The base chains, and their devices.

use vifguard_netlink::nft::{BaseChain, DeviceSpec, Policy, Rule};

use super::{Bases, Change};
use crate::binding::is_ingress;
use crate::edit::Op;
use crate::held::Held;
use crate::program::Program;

impl Change {
    pub(super) fn bases(&mut self, held: &Held, bases: &Bases) {
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
    pub(super) fn leave_bases(&mut self, held: &Held, bases: &Bases) {
        for (name, body) in &held.chains {
            if body.base.is_some() && !bases.contains_key(name) {
                self.close.push(Op::SetPolicy(name.clone(), Policy::Accept));
                self.replaces_base = true;
            }
        }
    }

    pub(super) fn base(&mut self, held: &Held, name: &str, base: &BaseChain, rules: &[Rule]) {
        let there = held
            .chains
            .get(name)
            .and_then(|body| Some((body, body.base.as_ref()?)));
        let Some((body, there)) = there else {
            // Its hooks work before its rules do. Until they do, what was not guarded before passes
            // as before.
            let alike = |other: &String| is_ingress(other) == is_ingress(name);
            let lost = !held
                .chains
                .iter()
                .any(|(other, body)| body.base.is_some() && alike(other));
            if !name.contains('.') && lost && !held.entries.is_empty() {
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
            // The kernel (seen on 6.18) takes a device that two chains of a table get in one transaction
            // for one that a chain gets twice. So the chain before the judge's has it first.
            let edit = match is_ingress(name) {
                true => &mut self.open,
                false => &mut self.lead,
            };
            edit.push(Op::AddDevices(name.to_owned(), base.priority, more));
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
}

fn without(all: &[DeviceSpec], some: &[DeviceSpec]) -> Vec<DeviceSpec> {
    all.iter()
        .filter(|device| !some.contains(device))
        .cloned()
        .collect()
}
