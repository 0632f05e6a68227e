//! Carrying a change out, step by step, and reading back that it holds.

use std::iter;

use vifguard_driver::{Applied, Error, Result};
use vifguard_netlink::nft::{Batch, Connection, Element, Family, Generation};
use vifguard_netlink::{Error as KernelError, wait_for_readers};

use crate::change::{Change, Wanted, needs_contents};
use crate::contents::{PortDigest, device_of};
use crate::driver::{NAME, step};
use crate::edit::{Edit, Op};
use crate::goal::{Extent, Goal};
use crate::held::{Depth, Held};
use crate::names::{REFUSED, SEAL, Scale, port_sets};
use crate::preview::difference;
use crate::probe;
use crate::program::Shape;
use crate::tables::{Tables, main_table, table};

/// How often to begin again when somebody else changes nf_tables meanwhile.
const PATIENCE: usize = 20;
/// Up to so many new elements are read back one by one rather than with all others.
const FEW: usize = 2000;

/// Makes the tables so, beginning with what was read before, if that still holds.
pub(crate) fn apply(
    kernel: &mut Connection,
    goal: Goal<'_>,
    mut read: Option<(Generation, Tables)>,
) -> Result<Applied> {
    let mut repaired = Vec::new();
    let mut grown = false;
    for _ in 0..PATIENCE {
        let (generation, mut tables) = match read.take() {
            Some(read) if kernel.generation().is_ok_and(|now| now == read.0) => read,
            _ => Tables::read(kernel, Depth::Sealed).map_err(|e| step("read what is there", e))?,
        };
        // After the tables: an interface that is not here yet has no port that anybody admitted.
        let there = probe::interfaces()?;
        probe::devices(goal.desired, &there)?;
        let needed = goal.needs_contents(&tables.main, &there);
        if needed && !read_contents(kernel, &mut tables.main, generation)? {
            continue;
        }
        let settled = goal.settle(&tables, &there)?;
        let wanted = settled.wanted();
        let scale = wanted.tenants.shape.scale;
        let held = &mut tables.main;
        if !grown && held.present && held.shape().scale < scale {
            // A lost race is no answer: it is asked again.
            grown = grow(kernel, held, scale, generation)?;
            continue;
        }
        let needed = needs_contents(held, wanted.tenants);
        if needed && !read_contents(kernel, held, generation)? {
            continue;
        }
        let mut change = Change::of(&tables, wanted);
        // To admit is to change nf_tables in any case: whoever read it before must not go on with that.
        if change.is_empty() && tables.main.sealed && goal.extent != Extent::Beside {
            return Ok(change.applied);
        }
        let mut reached = generation;
        let done = carry_out(kernel, &tables.main, &mut change, wanted, &mut reached)
            .map_err(|error| step("put the rules in force", error))
            .and_then(|()| read_back(kernel, wanted, &tables.main, &change, reached));
        if done.is_err() && kernel.generation().is_ok_and(|now| now != reached) {
            // Somebody else was here meanwhile. What was done so far is whole; the rest, and what they
            // did to it, is worked out anew.
            repaired.append(&mut change.applied.repaired);
            continue;
        }
        done?;
        change.applied.repaired.append(&mut repaired);
        return Ok(change.applied);
    }
    Err(Error::Disturbed {
        driver: NAME,
        what: "nf_tables (tables vifguard)".to_owned(),
    })
}

/// Reads what ports claim, if that was not done. False if somebody changed nf_tables meanwhile.
fn read_contents(kernel: &mut Connection, held: &mut Held, generation: Generation) -> Result<bool> {
    if held.contents.is_some() {
        return Ok(true);
    }
    let read = held.read_contents(kernel, &main_table());
    match (read, kernel.generation()) {
        (Ok(()), Ok(now)) => Ok(now == generation),
        (Err(_), Ok(now)) if now != generation => Ok(false),
        (Err(error), _) | (Ok(()), Err(error)) => Err(step("read what is there", error)),
    }
}

/// Gives the sets that ports fill more room, and says whether that was settled. A kernel that cannot (it could not before 6.5) leaves
/// them as they are; then the table is made anew.
fn grow(
    kernel: &mut Connection,
    held: &Held,
    scale: Scale,
    generation: Generation,
) -> Result<bool> {
    let shape = Shape {
        scale,
        ..held.shape()
    };
    let mut edit = Edit::default();
    for set in port_sets(&shape) {
        let there = held.sets.get(&set.name);
        if there.is_some_and(|there| there.size < set.size) {
            edit.push(Op::AddSet(set));
        }
    }
    match commit(kernel, [(Family::Netdev, &edit)], generation) {
        Ok(_) | Err(KernelError::Refused { .. }) => Ok(true),
        Err(KernelError::Stale) => Ok(false),
        Err(error) => Err(step("make room", error)),
    }
}

/// All steps, each valid only if nobody else changed nf_tables since the last.
fn carry_out(
    kernel: &mut Connection,
    held: &Held,
    change: &mut Change,
    wanted: Wanted<'_>,
    reached: &mut Generation,
) -> std::result::Result<(), KernelError> {
    forget_counters(kernel, held, change)?;
    let unseal = held.present && held.sealed && !change.is_empty();
    let unseal = if unseal {
        vec![seal(*reached, 0, [0; 16])]
    } else {
        Vec::new()
    };
    let mut begun = Edit::default();
    begun.delete_elements(SEAL, unseal);
    if !change.make.0.contains(&Op::DeleteTable) {
        begun.0.append(&mut change.make.0);
        change.make = begun;
    }
    let flips = !change.flip.is_empty() && held.present;
    if !change.sweep.is_empty() {
        // Whoever left it may have been gone for a moment only.
        wait_for_readers();
    }
    let none = &Vec::new();
    for (edit, gates, wait) in [
        (&change.sweep, none, false),
        (
            &change.make,
            &change.loosen,
            held.present && change.replaces_rules,
        ),
        (&change.flip, none, false),
        (&change.lead, none, false),
        (&change.open, none, false),
        (&change.close, none, false),
    ] {
        *reached = commit(kernel, with(edit, gates), *reached)?;
        if wait {
            wait_for_readers();
        }
    }
    let leaves = (flips || change.replaces_base) && !change.cut.is_empty();
    // A frame that came before the judge did must be past the gates when they close.
    if leaves || !change.tighten.is_empty() {
        wait_for_readers();
    }
    let mut cut = change.cut.clone();
    let old = kernel.elements(&main_table(), SEAL)?;
    cut.delete_elements(SEAL, old);
    let host = wanted.tenants.host_digest(wanted.bases);
    cut.add_elements(SEAL, vec![seal(reached.next(), change.next_number, host)]);
    *reached = commit(kernel, with(&cut, &change.tighten), *reached)?;
    Ok(())
}

/// An edit of the judge's table and of gates.
fn with<'e>(
    edit: &'e Edit,
    gates: &'e [(Family, Edit)],
) -> impl Iterator<Item = (Family, &'e Edit)> {
    let gates = gates.iter().map(|(family, edit)| (*family, edit));
    iter::once((Family::Netdev, edit)).chain(gates)
}

fn commit<'e>(
    kernel: &mut Connection,
    edits: impl IntoIterator<Item = (Family, &'e Edit)>,
    generation: Generation,
) -> std::result::Result<Generation, KernelError> {
    let mut batch = Batch::after(generation);
    for (family, edit) in edits {
        edit.add_to(&mut batch, &table(family));
    }
    if batch.is_empty() {
        return Ok(generation);
    }
    kernel.commit(batch.close())?;
    Ok(generation.next())
}

/// Says that this generation is our own change, after which everything is in order.
pub(crate) fn seal(generation: Generation, next_number: u32, host: PortDigest) -> Element {
    Element {
        note: [next_number.to_ne_bytes().as_slice(), &host].concat(),
        ..Element::of(generation.0.to_ne_bytes().to_vec())
    }
}

/// Counters of interfaces whose port goes, go too.
fn forget_counters(
    kernel: &mut Connection,
    held: &Held,
    change: &mut Change,
) -> std::result::Result<(), KernelError> {
    if change.forgotten.is_empty() || !held.sets.contains_key(REFUSED) {
        return Ok(());
    }
    let counters = kernel.elements(&main_table(), REFUSED)?;
    let gone = |element: &Element| change.forgotten.contains(&device_of(&element.key));
    change
        .cut
        .delete_elements(REFUSED, counters.into_iter().filter(gone).collect());
    Ok(())
}

/// The kernel must hold what the plan says, by its own account.
fn read_back(
    kernel: &mut Connection,
    wanted: Wanted<'_>,
    before: &Held,
    change: &Change,
    generation: Generation,
) -> Result<()> {
    let read = |error| step("read back what was put in force", error);
    if before.contents.is_none() && before.present && is_small(change) {
        return read_back_new(kernel, change, generation);
    }
    let (_, tables) = Tables::read(kernel, Depth::Whole).map_err(read)?;
    let rest = Change::of(&tables, wanted);
    match difference(&rest).into_iter().next() {
        None => Ok(()),
        Some(difference) => Err(Error::NotAsPlanned {
            driver: NAME,
            difference,
        }),
    }
}

/// Did the change only add a few elements?
fn is_small(change: &Change) -> bool {
    let mut count = 0;
    let adds = change.steps().flat_map(|edit| &edit.0).all(|op| {
        if let Op::AddElements(_, elements) = op {
            count += elements.len();
        }
        matches!(op, Op::AddElements(..) | Op::AddCounter(_))
            || matches!(op, Op::DeleteElements(set, _) if set == SEAL)
    });
    adds && count <= FEW && change.loosen.is_empty() && change.tighten.is_empty()
}

/// Reads back the new elements alone: the seal vouched for the rest, and nobody else has been here.
fn read_back_new(kernel: &mut Connection, change: &Change, generation: Generation) -> Result<()> {
    let read = |error| step("read back what was put in force", error);
    for op in change.steps().flat_map(|edit| &edit.0) {
        let Op::AddElements(set, elements) = op else {
            continue;
        };
        let mut found = kernel
            .find_elements(&main_table(), set, elements)
            .map_err(read)?;
        found.iter_mut().for_each(|element| element.counted = None);
        if &found != elements {
            return Err(Error::NotAsPlanned {
                driver: NAME,
                difference: format!("set {set}"),
            });
        }
    }
    if kernel.generation().map_err(read)? != generation {
        return Err(Error::Disturbed {
            driver: NAME,
            what: "nf_tables".to_owned(),
        });
    }
    Ok(())
}
