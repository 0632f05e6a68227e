use serde::Serialize;

use crate::{Contract, Driver, Evidence, Feature, Level, Profile, Proof, Release};

/// How many releases pass from the one in which something is said to the one in which it binds.
pub const NOTICE: usize = 2;

/// Something that a change of the contract must not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// The rule.
    pub rule: Rule,
    /// What it is about: `feature mac`, `driver nft`.
    pub object: String,
    /// What is wrong.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// The rules of the merge gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// What binds is said two releases before.
    Notice,
    /// An id keeps its promise, and a profile its features.
    Promise,
    /// A driver keeps what it has.
    Loss,
    /// What is out is out, and what is to come is counted by.
    History,
}

impl Rule {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Rule::Notice => "notice",
            Rule::Promise => "promise",
            Rule::Loss => "loss",
            Rule::History => "history",
        }
    }
}

/// The merge gate: all that stands against a change from one contract to another. A feature that is added
/// as advisory or optional never does, whoever lacks it.
///
/// A driver that gives up a claim loses nothing if a report shows that the claim was not true.
pub fn change_gate(old: &Contract, new: &Contract, evidence: &Evidence) -> Vec<Objection> {
    let mut objections = history(old, new);
    let gate = Gate::of(old, new, evidence);
    for feature in &new.features {
        let before = old.feature(&feature.id);
        objections.extend(gate.notice(before, feature));
        objections.extend(before.and_then(|before| promise(before, feature)));
    }
    let gone = old
        .features
        .iter()
        .filter(|feature| new.feature(&feature.id).is_none());
    objections.extend(gone.filter_map(|feature| gate.gone(feature)));
    objections.extend(old.profiles.iter().filter_map(|it| gate.profile(it)));
    for before in &old.drivers {
        match new.driver(&before.name) {
            Some(driver) => {
                objections.extend(gate.losses(before, driver));
                objections.extend(gate.release_of(before, driver));
            }
            None => objections.extend(gate.left(before)),
        }
    }
    objections
}

fn history(old: &Contract, new: &Contract) -> Vec<Objection> {
    let mut objections = Vec::new();
    let mut object = |why: String, instead: &str| {
        objections.push(Objection {
            rule: Rule::History,
            object: "the contract".to_owned(),
            why,
            instead: instead.to_owned(),
        });
    };
    if new.next < old.next {
        let why = format!("next goes back from {} to {}", old.next, new.next);
        object(why, "leave it, or let it go on");
    }
    let gone = old.releases.iter();
    for release in gone.filter(|release| !new.releases.contains(release)) {
        if *release < old.next {
            let why = format!("release {release} is out and was taken away");
            object(why, "leave it in releases");
        } else {
            let why =
                format!("release {release} was taken away, and notice is counted by releases");
            object(why, "leave it in releases, and put off what is due at it");
        }
    }
    objections
}

/// By its words; line breaks and spaces are no words.
fn promise(before: &Feature, feature: &Feature) -> Option<Objection> {
    let words = |feature: &Feature| -> Vec<String> {
        feature
            .promise
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    let what = match (words(before) == words(feature), before.kind == feature.kind) {
        (true, true) => return None,
        (false, _) => "promise",
        (true, false) => "kind",
    };
    Some(Objection {
        rule: Rule::Promise,
        object: format!("feature {}", feature.id),
        why: format!("its {what} was changed, and drivers are held to the old one under this id"),
        instead: "add a feature with a new id, and deprecate this one".to_owned(),
    })
}

/// Both contracts, and what is known of drivers.
pub(crate) struct Gate<'c> {
    pub(crate) old: &'c Contract,
    pub(crate) new: &'c Contract,
    evidence: &'c Evidence,
    /// The release in the making, by whichever has it later.
    pub(crate) next: Release,
}

impl<'c> Gate<'c> {
    pub(crate) fn of(old: &'c Contract, new: &'c Contract, evidence: &'c Evidence) -> Gate<'c> {
        Gate {
            old,
            new,
            evidence,
            next: old.next.max(new.next),
        }
    }

    /// The first release at which something said now may bind.
    fn soonest(&self) -> Option<Release> {
        let mut coming = self
            .new
            .releases
            .iter()
            .filter(|release| **release >= self.next && !self.is_between(**release));
        coming.nth(NOTICE).copied()
    }

    /// Whether this very change puts the release before one that was known: nobody had the time of it.
    pub(crate) fn is_between(&self, release: Release) -> bool {
        let is_before = self.old.releases.last().is_some_and(|last| release < *last);
        is_before && release != self.next && !self.old.releases.contains(&release)
    }

    fn is_soon(&self, release: Release) -> bool {
        self.soonest().is_none_or(|soonest| release < soonest)
    }

    /// When to do it instead.
    fn later(&self, what: &str) -> String {
        match self.soonest() {
            Some(soonest) => format!("{what} at {soonest} or later"),
            None => format!(
                "write down further releases, and {what} at one {NOTICE} after {}",
                self.next
            ),
        }
    }

    fn notice(&self, before: Option<&Feature>, feature: &Feature) -> Option<Objection> {
        let required =
            |feature: &Feature, release| feature.levels.at(release) == Some(Level::Required);
        let rises = |release: &&Release| {
            required(feature, **release)
                && !before.is_some_and(|before| required(before, **release))
        };
        let first = *self.new.releases.iter().find(rises)?;
        self.is_soon(first).then(|| {
            let was = before.and_then(|before| before.levels.at(first));
            let was = was.map_or("not there".to_owned(), |level| level.to_string());
            Objection {
                rule: Rule::Notice,
                object: format!("feature {}", feature.id),
                why: format!(
                    "it becomes required at {first}, where it was {was}, and {} is in the making: \
                     that is less than {NOTICE} releases' notice",
                    self.next
                ),
                instead: self.later("let it be advisory, and required"),
            }
        })
    }

    pub(crate) fn is_going(&self, feature: &Feature) -> bool {
        let level = feature.levels.at(self.next);
        matches!(level, Some(Level::Deprecated | Level::Removed))
    }

    fn gone(&self, feature: &Feature) -> Option<Objection> {
        (feature.levels.at(self.next) != Some(Level::Removed)).then(|| Objection {
            rule: Rule::Promise,
            object: format!("feature {}", feature.id),
            why: "it was taken out of the contract without having been removed at a release"
                .to_owned(),
            instead:
                "deprecate it, let it be removed at a later release, and take it out after that"
                    .to_owned(),
        })
    }

    /// Whoever chose by a profile relies on all that was in it. What goes away goes from profiles, too.
    fn profile(&self, before: &Profile) -> Option<Objection> {
        let now = self.new.profile(&before.id);
        let lost: Vec<&str> = before
            .features
            .iter()
            .filter(|id| now.is_none_or(|now| !now.features.contains(id)))
            .filter_map(|id| self.new.feature(id))
            .filter(|feature| !self.is_going(feature))
            .map(|feature| feature.id.as_str())
            .collect();
        (!lost.is_empty()).then(|| Objection {
            rule: Rule::Promise,
            object: format!("profile {}", before.id),
            why: format!(
                "it was to have {}, and operators chose drivers by that",
                lost.join(", ")
            ),
            instead: "leave it, and make a profile of another name; or deprecate the feature first"
                .to_owned(),
        })
    }

    fn losses(&self, before: &Driver, driver: &Driver) -> Vec<Objection> {
        let kept = self
            .new
            .features
            .iter()
            .filter(|feature| !self.is_going(feature));
        let lost = kept.filter_map(|feature| {
            let (had, has) = (before.declared(&feature.id), driver.declared(&feature.id));
            let is_less = has.rank() < had.rank() && !self.was_untrue(before, feature);
            is_less.then(|| Objection {
                rule: Rule::Loss,
                object: format!("driver {}", driver.name),
                why: format!(
                    "it had {} {} and now says {}",
                    feature.id,
                    had.name(),
                    has.name()
                ),
                instead: format!(
                    "keep it, or deprecate {} first, or show by a report that it was not so \
                     (--reports); {} answers for it",
                    feature.id,
                    before.answerable()
                ),
            })
        });
        lost.collect()
    }

    pub(crate) fn was_untrue(&self, before: &Driver, feature: &Feature) -> bool {
        [self.old, self.new].into_iter().any(|contract| {
            let proof = self
                .evidence
                .proof(contract, self.next, before, &feature.id);
            matches!(proof, Proof::Contradicted { .. })
        })
    }

    /// A driver that is held stays so until a release that was named in time.
    fn release_of(&self, before: &Driver, driver: &Driver) -> Option<Objection> {
        if !before.is_held_at(self.next) {
            return None;
        }
        let object = format!("driver {}", driver.name);
        if driver.held.is_none_or(|held| held > self.next) {
            return Some(Objection {
                rule: Rule::Loss,
                object,
                why: format!("it is held at {} and would not be any more", self.next),
                instead: self.later("let it leave"),
            });
        }
        let leaves = driver.leaves?;
        let is_sooner = before.leaves.is_none_or(|known| leaves < known);
        (is_sooner && self.is_soon(leaves)).then(|| Objection {
            rule: Rule::Notice,
            object,
            why: format!("it leaves at {leaves}: that is less than {NOTICE} releases' notice"),
            instead: self.later("let it leave"),
        })
    }

    fn left(&self, before: &Driver) -> Option<Objection> {
        before.is_held_at(self.next).then(|| Objection {
            rule: Rule::Loss,
            object: format!("driver {}", before.name),
            why: "it was taken out of the contract while it is held".to_owned(),
            instead: self.later("let it leave"),
        })
    }
}
