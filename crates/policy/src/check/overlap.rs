use std::mem;

use crate::faults::Faults;
use crate::read::Draft;

use super::claim::{Claim, Space};
use super::conflict::report;

/// Claims of one port that overlap those of another, unless both say `shared`.
///
/// Prefixes nest or are disjoint, so one pass over the sorted claims meets each claim with all that
/// contain it on a stack. Each claim is reported once, with one other: who gives a thousand ports the
/// same address gets a thousand errors and not half a million.
pub(super) fn check(draft: &Draft<'_>, claims: &[Claim<'_>], faults: &mut Faults) {
    let mut sweep = Sweep::default();
    let mut reported = vec![false; claims.len()];
    for (index, claim) in claims.iter().enumerate() {
        let Some(other) = sweep.meet(claims, index) else {
            continue;
        };
        // A derived link-local is nobody's own words: the listed claim that takes it is the mistake.
        let (wrong, right) = if claim.derived {
            (other, index)
        } else {
            (index, other)
        };
        if !mem::replace(&mut reported[wrong], true) {
            let [wrong, right] = [wrong, right].map(|index| {
                (
                    &claims[index],
                    draft.ports[claims[index].owner as usize].object,
                )
            });
            report(wrong, right, faults);
        }
    }
}

/// The claims that contain the present one, the innermost last.
#[derive(Default)]
struct Sweep {
    space: Option<Space>,
    levels: Vec<Level>,
}

/// What a claim at this depth meets: the claims of this range and of all around it.
#[derive(Clone, Copy, Default)]
struct Level {
    end: u128,
    all: TwoOwners,
    unshared: TwoOwners,
}

impl Sweep {
    /// Takes the next claim in order; gives one of another port that it may not overlap.
    fn meet(&mut self, claims: &[Claim<'_>], index: usize) -> Option<usize> {
        let claim = &claims[index];
        if self.space != Some(claim.space) {
            self.space = Some(claim.space);
            self.levels.clear();
        }
        while self
            .levels
            .pop_if(|level| level.end < claim.start)
            .is_some()
        {}
        let mut level = self.levels.last().copied().unwrap_or_default();
        let met = if claim.shared {
            &level.unshared
        } else {
            &level.all
        };
        let other = met.other_than(claim.owner);
        // Two equal derived link-locals have equal MACs, which are reported themselves.
        if !claim.derived {
            level.add(claim, index);
            match self.levels.last_mut() {
                Some(last) if last.end == claim.end => *last = level,
                _ => self.levels.push(Level {
                    end: claim.end,
                    ..level
                }),
            }
        }
        other
    }
}

impl Level {
    fn add(&mut self, claim: &Claim<'_>, index: usize) {
        self.all.add(claim.owner, index);
        if !claim.shared {
            self.unshared.add(claim.owner, index);
        }
    }
}

/// The first claim, and the first of another owner: enough to find for anybody one that is not its own.
#[derive(Clone, Copy, Default)]
struct TwoOwners([Option<(u32, usize)>; 2]);

impl TwoOwners {
    fn add(&mut self, owner: u32, index: usize) {
        match &mut self.0 {
            [first @ None, _] => *first = Some((owner, index)),
            [Some((first, _)), second @ None] if *first != owner => *second = Some((owner, index)),
            _ => {}
        }
    }

    fn other_than(&self, owner: u32) -> Option<usize> {
        self.0
            .iter()
            .flatten()
            .find(|(other, _)| *other != owner)
            .map(|(_, index)| *index)
    }
}
