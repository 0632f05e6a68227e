use std::collections::BTreeMap;
use std::fs;

use vifguard_corpus::Corpus;
use vifguard_verdict::Verdict;

use super::difference::differences;
use super::document::{Case, Fact, Feature, Frames, Profile, Report, Skipped, Stage};
use crate::{Asked, Ground, Outcome, Run, Terms};

/// Of this format.
const VERSION: u32 = 1;

/// Who was judged.
pub(super) struct Subject<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// How it is chosen on the command line.
    pub(super) chosen: &'a str,
    /// What else is known of it.
    pub(super) facts: &'a [(String, String)],
}

impl Report {
    /// What a run showed.
    pub fn of(
        run: &Run,
        ground: &Ground,
        corpus: &Corpus,
        terms: &dyn Terms,
        asked: &Asked,
        vifguard: &str,
    ) -> Report {
        let subject = Subject {
            name: &ground.name,
            chosen: &ground.chosen,
            facts: &ground.facts,
        };
        let report = Report::about(run, &subject, corpus, terms, asked, vifguard);
        Report {
            program: ground.foreign.clone(),
            ..report
        }
    }

    pub(super) fn about(
        run: &Run,
        subject: &Subject<'_>,
        corpus: &Corpus,
        terms: &dyn Terms,
        asked: &Asked,
        vifguard: &str,
    ) -> Report {
        let shown = &run.shown;
        let all = &shown.differences;
        Report {
            version: VERSION,
            driver: subject.name.to_owned(),
            hook: None,
            program: None,
            contract: terms.digest(),
            vifguard: vifguard.to_owned(),
            profile: Profile {
                name: asked.profile.clone(),
                strictly: asked.strictly,
                features: asked.held.iter().map(|feature| feature.name()).collect(),
            },
            outcome: run.outcome.name(),
            began: humantime::format_rfc3339_seconds(run.began).to_string(),
            seconds: rounded(run.took.as_secs_f64()),
            environment: environment(subject.facts),
            notes: run.capabilities.notes.clone(),
            features: features(run),
            frames: Frames {
                sent: shown.sent.iter().sum(),
                passed: shown.passed,
                refused: shown.refused,
                policies: run.policies,
            },
            stages: stages(run),
            skipped: skipped(run),
            differences: differences(all, corpus, &run.capabilities, subject.chosen),
            cases: cases(run, corpus, terms),
        }
    }
}

impl Outcome {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Contradicted => "contradicted",
            Outcome::Unproven => "unproven",
            Outcome::Lacks => "lacks",
            Outcome::HoldsNothing => "holds-nothing",
            Outcome::Shown => "shown",
        }
    }
}

fn features(run: &Run) -> Vec<Feature> {
    let of = |verdict: &crate::FeatureVerdict| Feature {
        id: verdict.feature.name(),
        declared: Some(verdict.declared),
        declared_why: verdict.sentence.clone(),
        found: verdict.found,
        verdict: verdict.verdict,
        why: verdict.why.clone(),
    };
    run.verdicts.iter().map(of).collect()
}

fn stages(run: &Run) -> Vec<Stage> {
    let of = |stage: &crate::Stage| Stage {
        what: stage.what.clone(),
        frames: stage.frames,
        seconds: rounded(stage.took.as_secs_f64()),
    };
    run.stages.iter().map(of).collect()
}

fn skipped(run: &Run) -> Vec<Skipped> {
    let of = |it: &crate::Skipped| Skipped {
        what: it.what.clone(),
        why: it.why.clone(),
        frames: it.frames,
        policies: it.policies,
    };
    run.skipped.iter().map(of).collect()
}

/// Each case with what it shows; one whose variants show several things is there for each.
fn cases(run: &Run, corpus: &Corpus, terms: &dyn Terms) -> Vec<Case> {
    let mut found: BTreeMap<(&str, Option<&'static str>), usize> = BTreeMap::new();
    for case in &corpus.cases {
        for variant in case.variants() {
            let choice = variant.label();
            if !run.shown.was_sent(&case.name, &choice) {
                continue;
            }
            let feature = match variant.expected.verdict {
                Verdict::Pass => None,
                Verdict::Refuse(reason) => Some(terms.shown(&case.name, &choice, reason).name()),
            };
            *found.entry((&case.name, feature)).or_default() += 1;
        }
    }
    let case = |((name, feature), variants): ((&str, _), usize)| Case {
        name: name.to_owned(),
        feature,
        variants,
    };
    found.into_iter().map(case).collect()
}

fn environment(own: &[(String, String)]) -> Vec<Fact> {
    let read = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_owned());
    let kernel = read("/proc/sys/kernel/osrelease").unwrap_or_else(|_| "not known".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let facts = [
        ("kernel", format!("Linux {kernel}")),
        ("architecture", std::env::consts::ARCH.to_owned()),
        ("processors", cores.to_string()),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value));
    let facts = facts.into_iter().chain(own.iter().cloned());
    facts.map(|(name, value)| Fact { name, value }).collect()
}

/// Milliseconds are enough.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
