use crate::faults::Faults;
use crate::read::Draft;

use super::claim::Claim;
use super::collect::of_networks;
use super::conflict::report;

/// Claims of ports that overlap what their network reserves, unless both say `shared`.
pub(super) fn check(draft: &Draft<'_>, claims: &[Claim<'_>], faults: &mut Faults) {
    let reserved = of_networks(draft);
    let all = disjoint(reserved.iter());
    let unshared = disjoint(reserved.iter().filter(|claim| !claim.shared));
    for claim in claims {
        let against = if claim.shared { &unshared } else { &all };
        let Some(other) = find(against, claim) else {
            continue;
        };
        // Two derived link-locals meet where two MACs do, which are reported themselves.
        if claim.derived && other.derived {
            continue;
        }
        let port = draft.ports[claim.owner as usize].object;
        let network = draft.networks[other.owner as usize].object;
        report((claim, port), (other, network), faults);
    }
}

/// The outermost of claims that are in order: what lies inside another one is left out.
fn disjoint<'c, 't>(claims: impl Iterator<Item = &'c Claim<'t>>) -> Vec<&'c Claim<'t>> {
    let mut outer: Vec<&Claim<'t>> = Vec::new();
    for claim in claims {
        if outer
            .last()
            .is_none_or(|last| last.space != claim.space || last.end < claim.start)
        {
            outer.push(claim);
        }
    }
    outer
}

/// One of the disjoint claims that overlaps this one.
fn find<'c, 't>(disjoint: &[&'c Claim<'t>], claim: &Claim<'_>) -> Option<&'c Claim<'t>> {
    let key = (claim.space, claim.start);
    let next = disjoint.partition_point(|other| (other.space, other.start) <= key);
    let before = next.checked_sub(1).and_then(|index| disjoint.get(index));
    before
        .into_iter()
        .chain(disjoint.get(next))
        .copied()
        .find(|other| {
            other.space == claim.space && other.start <= claim.end && claim.start <= other.end
        })
}
