use serde::Serialize;

use crate::{Contract, Driver, Evidence, Feature, Level, Proof, Release};

/// Something that a release waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// The driver.
    pub driver: String,
    /// The feature.
    pub feature: String,
    /// How far it binds at the release.
    pub level: Level,
    /// What is lacking.
    pub lack: Lacking,
    /// The words for it.
    pub why: String,
    /// Who answers for it.
    pub maintainers: Vec<crate::Maintainer>,
}

/// What can be lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lacking {
    /// It is required, and not there.
    Missing,
    /// It is claimed, and a report shows that it is not so.
    Contradicted,
    /// It is claimed, and no report shows it.
    Unproven,
}

impl Lacking {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Lacking::Missing => "missing",
            Lacking::Contradicted => "contradicted",
            Lacking::Unproven => "unproven",
        }
    }
}

/// The release gate: all that a release waits for; it may go out if that is nothing.
///
/// It waits for drivers that are held, for two things: what is required, and that what they claim is so,
/// at whatever level. Whoever claims nothing beyond what is required need prove nothing beyond it.
pub fn release_gate(contract: &Contract, release: Release, evidence: &Evidence) -> Vec<Lack> {
    let held = contract
        .drivers
        .iter()
        .filter(|driver| driver.is_held_at(release));
    let pairs = held.flat_map(|driver| contract.features.iter().map(move |it| (driver, it)));
    pairs
        .filter_map(|(driver, feature)| lack(contract, release, evidence, driver, feature))
        .collect()
}

/// How many answers the release gate waits for: of each driver that is held, each feature that is required or
/// that it claims. If there are none, nothing was asked, and nothing is shown.
pub fn asked(contract: &Contract, release: Release) -> usize {
    let drivers = contract.drivers.iter();
    let held = drivers.filter(|driver| driver.is_held_at(release));
    let of = |driver: &Driver| {
        let features = contract.features.iter();
        let asks = features.filter(|feature| match feature.levels.at(release) {
            None | Some(Level::Removed) => false,
            Some(Level::Required) => true,
            Some(Level::Advisory | Level::Optional | Level::Deprecated) => {
                driver.declared(&feature.id).is_claim()
            }
        });
        asks.count()
    };
    held.map(of).sum()
}

pub(crate) fn lack(
    contract: &Contract,
    release: Release,
    evidence: &Evidence,
    driver: &Driver,
    feature: &Feature,
) -> Option<Lack> {
    let level = feature
        .levels
        .at(release)
        .filter(|level| *level != Level::Removed)?;
    let declared = driver.declared(&feature.id);
    let (lack, why) = if declared.is_claim() {
        match evidence.proof(contract, release, driver, &feature.id) {
            Proof::Proven => return None,
            Proof::Contradicted { why } => (Lacking::Contradicted, why),
            Proof::Unproven { why } => (Lacking::Unproven, why),
        }
    } else if level == Level::Required {
        let why = declared.why().unwrap_or_default().to_owned();
        (Lacking::Missing, why)
    } else {
        return None;
    };
    Some(Lack {
        driver: driver.name.clone(),
        feature: feature.id.clone(),
        level,
        lack,
        why,
        maintainers: driver.maintainers.clone(),
    })
}
