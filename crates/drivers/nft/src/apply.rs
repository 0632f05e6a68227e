//! Carrying a change out, step by step, and reading back that it holds.

use vifguard_driver::{Applied, Error, Result};
use vifguard_netlink::nft::{Connection, Element, Generation, TableId};
use vifguard_netlink::{Error as KernelError, wait_for_readers};

use crate::change::{Bases, Change, needs_contents};
use crate::contents::{PortDigest, Tenants, device_of};
use crate::driver::{NAME, step};
use crate::edit::{Edit, Op};
use crate::held::{Depth, Held};
use crate::names::{REFUSED, SEAL, port_sets};
use crate::preview::difference;
use crate::program::{Program, Shape};

/// How often to begin again when somebody else changes nf_tables meanwhile.
const PATIENCE: usize = 20;
/// Up to so many new elements are read back one by one rather than with all others.
const FEW: usize = 2000;

/// Makes the table so, beginning with what was read before, if that still holds.
pub(crate) fn apply(
    kernel: &mut Connection,
    table: &TableId,
    tenants: &Tenants<'_>,
    bases: &Bases,
    mut read: Option<(Generation, Held)>,
) -> Result<Applied> {
    let mut repaired = Vec::new();
    let host = tenants.host_digest(bases);
    let mut grown = false;
    for _ in 0..PATIENCE {
        let (generation, mut held) = match read.take() {
            Some(read) if kernel.generation().is_ok_and(|now| now == read.0) => read,
            _ => Held::read(kernel, table, Depth::Sealed)
                .map_err(|e| step("read what is there", e))?,
        };
        if !grown && held.present && held.shape().scale < tenants.shape.scale {
            // A lost race is no answer: it is asked again.
            grown = grow(kernel, table, &held, tenants, generation)?;
            continue;
        }
        if held.contents.is_none()
            && needs_contents(&held, tenants)
            && let Err(error) = held.read_contents(kernel, table)
        {
            if kernel.generation().is_ok_and(|now| now != generation) {
                continue;
            }
            return Err(step("read what is there", error));
        }
        let mut change = Change::between(&held, tenants, bases);
        if change.is_empty() && held.sealed {
            return Ok(change.applied);
        }
        let mut reached = generation;
        let done = carry_out(kernel, table, &held, &mut change, host, &mut reached)
            .map_err(|error| step("put the rules in force", error))
            .and_then(|()| read_back(kernel, table, tenants, bases, &held, &change, reached));
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
        what: format!("nf_tables (table {})", table.name),
    })
}

/// Gives the sets that ports fill more room, and says whether that was settled. A kernel that cannot (it could not before 6.5) leaves
/// them as they are; then the table is made anew.
fn grow(
    kernel: &mut Connection,
    table: &TableId,
    held: &Held,
    tenants: &Tenants<'_>,
    generation: Generation,
) -> Result<bool> {
    let shape = Shape {
        scale: tenants.shape.scale,
        ..held.shape()
    };
    let mut edit = Edit::default();
    for set in port_sets(&shape) {
        let there = held.sets.get(&set.name);
        if there.is_some_and(|there| there.size < set.size) {
            edit.push(Op::AddSet(set));
        }
    }
    match commit(kernel, table, &edit, generation) {
        Ok(_) | Err(KernelError::Refused { .. }) => Ok(true),
        Err(KernelError::Stale) => Ok(false),
        Err(error) => Err(step("make room", error)),
    }
}

/// Makes a table so that no ports fill: a gate. Its few elements are always read whole.
pub(crate) fn apply_program(
    kernel: &mut Connection,
    table: &TableId,
    program: &Program,
) -> Result<Vec<String>> {
    let put = |error| step("put the gate in force", error);
    for _ in 0..PATIENCE {
        let (mut generation, held) = Held::read(kernel, table, Depth::Whole).map_err(put)?;
        let change = Change::to_program(&held, program);
        if change.is_empty() {
            return Ok(Vec::new());
        }
        let mut stale = false;
        for edit in change.steps() {
            match commit(kernel, table, edit, generation) {
                Ok(next) => generation = next,
                Err(KernelError::Stale) => {
                    stale = true;
                    break;
                }
                Err(error) => return Err(put(error)),
            }
        }
        if stale {
            continue;
        }
        let (_, held) = Held::read(kernel, table, Depth::Whole).map_err(put)?;
        if Change::to_program(&held, program).is_empty() {
            return Ok(change.applied.repaired);
        }
    }
    let what = format!("nf_tables (table {} {})", table.family.name(), table.name);
    Err(Error::Disturbed { driver: NAME, what })
}

/// All steps, each valid only if nobody else changed nf_tables since the last.
fn carry_out(
    kernel: &mut Connection,
    table: &TableId,
    held: &Held,
    change: &mut Change,
    host: PortDigest,
    reached: &mut Generation,
) -> std::result::Result<(), KernelError> {
    forget_counters(kernel, table, held, change)?;
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
    for (edit, wait) in [
        (&change.sweep, false),
        (&change.make, held.present && change.replaces_rules),
        (&change.flip, false),
        (&change.open, false),
        (&change.close, false),
    ] {
        *reached = commit(kernel, table, edit, *reached)?;
        if wait {
            wait_for_readers();
        }
    }
    if (flips || change.replaces_base) && !change.cut.is_empty() {
        wait_for_readers();
    }
    let mut cut = change.cut.clone();
    let old = kernel.elements(table, SEAL)?;
    cut.delete_elements(SEAL, old);
    cut.add_elements(SEAL, vec![seal(reached.next(), change.next_number, host)]);
    *reached = commit(kernel, table, &cut, *reached)?;
    Ok(())
}

fn commit(
    kernel: &mut Connection,
    table: &TableId,
    edit: &Edit,
    generation: Generation,
) -> std::result::Result<Generation, KernelError> {
    if edit.is_empty() {
        return Ok(generation);
    }
    kernel.commit(edit.batch(table, generation).close())?;
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
    table: &TableId,
    held: &Held,
    change: &mut Change,
) -> std::result::Result<(), KernelError> {
    if change.forgotten.is_empty() || !held.sets.contains_key(REFUSED) {
        return Ok(());
    }
    let counters = kernel.elements(table, REFUSED)?;
    let gone = |element: &Element| change.forgotten.contains(&device_of(&element.key));
    change
        .cut
        .delete_elements(REFUSED, counters.into_iter().filter(gone).collect());
    Ok(())
}

/// The kernel must hold what the plan says, by its own account.
fn read_back(
    kernel: &mut Connection,
    table: &TableId,
    tenants: &Tenants<'_>,
    bases: &Bases,
    before: &Held,
    change: &Change,
    generation: Generation,
) -> Result<()> {
    let read = |error| step("read back what was put in force", error);
    if before.contents.is_none() && before.present && is_small(change) {
        return read_back_new(kernel, table, change, generation);
    }
    let (_, held) = Held::read(kernel, table, Depth::Whole).map_err(read)?;
    let rest = Change::between(&held, tenants, bases);
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
    adds && count <= FEW
}

/// Reads back the new elements alone: the seal vouched for the rest, and nobody else has been here.
fn read_back_new(
    kernel: &mut Connection,
    table: &TableId,
    change: &Change,
    generation: Generation,
) -> Result<()> {
    let read = |error| step("read back what was put in force", error);
    for op in change.steps().flat_map(|edit| &edit.0) {
        let Op::AddElements(set, elements) = op else {
            continue;
        };
        let mut found = kernel.find_elements(table, set, elements).map_err(read)?;
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
