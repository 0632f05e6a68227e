use std::collections::BTreeSet;

use vifguard_conformance::Place;
use vifguard_corpus::Corpus;
use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Feature, Preview, Result, Scope, State,
    Support, Tell,
};
use vifguard_kit::{Asked, Effort, FeatureVerdict, Ground, Report, Run, Silent, Terms, run, usual};
use vifguard_verdict::Reason;

/// A contract in which each reason shows one feature.
pub(crate) struct Plain;

impl Terms for Plain {
    fn digest(&self) -> String {
        "plain".to_owned()
    }

    fn profiles(&self) -> Vec<String> {
        vec!["baseline".to_owned()]
    }

    fn profile(&self, _: &str) -> Option<BTreeSet<Feature>> {
        Some(Feature::all().take(8).collect())
    }

    fn shown(&self, _: &str, _: &str, reason: Reason) -> Feature {
        usual(reason)
    }
}

/// A driver that says it can do all, whatever it does.
pub(crate) struct Boasting<D> {
    pub(crate) driver: D,
    /// What it does to a state before it puts it in force.
    pub(crate) bend: fn(&mut Desired),
    /// What it does to the counters.
    pub(crate) cook: fn(&mut Counters),
    /// Does it take everything away before it puts a change in force?
    pub(crate) from_scratch: bool,
}

impl<D> Boasting<D> {
    pub(crate) fn of(driver: D) -> Boasting<D> {
        Boasting {
            driver,
            bend: |_| {},
            cook: |_| {},
            from_scratch: false,
        }
    }
}

impl<D: Driver> Driver for Boasting<D> {
    fn name(&self) -> &'static str {
        "boasting"
    }

    fn probe(&mut self) -> Result<Capabilities> {
        Ok(Capabilities {
            features: Feature::all().map(|it| (it, Support::Full)).collect(),
            notes: vec!["it says <all> & more".to_owned()],
        })
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        self.driver.preview(desired)
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        let mut desired = desired.clone();
        (self.bend)(&mut desired);
        if self.from_scratch {
            self.driver.remove(&Scope::All)?;
        }
        self.driver.apply(&desired)
    }

    fn observe(&mut self) -> Result<State> {
        self.driver.observe()
    }

    fn counters(&mut self) -> Result<Counters> {
        let mut counters = self.driver.counters()?;
        (self.cook)(&mut counters);
        Ok(counters)
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        self.driver.remove(scope)
    }

    fn watch(&mut self, tell: Tell) -> Result<()> {
        self.driver.watch(tell)
    }
}

/// A run, and all that it takes to report on it.
pub(crate) struct Tried {
    pub(crate) run: Run,
    pub(crate) report: Report,
}

pub(crate) fn tried(driver: impl Driver + Send + 'static, features: &[Feature]) -> Tried {
    let mut ground = Ground {
        driver: Box::new(driver),
        name: "boasting".to_owned(),
        chosen: "--driver boasting".to_owned(),
        foreign: None,
        places: vec![Place::Bridge],
        effort: Effort {
            learned: 1000,
            interfaces: 2,
            changes: (1, 8),
            ..Effort::USUAL
        },
        program: None,
        vandals: Vec::new(),
        facts: vec![("a <part>".to_owned(), "1 & 2".to_owned())],
    };
    let asked = Asked {
        features: features.iter().copied().collect(),
        profile: "baseline".to_owned(),
        held: Plain.profile("baseline").unwrap(),
        named: false,
        strictly: false,
    };
    let corpus = Corpus::embedded().unwrap();
    let run = run(&mut ground, corpus, &Plain, &asked, &mut Silent).unwrap();
    let report = Report::of(&run, &ground, corpus, &Plain, &asked, "0");
    Tried { run, report }
}

impl Tried {
    #[track_caller]
    pub(crate) fn of(&self, feature: Feature) -> &FeatureVerdict {
        let mut verdicts = self.run.verdicts.iter();
        verdicts.find(|it| it.feature == feature).unwrap()
    }
}
