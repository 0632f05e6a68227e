use vifguard_driver::Feature;
use vifguard_policy::Guard;

use super::{Difference, Kind, Pass, Shown};
use crate::{Finding, Level};

impl Shown {
    /// What follows for each feature.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let judged = Guard::ALL.into_iter().map(Feature::Guard);
        let judged = judged.chain([Feature::Form, Feature::NdForm]);
        if self.is_dead() {
            let why =
                "nothing came through of what must pass: what refuses everything shows nothing";
            let mut all: Vec<Feature> = judged.collect();
            all.extend([
                Feature::Fdb,
                Feature::Counters,
                Feature::Host,
                Feature::Audit,
            ]);
            return all
                .into_iter()
                .map(|it| Finding::nothing(it, why))
                .collect();
        }
        let mut findings: Vec<Finding> = judged.filter_map(|it| self.verdicts(it)).collect();
        findings.extend(self.fdb());
        findings.extend(self.exact());
        findings.extend(self.same(Pass::Elsewhere, Kind::Elsewhere, Feature::Host));
        findings.extend(self.audited());
        findings
    }

    /// Did nothing come through, although something had to?
    fn is_dead(&self) -> bool {
        self.due > 0 && self.passed == 0
    }

    /// To audit is to let through and to count: without counters only that it does not can be seen.
    fn audited(&self) -> Option<Finding> {
        let found = self.same(Pass::Audit, Kind::Unaudited, Feature::Audit)?;
        if self.counts || found.level != Some(Level::Full) {
            return Some(found);
        }
        let why = "all of it came through, but nothing counts what would have been refused";
        Some(Finding::nothing(Feature::Audit, why))
    }

    fn of(&self, kind: Kind, feature: Feature) -> Vec<&Difference> {
        let of = |it: &&Difference| it.kind == kind && it.feature == feature;
        self.differences.iter().filter(of).collect()
    }

    fn verdicts(&self, feature: Feature) -> Option<Finding> {
        let held = self.held.get(&feature).copied().unwrap_or(0);
        let leaked = self.of(Kind::Leaked, feature);
        let broken = self.of(Kind::Broken, feature);
        if let Some(first) = leaked.first() {
            let all = held + leaked.len();
            let why = format!(
                "{} of {all} frames that must be refused passed, such as {}",
                leaked.len(),
                first.name()
            );
            return Some(Finding::new(feature, Level::None, why));
        }
        if let Some(first) = broken.first() {
            let why = format!(
                "{} frames that must pass were refused, such as {}",
                broken.len(),
                first.name()
            );
            return Some(Finding::new(feature, Level::Partial, why));
        }
        let why = format!("{held} frames that must be refused were");
        (held > 0).then(|| Finding::new(feature, Level::Full, why))
    }

    fn fdb(&self) -> Option<Finding> {
        let taught = self.of(Kind::Taught, Feature::Fdb);
        if let Some(first) = taught.first() {
            let why = format!(
                "{} refused frames taught the bridge, such as {}",
                taught.len(),
                first.name()
            );
            return Some(Finding::new(Feature::Fdb, Level::None, why));
        }
        let refused: usize = self.held.values().sum();
        (self.bridged && refused > 0).then(|| {
            let why = format!("{refused} refused frames taught the bridge nothing");
            Finding::new(Feature::Fdb, Level::Full, why)
        })
    }

    fn exact(&self) -> Option<Finding> {
        if !self.counts {
            return None;
        }
        let wrong = self.of(Kind::Miscounted, Feature::Counters);
        let other = self.of(Kind::OtherReason, Feature::Counters);
        let finding = |level, why| Some(Finding::new(Feature::Counters, level, why));
        match (wrong.first(), other.first()) {
            (Some(first), _) => finding(
                Level::None,
                format!(
                    "for {} frames not exactly one counter moved by one, such as {}",
                    wrong.len(),
                    first.name()
                ),
            ),
            (None, Some(first)) => finding(
                Level::Partial,
                format!(
                    "{} frames were counted under another reason, such as {} ({}, expected {})",
                    other.len(),
                    first.name(),
                    first.fate,
                    first.expected
                ),
            ),
            (None, None) if self.sent[0] > 0 => finding(
                Level::Full,
                format!(
                    "for each of {} frames the right counter moved by one",
                    self.sent[0]
                ),
            ),
            (None, None) => None,
        }
    }

    /// Are there no differences in a pass that must show none?
    fn same(&self, pass: Pass, kind: Kind, feature: Feature) -> Option<Finding> {
        let sent = self.sent[pass as usize];
        let other = self.of(kind, feature);
        match other.first() {
            Some(first) => {
                let leak = |it: &&Difference| it.audit || it.fate.came_through;
                let level = match other.iter().any(leak) {
                    true => Level::None,
                    false => Level::Partial,
                };
                let why = format!(
                    "{} of {sent} frames met another fate than they had to, such as {}",
                    other.len(),
                    first.name()
                );
                Some(Finding::new(feature, level, why))
            }
            None if sent > 0 => {
                let why = format!("{sent} frames met the fate that they had to");
                Some(Finding::new(feature, Level::Full, why))
            }
            None => None,
        }
    }
}
