//! Taking guards away.

use std::collections::BTreeSet;

use vifguard_driver::{Error, Result, Scope};
use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Batch, Connection, Policy, Value};
use vifguard_netlink::wait_for_readers;

use crate::apply::seal;
use crate::change::Change;
use crate::contents::{Entry, device_of};
use crate::driver::{NAME, step};
use crate::edit::{Edit, Op};
use crate::held::{Depth, Held, is_identity_set, number_of};
use crate::names::{PORTS, REFUSED, SEAL, WAYS};
use crate::program::Gate;
use crate::tables::{Tables, main_table, table};
use crate::ways;

const PATIENCE: usize = 20;

/// Takes away what is named and returns the ports that it was.
pub(crate) fn release(kernel: &mut Connection, scope: &Scope) -> Result<Vec<String>> {
    for _ in 0..PATIENCE {
        let (generation, tables) = Tables::read(kernel, Depth::Whole)
            .map_err(|error| step("read what is in force", error))?;
        let held = &tables.main;
        let mut batch = Batch::after(generation);
        if *scope == Scope::All && ease(&tables, &mut batch) {
            match kernel.commit(batch.close()) {
                Ok(()) => wait_for_readers(),
                Err(KernelError::Stale) => {}
                Err(error) => return Err(step("take the rules away", error)),
            }
            continue;
        }
        let released = match scope {
            Scope::All => all(&tables, &mut batch),
            Scope::Port(name) => {
                // A card may have two interfaces, each guarded by itself.
                let own = held.entries.iter().filter(|entry| entry.port == *name);
                let own: Vec<&Entry> = own.collect();
                if own.is_empty() {
                    return Err(Error::NoSuchPort(name.clone()));
                }
                let mut edit = Edit::default();
                for entry in &own {
                    edit.extend(without_port(kernel, held, entry)?);
                }
                if held.sealed {
                    let host = without(held, &edit).host_digest();
                    edit.delete_elements(SEAL, vec![seal(generation, 0, host)]);
                    let next = seal(generation.next(), held.next_number, host);
                    edit.add_elements(SEAL, vec![next]);
                }
                edit.add_to(&mut batch, &main_table());
                let devices = own.iter().map(|entry| entry.device.as_str());
                forget(&tables, &devices.collect(), &mut batch);
                vec![name.clone()]
            }
        };
        if batch.is_empty() {
            return Ok(released);
        }
        match kernel.commit(batch.close()) {
            Ok(()) => return Ok(released),
            Err(KernelError::Stale) => continue,
            Err(error) => return Err(step("take the rules away", error)),
        }
    }
    Err(Error::Disturbed {
        driver: NAME,
        what: "nf_tables (tables vifguard)".to_owned(),
    })
}

/// Before the judge's table goes: a base chain has no rules a moment before it has no hooks, and until then
/// its policy speaks. Gates go first, since they refuse what is no longer judged.
fn ease(tables: &Tables, batch: &mut Batch) -> bool {
    let mut eased = false;
    for (name, body) in &tables.main.chains {
        if body
            .base
            .as_ref()
            .is_some_and(|base| base.policy != Policy::Accept)
        {
            batch.set_policy(&main_table(), name, Policy::Accept);
            eased = true;
        }
    }
    for (family, _) in tables.gates.iter().filter(|(_, gate)| gate.present) {
        batch.delete_table(&table(*family));
        eased = true;
    }
    eased
}

fn all(tables: &Tables, batch: &mut Batch) -> Vec<String> {
    if tables.main.present {
        batch.delete_table(&main_table());
    }
    let entries = tables.main.entries.iter();
    entries.map(|entry| entry.port.clone()).collect()
}

/// The gates know nothing of the interfaces by their names any longer.
fn forget(tables: &Tables, devices: &BTreeSet<&str>, batch: &mut Batch) {
    for (family, held) in tables.gates.iter().filter(|(_, held)| held.present) {
        let mut gate = Gate::read(held);
        let known = devices
            .iter()
            .filter(|device| gate.refused.remove(**device) | gate.spared.remove(**device))
            .count();
        if known > 0 {
            let change = Change::to_program(held, &gate.program());
            for edit in change.steps() {
                edit.add_to(batch, &table(*family));
            }
        }
    }
}

/// What is there when the edit has taken interfaces away.
fn without(held: &Held, edit: &Edit) -> Held {
    let mut held = held.clone();
    for op in &edit.0 {
        if let Op::DeleteDevices(chain, _, gone) = op
            && let Some(base) = held
                .chains
                .get_mut(chain)
                .and_then(|body| body.base.as_mut())
        {
            base.devices.retain(|device| !gone.contains(device));
        }
    }
    held
}

/// A port on one of its interfaces: its entry, its claims, its counters, and its interface where it was guarded by name.
fn without_port(kernel: &mut Connection, held: &Held, entry: &Entry) -> Result<Edit> {
    let name_of_counter = ways::counter(&entry.device, &entry.port);
    let counter = Value::Counter(name_of_counter.clone());
    let mut edit = Edit::default();
    edit.delete_elements(PORTS, vec![entry.element.clone()]);
    for (set, elements) in held.contents.iter().flatten() {
        let own = elements.iter().filter(|element| match set.as_str() {
            set if WAYS.contains(&set) => element.value == counter,
            _ => is_identity_set(set) && number_of(element) == entry.number,
        });
        edit.delete_elements(set, own.cloned().collect());
    }
    if held.counters.contains(&name_of_counter) {
        edit.push(Op::DeleteCounter(name_of_counter));
    }
    let counters = kernel
        .elements(&main_table(), REFUSED)
        .map_err(|e| step("read the counters", e))?;
    let counters = counters
        .into_iter()
        .filter(|c| device_of(&c.key) == entry.device)
        .collect();
    edit.delete_elements(REFUSED, counters);
    for (chain, body) in &held.chains {
        let Some(base) = &body.base else { continue };
        let by_name = vifguard_netlink::nft::DeviceSpec::Name(entry.device.clone());
        if base.devices.contains(&by_name) {
            let op = Op::DeleteDevices(chain.clone(), base.priority, vec![by_name]);
            edit.push(op);
        }
    }
    Ok(edit)
}
