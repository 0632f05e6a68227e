//! Something that is no driver, judged by what comes out of it.

mod single;

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use vifguard_conformance::Place;
use vifguard_corpus::Corpus;
use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_hook::{Attempt, Plan, Policy, Scope, Session, plan};
use vifguard_policy::Guard;

use crate::evidence::{Pass, Shown};
use crate::selection::{Skipped, wanted};
use crate::{Asked, Finding, Outcome, Progress, Result, Run, Stage, Terms, judge};

pub use single::external_single;

/// Why a frame is not sent under a plain policy in place of its own.
const NOT_PLAIN: &str = "frames about other MACs, prefixes and EtherTypes";

/// After so many dead ports, and none that is not, nothing more is tried.
const DEAD: usize = 2;

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Which policies are asked for.
    pub scope: Scope,
    /// After this time no further policy is begun.
    pub time: Option<Duration>,
}

/// What a wire shows of a switch that a hook has set up.
pub fn shown_by_a_wire() -> BTreeSet<Feature> {
    let guards = Guard::ALL.into_iter().map(Feature::Guard);
    guards
        .chain([Feature::Form, Feature::NdForm, Feature::Fdb])
        .collect()
}

/// Sends all that is asked for through the switch, and judges what came of it by the contract.
///
/// # Errors
///
/// A hook that fails. A switch that lets everything pass is no error.
pub fn external(
    session: &mut Session,
    corpus: &Corpus,
    terms: &dyn Terms,
    asked: &Asked,
    trial: Trial,
    progress: &mut dyn Progress,
) -> Result<Run> {
    let (began, clock) = (SystemTime::now(), Instant::now());
    let wire = shown_by_a_wire();
    let features: BTreeSet<Feature> = asked.features.intersection(&wire).copied().collect();
    let wanted = wanted(corpus, terms, &features);
    let plan = plan(corpus, trial.scope, &|case, _| {
        wanted
            .as_ref()
            .is_none_or(|it| it.contains(case.name.as_str()))
    })?;
    let bridged = match session.product().bridge {
        Some(_) => Place::Bridge,
        None => Place::Routed,
    };
    let mut trying = Trying {
        session,
        terms,
        progress,
        clock,
        time: trial.time,
        shown: Shown::new(false, &bridged),
        stages: Vec::new(),
        skipped: Vec::new(),
        policies: 0,
        dead: 0,
    };
    trying.all(&plan)?;
    let Trying {
        shown,
        stages,
        skipped,
        policies,
        ..
    } = trying;
    let mut findings = shown.findings();
    if bridged == Place::Routed {
        let why = "the hook names no Linux bridge, and others cannot be asked what they learned";
        findings.push(Finding::nothing(Feature::Fdb, why));
    }
    let mut all = asked.features.clone();
    all.extend(&features);
    for feature in all.difference(&wire) {
        let why = "not asked: the wire of somebody else's switch does not show it";
        findings.push(Finding::nothing(*feature, why));
    }
    // It declares nothing, so the contract itself is the measure.
    let can = Capabilities {
        features: all.iter().map(|it| (*it, Support::Full)).collect(),
        notes: Vec::new(),
    };
    let verdicts = judge(&can, &all, &findings);
    let held = Asked {
        held: asked.held.intersection(&wire).copied().collect(),
        ..asked.clone()
    };
    Ok(Run {
        outcome: Outcome::of_undeclared(&verdicts, &held),
        verdicts,
        capabilities: can,
        skipped,
        stages,
        began,
        took: clock.elapsed(),
        policies,
        shown,
    })
}

struct Trying<'t> {
    session: &'t mut Session,
    terms: &'t dyn Terms,
    progress: &'t mut dyn Progress,
    clock: Instant,
    time: Option<Duration>,
    shown: Shown,
    stages: Vec<Stage>,
    skipped: Vec<Skipped>,
    policies: usize,
    dead: usize,
}

impl Trying<'_> {
    fn all(&mut self, plan: &Plan<'_>) -> Result<()> {
        let (policies, frames) = plan.left_out;
        let why = "not of the usual choice; --whole asks for all";
        self.skip("policies", why, frames, policies);
        let mut declined = Vec::new();
        for policy in &plan.policies {
            if let Some(why) = self.policy(policy)? {
                declined.push((policy.clone(), why));
            }
        }
        let own: Vec<Policy<'_>> = declined.iter().map(|(policy, _)| policy.clone()).collect();
        let (plain, others) = plan.plain(&own)?;
        for (_, why) in &declined {
            self.skip("policies that the product cannot express", why, 0, 1);
        }
        let why = "the product cannot express their policies, and with one MAC and single addresses the \
                   contract says something else of them";
        self.skip(NOT_PLAIN, why, others, 0);
        for policy in &plain {
            if let Some(why) = self.policy(policy)? {
                let what = "policies with one MAC and single addresses";
                self.skip(what, &why, policy.trials.len(), 1);
            }
        }
        if self.shown.unseen > 0 {
            let why = "only counters would tell whether they passed, and nobody else's are read";
            self.skip(
                "frames that a bridge keeps to itself",
                why,
                self.shown.unseen,
                0,
            );
        }
        Ok(())
    }

    /// Tries a policy. Returns why not, if the product cannot express it.
    fn policy(&mut self, policy: &Policy<'_>) -> Result<Option<String>> {
        if self.time.is_some_and(|time| self.clock.elapsed() > time) {
            let why = "the time was up; --whole takes all of it";
            self.skip("policies", why, policy.trials.len(), 1);
            return Ok(None);
        }
        if self.policies == 0 && self.dead == DEAD {
            let why = "no port was alive until then";
            self.skip("policies", why, policy.trials.len(), 1);
            return Ok(None);
        }
        let what = policy.about();
        let began = Instant::now();
        self.progress.begin(
            &what,
            u64::try_from(policy.trials.len()).unwrap_or(u64::MAX),
        );
        let (progress, shown, terms) = (&mut *self.progress, &mut self.shown, self.terms);
        let mut frames = 0;
        let attempt =
            self.session
                .attempt(policy, &mut || progress.step(), &mut |trial, seen| {
                    frames += 1;
                    shown.note(terms, Pass::First, &Place::Bridge, trial, &seen);
                })?;
        let took = began.elapsed();
        self.progress.end(took.as_secs_f64());
        let all = policy.trials.len();
        match attempt {
            Attempt::Declined(why) => return Ok(Some(why)),
            Attempt::Sent => {}
            Attempt::Dead(kinds) => {
                let why = format!(
                    "none of the frames that tell came through ({kinds}), so nothing follows from what did \
                     not"
                );
                self.skip("policies under which the port is dead", &why, all, 1);
                self.dead += 1;
                return Ok(None);
            }
            Attempt::Silent(case, left) => {
                let why = format!("behind {case} nothing came through any more");
                self.skip("frames after which the port fell silent", &why, left, 0);
            }
        }
        self.policies += 1;
        self.stages.push(Stage { what, frames, took });
        Ok(None)
    }

    /// Counts what was not tried with what was not for the same reason.
    fn skip(&mut self, what: &str, why: &str, frames: usize, policies: usize) {
        if frames == 0 && policies == 0 {
            return;
        }
        let mut known = self.skipped.iter_mut();
        if let Some(known) = known.find(|it| it.what == what && it.why == why) {
            known.frames += frames;
            known.policies += policies;
            return;
        }
        self.skipped.push(Skipped {
            what: what.to_owned(),
            why: why.to_owned(),
            frames,
            policies,
        });
    }
}
