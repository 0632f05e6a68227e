#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use vifguard_driver::{Capabilities, Feature};

use crate::{Asked, Finding, Level, Verdict};

/// What is declared of a feature, what was found, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureVerdict {
    /// The feature.
    pub feature: Feature,
    /// What the driver declares on this host.
    pub declared: Level,
    /// What it says is missing.
    pub sentence: Option<String>,
    /// How far it goes, if anything showed it.
    pub found: Option<Level>,
    /// What follows.
    pub verdict: Verdict,
    /// What showed it, or why nothing did.
    pub why: String,
}

/// What follows for the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is contradicted, and what had to be there is.
    Holds,
    /// The driver declares more than it does.
    Contradicted,
    /// Something that the driver declares could not be tried: nobody knows whether it holds.
    Unproven,
    /// Something of the profile that was asked for is not there.
    Lacks,
    /// Nothing is there of what was asked for.
    HoldsNothing,
    /// Nobody declares anything, and nobody asked for a profile: the run was made.
    Shown,
}

/// What follows for each feature from what was found. Each that was asked for is in it.
pub fn judge(
    can: &Capabilities,
    features: &BTreeSet<Feature>,
    findings: &[Finding],
) -> Vec<FeatureVerdict> {
    let of = |feature: &Feature| {
        let support = can.of(*feature);
        let (declared, sentence) = Level::declared(&support);
        let (found, why) = found(*feature, findings);
        FeatureVerdict {
            feature: *feature,
            declared,
            sentence: sentence.map(str::to_owned),
            found,
            verdict: Verdict::of(declared, found),
            why,
        }
    };
    features.iter().map(of).collect()
}

/// The least of what was found, with all that says so.
fn found(feature: Feature, findings: &[Finding]) -> (Option<Level>, String) {
    let own: Vec<&Finding> = findings.iter().filter(|it| it.feature == feature).collect();
    let least = own.iter().filter_map(|finding| finding.level).min();
    let telling: Vec<&str> = own
        .iter()
        .filter(|finding| finding.level == least)
        .map(|finding| finding.why.as_str())
        .collect();
    match telling.is_empty() {
        true => (least, "nothing of this run shows it".to_owned()),
        false => (least, telling.join("; ")),
    }
}

impl Outcome {
    /// What follows from the verdicts where nobody declares anything.
    pub(crate) fn of_undeclared(verdicts: &[FeatureVerdict], asked: &Asked) -> Outcome {
        let is_there = |feature: &Feature| {
            let of = verdicts.iter().find(|it| it.feature == *feature);
            of.is_some_and(|it| it.found >= Some(Level::Partial))
        };
        match (asked.strictly, asked.held.iter().all(is_there)) {
            (false, _) => Outcome::Shown,
            (true, true) => Outcome::Holds,
            (true, false) => Outcome::Lacks,
        }
    }

    /// What follows from the verdicts, for what was asked for.
    pub fn of(verdicts: &[FeatureVerdict], asked: &Asked) -> Outcome {
        let is_there = |verdict: &FeatureVerdict| verdict.found >= Some(Level::Partial);
        let of = |feature: &Feature| verdicts.iter().find(|it| it.feature == *feature);
        if verdicts
            .iter()
            .any(|it| it.verdict == Verdict::Contradicted)
        {
            return Outcome::Contradicted;
        }
        let untold = |it: &FeatureVerdict| it.declared > Level::None && it.found.is_none();
        if verdicts.iter().any(untold) {
            return Outcome::Unproven;
        }
        if asked.strictly && !asked.held.iter().all(|it| of(it).is_some_and(is_there)) {
            return Outcome::Lacks;
        }
        let judged: BTreeSet<Feature> = verdicts.iter().map(|it| it.feature).collect();
        let mut wanted: Vec<&Feature> = asked.held.intersection(&judged).collect();
        if asked.named || wanted.is_empty() {
            wanted = judged.iter().collect();
        }
        match wanted.iter().any(|it| of(it).is_some_and(is_there)) {
            true => Outcome::Holds,
            false => Outcome::HoldsNothing,
        }
    }
}
