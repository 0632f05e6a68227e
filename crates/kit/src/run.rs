use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use vifguard_conformance::{Place, run_each};
use vifguard_corpus::Corpus;
use vifguard_driver::{Capabilities, Feature};
use vifguard_policy::{Guard, Mode};

use crate::checks::{CHECKED, check};
use crate::evidence::{self, Pass, Shown};
use crate::ground::Ground;
use crate::selection::{Selection, Skipped};
use crate::{Asked, FeatureVerdict, Finding, Level, Outcome, Progress, Result, Terms, judge};

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// What each feature turned out to be.
    pub verdicts: Vec<FeatureVerdict>,
    /// What follows for the whole.
    pub outcome: Outcome,
    /// What the driver said of itself.
    pub capabilities: Capabilities,
    /// What was not tried.
    pub skipped: Vec<Skipped>,
    /// Its parts, in their order.
    pub stages: Vec<Stage>,
    /// When it began.
    pub began: SystemTime,
    /// How long it took.
    pub took: Duration,
    pub(crate) policies: usize,
    pub(crate) shown: Shown,
}

/// A part of a run.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What was tried.
    pub what: String,
    /// Frames of the corpus that were sent.
    pub frames: usize,
    /// How long it took.
    pub took: Duration,
}

/// Tries all that is asked for, and judges.
///
/// # Errors
///
/// What the lab lacks, and a driver that puts no policy in force. One that is wrong is no error.
pub fn run(
    ground: &mut Ground,
    corpus: &Corpus,
    terms: &dyn Terms,
    asked: &Asked,
    progress: &mut dyn Progress,
) -> Result<Run> {
    let (began, clock) = (SystemTime::now(), Instant::now());
    let can = probe(ground, corpus)?;
    let mut trying = Trying {
        asked: &asked.features,
        can: &can,
        skipped: Vec::new(),
        stages: Vec::new(),
        findings: Vec::new(),
        progress,
    };
    let (shown, policies) = trying.frames(ground, corpus, terms)?;
    trying.properties(ground)?;
    let Trying {
        skipped,
        stages,
        findings,
        ..
    } = trying;
    let mut all = shown.findings();
    all.extend(findings);
    let verdicts = judge(&can, &asked.features, &all);
    Ok(Run {
        outcome: Outcome::of(&verdicts, asked),
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

/// What the driver says of itself where it works.
fn probe(ground: &mut Ground, corpus: &Corpus) -> Result<Capabilities> {
    let place = ground.places.first().cloned().unwrap_or(Place::Bridge);
    let stage = vifguard_conformance::Stage::new(place, corpus)?;
    Ok(stage.host.run(|| ground.driver.probe())??)
}

struct Trying<'a> {
    asked: &'a BTreeSet<Feature>,
    can: &'a Capabilities,
    skipped: Vec<Skipped>,
    stages: Vec<Stage>,
    findings: Vec<Finding>,
    progress: &'a mut dyn Progress,
}

impl Trying<'_> {
    /// Asked for, and declared to be there?
    fn is_due(&self, feature: Feature) -> bool {
        self.asked.contains(&feature) && self.is_declared(feature)
    }

    fn is_declared(&self, feature: Feature) -> bool {
        Level::declared(&self.can.of(feature)).0 > Level::None
    }

    /// The corpus, as often as what is asked for needs it.
    fn frames(
        &mut self,
        ground: &mut Ground,
        corpus: &Corpus,
        terms: &dyn Terms,
    ) -> Result<(Shown, usize)> {
        let first = ground.places.first().cloned().unwrap_or(Place::Bridge);
        let mut shown = Shown::new(self.is_declared(Feature::Counters), &first);
        let guards = Guard::ALL.into_iter().map(Feature::Guard);
        let mut judged = guards.chain([Feature::Form, Feature::NdForm]);
        let by_frames = judged.any(|feature| self.asked.contains(&feature));
        let of_all = [
            Feature::Counters,
            Feature::Fdb,
            Feature::Host,
            Feature::Audit,
        ];
        if !by_frames && !of_all.into_iter().any(|feature| self.is_due(feature)) {
            for feature in of_all {
                self.skip(feature, 0, 0);
            }
            return Ok((shown, 0));
        }
        let selection = Selection::of(corpus, terms, self.asked, &ground.effort)?;
        self.skipped.extend(selection.skipped.iter().cloned());
        let (frames, policies) = (selection.frames(), selection.seats.len());
        let mut pass = |trying: &mut Self, ground: &mut Ground, pass, place: &Place| {
            trying.pass(ground, corpus, terms, &selection, &mut shown, pass, place)
        };
        pass(self, ground, Pass::First, &first)?;
        if self.is_due(Feature::Host) {
            for place in ground.places.iter().skip(1).cloned().collect::<Vec<_>>() {
                pass(self, ground, Pass::Elsewhere, &place)?;
            }
        }
        if self.is_due(Feature::Audit) {
            pass(self, ground, Pass::Audit, &first)?;
        }
        let others = frames * ground.places.len().saturating_sub(1);
        self.skip(Feature::Host, others, policies);
        self.skip(Feature::Audit, frames, policies);
        self.skip(Feature::Counters, 0, 0);
        if shown.unseen > 0 {
            self.skipped.push(Skipped {
                what: "frames that a bridge keeps to itself".to_owned(),
                why: "only counters tell whether they passed, and the driver declares none"
                    .to_owned(),
                frames: shown.unseen,
                policies: 0,
            });
        }
        Ok((shown, policies))
    }

    #[expect(clippy::too_many_arguments, reason = "one pass is all of these")]
    fn pass(
        &mut self,
        ground: &mut Ground,
        corpus: &Corpus,
        terms: &dyn Terms,
        selection: &Selection<'_>,
        shown: &mut Shown,
        pass: Pass,
        place: &Place,
    ) -> Result<()> {
        let (mode, named) = match pass {
            Pass::First | Pass::Elsewhere => (Mode::Enforce, "corpus"),
            Pass::Audit => (Mode::Audit, "corpus in audit mode"),
        };
        let frames = selection.frames();
        let what = format!("{named}, {}", evidence::name(place));
        self.progress
            .begin(&what, u64::try_from(frames).unwrap_or(u64::MAX));
        let clock = Instant::now();
        let driver = ground.driver.as_mut();
        let progress = &mut *self.progress;
        run_each(
            driver,
            corpus,
            &selection.seats,
            place,
            mode,
            &mut |trial, seen| {
                shown.note(terms, pass, place, trial, &seen);
                progress.step();
            },
        )?;
        self.over(what, frames, clock);
        Ok(())
    }

    fn properties(&mut self, ground: &mut Ground) -> Result<()> {
        for feature in CHECKED {
            // The corpus itself was sent elsewhere.
            if feature == Feature::Host && ground.places.len() > 1 {
                continue;
            }
            if !self.is_due(feature) {
                // Whether the corpus is sent elsewhere, too, was told there.
                if feature != Feature::Host {
                    self.skip(feature, 0, 0);
                }
                continue;
            }
            let clock = Instant::now();
            self.progress.begin(feature.name(), 1);
            self.findings.extend(check(feature, ground)?);
            self.progress.step();
            self.over(feature.name().to_owned(), 0, clock);
        }
        if self.is_due(Feature::Events) {
            let why = "the kit has no check of it";
            self.findings.push(Finding::nothing(Feature::Events, why));
        }
        self.skip(Feature::Events, 0, 0);
        Ok(())
    }

    fn over(&mut self, what: String, frames: usize, clock: Instant) {
        let took = clock.elapsed();
        self.progress.end(took.as_secs_f64());
        self.stages.push(Stage { what, frames, took });
    }

    /// What is asked for and declared not to be there is not tried, if it would take its time; that is said.
    fn skip(&mut self, feature: Feature, frames: usize, policies: usize) {
        if !self.asked.contains(&feature) || self.is_declared(feature) {
            return;
        }
        let support = self.can.of(feature);
        let sentence = Level::declared(&support).1.unwrap_or_default();
        self.findings
            .push(Finding::nothing(feature, "declared none, so not tried"));
        self.skipped.push(Skipped {
            what: feature.name().to_owned(),
            why: format!("declared none: {sentence}"),
            frames,
            policies,
        });
    }
}
