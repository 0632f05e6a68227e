use serde::Serialize;

use crate::gate::lack;
use crate::{Contract, Driver, Evidence, Feature, Lacking, Level, Maintainer, Release};

/// What a driver still owes by a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Debt {
    /// The driver.
    pub driver: String,
    /// Who answers for it.
    pub maintainers: Vec<Maintainer>,
    /// From when on it is held; never, if there is none.
    pub held: Option<Release>,
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

/// What each driver still owes by a release. A driver that owes nothing has its empty entry; one that is
/// held to nothing by then has none.
///
/// Without reports, what is claimed is taken as it is said: the plan is of what is to be built.
pub fn plan(contract: &Contract, release: Release, evidence: Option<&Evidence>) -> Vec<Debt> {
    let held = contract
        .drivers
        .iter()
        .filter(|driver| driver.is_held_at(release));
    held.map(|driver| debt(contract, release, evidence, driver))
        .collect()
}

fn debt(
    contract: &Contract,
    release: Release,
    evidence: Option<&Evidence>,
    driver: &Driver,
) -> Debt {
    let (mut owed, mut expected) = (Vec::new(), Vec::new());
    for feature in &contract.features {
        let Some(item) = item(contract, release, evidence, driver, feature) else {
            continue;
        };
        if item.by.is_some() {
            owed.push(item);
        } else {
            expected.push(item);
        }
    }
    owed.sort_by_key(|item| item.by);
    Debt {
        driver: driver.name.clone(),
        maintainers: driver.maintainers.clone(),
        held: driver.held,
        owed,
        expected,
    }
}

fn item(
    contract: &Contract,
    release: Release,
    evidence: Option<&Evidence>,
    driver: &Driver,
    feature: &Feature,
) -> Option<Item> {
    let declared = driver.declared(&feature.id);
    let nothing = Evidence::default();
    let lack = lack(
        contract,
        release,
        evidence.unwrap_or(&nothing),
        driver,
        feature,
    )
    .filter(|_| evidence.is_some() || !declared.is_claim());
    let of = |by, lack, why| Item {
        feature: feature.id.clone(),
        promise: feature.promise.clone(),
        by,
        lack,
        why,
    };
    match lack {
        Some(lack) => Some(of(
            Some(by(contract, driver, feature, release)),
            lack.lack,
            lack.why,
        )),
        None if declared.is_claim() => None,
        None => {
            let advisory = feature.levels.at(release) == Some(Level::Advisory);
            let why = declared.why().unwrap_or_default().to_owned();
            advisory.then(|| of(None, Lacking::Missing, why))
        }
    }
}

/// The first release that waits for it.
fn by(contract: &Contract, driver: &Driver, feature: &Feature, release: Release) -> Release {
    let coming = contract
        .releases
        .iter()
        .filter(|coming| **coming >= contract.next);
    let mut until = coming.filter(|coming| **coming <= release);
    let waits = |coming: &&Release| {
        let level = feature.levels.at(**coming);
        let is_asked = level == Some(Level::Required) || driver.declared(&feature.id).is_claim();
        driver.is_held_at(**coming) && is_asked && level.is_some()
    };
    until.find(waits).copied().unwrap_or(release)
}
