use vifguard_conformance::properties::{Flips, Kills, atomic_of, released, resident_of};
use vifguard_conformance::{Outcome, Result};
use vifguard_driver::Feature;

use crate::ground::Ground;
use crate::{Finding, Level};

/// Changes under a flood: what both policies refuse never passes, what both let pass is never lost.
pub(super) fn atomic(ground: &mut Ground) -> Result<Vec<Finding>> {
    let Some(place) = ground.places.first().cloned() else {
        return Ok(Vec::new());
    };
    let (kinds, changes) = ground.effort.changes;
    let all = atomic_of(ground.driver.as_mut(), place.clone(), kinds, changes)?;
    let beside = [released(ground.driver.as_mut(), place)?];
    let frames: u64 = all.iter().map(|flips| flips.outcome.frames()).sum();
    let changes: usize = all.iter().map(|flips| flips.flips).sum();
    let under = format!("{changes} changes under {frames} frames");
    let mut findings = vec![difference(Feature::Atomic, &under, &all, |it| &it.outcome)];
    findings.push(difference(
        Feature::Atomic,
        "a release of the port beside it",
        &beside,
        |it| it,
    ));
    findings.extend(counted(&all));
    Ok(findings)
}

/// Programs that are killed while they change what is in force.
pub(super) fn resident(ground: &mut Ground) -> Result<Vec<Finding>> {
    let (Some(place), Some(program)) = (ground.places.first().cloned(), &mut ground.program) else {
        let why = "no program puts policies in force by this driver";
        return Ok(vec![Finding::nothing(Feature::Resident, why)]);
    };
    let (kinds, kills) = ground.effort.kills;
    let all = resident_of(ground.driver.as_mut(), place, kinds, kills, program)?;
    let sum = |of: fn(&Kills) -> usize| all.iter().map(of).sum::<usize>();
    let frames: u64 = all.iter().map(|kills| kills.outcome.frames()).sum();
    let leaked: u64 = all.iter().map(|kills| kills.outcome.leaked()).sum();
    let unsettled = sum(|kills| kills.unsettled);
    let why = format!(
        "{} programs killed in the middle of a change, under {frames} frames: {leaked} came through that \
         both policies refuse, {unsettled} things were left to do",
        sum(|kills| kills.killed)
    );
    if all.iter().all(|kills| kills.outcome.is_dead()) {
        let why = format!("{why}; but nothing came through at all, so that shows nothing");
        return Ok(vec![Finding::nothing(Feature::Resident, &why)]);
    }
    let level = match (leaked, unsettled) {
        (0, 0) => Level::Full,
        (_, _) => Level::None,
    };
    // What is lost on the way is a matter of the change, not of who makes it.
    let lost: Vec<&Kills> = all
        .iter()
        .filter(|kills| kills.outcome.lost() > 0)
        .collect();
    let mut findings = vec![Finding::new(Feature::Resident, level, why)];
    if !lost.is_empty() {
        let under = "programs killed in the middle of a change";
        findings.push(difference(Feature::Atomic, under, &lost, |it| &it.outcome));
    }
    Ok(findings)
}

fn difference<T>(
    feature: Feature,
    under: &str,
    all: &[T],
    outcome: impl Fn(&T) -> &Outcome,
) -> Finding {
    let sum = |of: fn(&Outcome) -> u64| -> u64 { all.iter().map(|it| of(outcome(it))).sum() };
    let leaked = sum(|outcome| outcome.leaked());
    let lost = sum(|outcome| outcome.lost());
    let doubled = sum(|outcome| outcome.doubled);
    let level = match (leaked, lost, doubled) {
        (0, 0, 0) => Level::Full,
        (0, _, 0) => Level::Partial,
        (_, _, _) => Level::None,
    };
    let why = format!("{under}: {leaked} leaked, {lost} lost, {doubled} doubled");
    Finding::new(feature, level, why)
}

/// Where counters are to go on through a change, are they exact?
fn counted(all: &[Flips]) -> Option<Finding> {
    let exact = |flips: &&Flips| flips.counted.is_some() && flips.outcome.ok() && !flips.ok();
    let wrong = all.iter().find(exact)?;
    let why = format!("through changes of {} they were not exact", wrong.what);
    Some(Finding::new(Feature::Counters, Level::None, why))
}
