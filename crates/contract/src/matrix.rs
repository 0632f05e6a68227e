use serde::Serialize;

use crate::{Contract, Evidence, Feature, Grade, Kind, Level, Proof, Release};

/// Drivers by features, at a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The release.
    pub release: Release,
    /// Stands for what features promise and what shows them; a report names it.
    pub digest: String,
    /// The drivers, in the order of the cells.
    pub drivers: Vec<Column>,
    /// The features.
    pub features: Vec<Row>,
    /// For each profile, which drivers have all of it.
    pub profiles: Vec<ProfileRow>,
}

/// A driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub driver: String,
    /// What it is.
    pub about: String,
    /// Whether the release waits for it.
    pub held: bool,
    /// Who answers for it.
    pub maintainers: Vec<crate::Maintainer>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub feature: String,
    /// What sort it is.
    pub kind: Kind,
    /// What it promises.
    pub promise: String,
    /// How far it binds at the release; nothing if it comes later.
    pub level: Option<Level>,
    /// From when on it is required, if ever.
    pub required_from: Option<Release>,
    /// What each driver says of it.
    pub cells: Vec<Cell>,
}

/// What a driver says of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The driver.
    pub driver: String,
    /// How far it has it.
    pub declared: Grade,
    /// The sentence, if it does not have it as the contract says, and names it at all.
    pub why: Option<String>,
    /// Whether that is so; nothing if reports were not asked, or it claims nothing.
    pub proof: Option<Proof>,
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileRow {
    /// Its name.
    pub profile: String,
    /// Its features.
    pub features: Vec<String>,
    /// For each driver, the least that it has of them.
    pub least: Vec<Grade>,
}

/// Drivers by features at a release, with what reports show if there are any.
pub fn matrix(contract: &Contract, release: Release, evidence: Option<&Evidence>) -> Matrix {
    let drivers = contract.drivers.iter();
    let columns = drivers.map(|driver| Column {
        driver: driver.name.clone(),
        about: driver.about.clone(),
        held: driver.is_held_at(release),
        maintainers: driver.maintainers.clone(),
    });
    let there = |feature: &&Feature| feature.levels.at(release) != Some(Level::Removed);
    let features = contract.features.iter().filter(there);
    let profiles = contract.profiles.iter().map(|profile| ProfileRow {
        profile: profile.id.clone(),
        features: profile.features.clone(),
        least: least(contract, &profile.features),
    });
    Matrix {
        release,
        digest: contract.digest(),
        drivers: columns.collect(),
        features: features
            .map(|feature| row(contract, release, evidence, feature))
            .collect(),
        profiles: profiles.collect(),
    }
}

fn row(
    contract: &Contract,
    release: Release,
    evidence: Option<&Evidence>,
    feature: &Feature,
) -> Row {
    let cells = contract.drivers.iter().map(|driver| {
        let declared = driver.declared(&feature.id);
        let evidence = evidence.filter(|_| declared.is_claim());
        let named = driver.features.contains_key(&feature.id);
        Cell {
            driver: driver.name.clone(),
            declared: Grade::from(&declared),
            why: named.then(|| declared.why().map(str::to_owned)).flatten(),
            proof: evidence.map(|evidence| evidence.proof(contract, release, driver, &feature.id)),
        }
    });
    Row {
        feature: feature.id.clone(),
        kind: feature.kind,
        promise: feature.promise.clone(),
        level: feature.levels.at(release),
        required_from: feature.levels.required_from(release),
        cells: cells.collect(),
    }
}

fn least(contract: &Contract, features: &[String]) -> Vec<Grade> {
    let drivers = contract.drivers.iter();
    let of = |driver: &crate::Driver| {
        let grades = features.iter().map(|id| Grade::from(&driver.declared(id)));
        grades.min().unwrap_or(Grade::Full)
    };
    drivers.map(of).collect()
}
