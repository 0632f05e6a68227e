//! Ports that stay, where the table is made anew.

use std::collections::HashSet;

use vifguard_netlink::nft::{Element, Value};

use super::Change;
use crate::contents::Tenants;
use crate::edit::Op;
use crate::held::{Held, is_identity_set, number_of};
use crate::names::{PORTS, WAYS};
use crate::ways;

impl Change {
    /// What the kernel holds of them goes into the new table as it is. If that has no place for it, the kernel
    /// refuses the whole change, and what was in force stays.
    pub(super) fn carry_over(&mut self, held: &Held, tenants: &Tenants<'_>) {
        let kept = &tenants.kept;
        let numbers: HashSet<u32> = kept.iter().map(|entry| entry.number).collect();
        let counters: HashSet<String> = kept
            .iter()
            .map(|entry| ways::counter(&entry.device, &entry.port))
            .collect();
        let mut names: Vec<&String> = counters.iter().collect();
        names.sort_unstable();
        let at = self.first_element();
        let made = names.into_iter().cloned().map(Op::AddCounter);
        self.make.0.splice(at..at, made);
        let belongs = |set: &str, element: &Element| match &element.value {
            Value::Counter(counter) => WAYS.contains(&set) && counters.contains(counter),
            Value::None | Value::Bytes(_) | Value::Verdict(_) => {
                is_identity_set(set) && numbers.contains(&number_of(element))
            }
        };
        for (set, elements) in held.contents.iter().flatten() {
            let own = elements.iter().filter(|element| belongs(set, element));
            self.make.add_elements(set, own.cloned().collect());
        }
        let entries = kept.iter().map(|entry| entry.element.clone()).collect();
        self.flip.add_elements(PORTS, entries);
    }
}
