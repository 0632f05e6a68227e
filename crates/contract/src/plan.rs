use serde::Serialize;

use crate::gate::lack;
use crate::{Contract, Driver, Evidence, Feature, Lack, Lacking, Level, Maintainer, Release};

/// What a driver still owes by a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Debt {
    /// The driver.
    pub driver: String,
    /// Who answers for it.
    pub maintainers: Vec<Maintainer>,
    /// From when on it is held; never, if there is none.
    pub held: Option<Release>,
    /// From when on it is held no more, if it is to leave.
    pub leaves: Option<Release>,
    /// What the release waits for.
    pub owed: Vec<Item>,
    /// What is expected of it, and no release waits for.
    pub expected: Vec<Item>,
}

/// A feature that a driver owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The feature.
    pub feature: String,
    /// What it promises.
    pub promise: String,
    /// By when, if a release waits for it.
    pub by: Option<Release>,
    /// What is lacking.
    pub lack: Lacking,
    /// The words for it.
    pub why: String,
}

/// What each driver still owes by a release: what any release waits for, from the one in the making to this
/// one. A driver that owes nothing has its empty entry; one that is held to nothing until then has none.
///
/// Without reports, what is claimed is taken as it is said: the plan is of what is to be built.
pub fn plan(contract: &Contract, release: Release, evidence: Option<&Evidence>) -> Vec<Debt> {
    let nothing = Evidence::default();
    let way = Way {
        contract,
        release,
        until: until(contract, release),
        evidence: evidence.unwrap_or(&nothing),
        is_believed: evidence.is_none(),
    };
    let held = contract.drivers.iter().filter(|driver| way.is_held(driver));
    held.map(|driver| way.debt(driver)).collect()
}

/// The releases on the way, in order; of one that is out, itself alone.
fn until(contract: &Contract, release: Release) -> Vec<Release> {
    let from = contract.next.min(release);
    let releases = contract.releases.iter().copied();
    releases
        .filter(|coming| (from..=release).contains(coming))
        .collect()
}

struct Way<'c> {
    contract: &'c Contract,
    release: Release,
    until: Vec<Release>,
    evidence: &'c Evidence,
    /// Whether claims are taken as they are said.
    is_believed: bool,
}

impl Way<'_> {
    fn is_held(&self, driver: &Driver) -> bool {
        self.until.iter().any(|release| driver.is_held_at(*release))
    }

    fn debt(&self, driver: &Driver) -> Debt {
        let features = self.contract.features.iter();
        let items = features.filter_map(|feature| self.item(driver, feature));
        let (mut owed, expected): (Vec<Item>, Vec<Item>) = items.partition(|it| it.by.is_some());
        owed.sort_by_key(|item| item.by);
        Debt {
            driver: driver.name.clone(),
            maintainers: driver.maintainers.clone(),
            held: driver.held,
            leaves: driver.leaves,
            owed,
            expected,
        }
    }

    fn item(&self, driver: &Driver, feature: &Feature) -> Option<Item> {
        let of = |by, lack, why| Item {
            feature: feature.id.clone(),
            promise: feature.promise.clone(),
            by,
            lack,
            why,
        };
        if let Some((by, lack)) = self.first(driver, feature) {
            return Some(of(Some(by), lack.lack, lack.why));
        }
        let declared = driver.declared(&feature.id);
        let is_expected = driver.is_held_at(self.release)
            && !declared.is_claim()
            && feature.levels.at(self.release) == Some(Level::Advisory);
        let why = declared.why().unwrap_or_default().to_owned();
        is_expected.then(|| of(None, Lacking::Missing, why))
    }

    /// The first release that waits for it, whatever becomes of it after that.
    fn first(&self, driver: &Driver, feature: &Feature) -> Option<(Release, Lack)> {
        if self.is_believed && driver.declared(&feature.id).is_claim() {
            return None;
        }
        let held = self
            .until
            .iter()
            .filter(|release| driver.is_held_at(**release));
        held.copied().find_map(|release| {
            let lack = lack(self.contract, release, self.evidence, driver, feature)?;
            Some((release, lack))
        })
    }
}
