//! Whether a driver can enforce what a policy asks for. Never silently weaker: what it cannot do is an
//! error, unless the port says `enforcement: best-effort`.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Serialize;
use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_policy::{Enforcement, Mode, Policy, Port};

use crate::drivers::{self, DriverName};
use crate::exit::Exit;
use crate::failure::Failure;

/// A port that gets less than its policy says, with its consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Degraded {
    /// The port.
    pub(crate) port: String,
    /// What the driver cannot do for it.
    pub(crate) feature: &'static str,
    /// Why.
    pub(crate) cause: String,
}

/// The ports that will be degraded, or why the policy cannot be enforced.
pub(crate) fn fit(
    policy: &Policy,
    driver: DriverName,
    can: &Capabilities,
) -> Result<Vec<Degraded>, Failure> {
    let missing = missing(can);
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(cause) = missing.get(&Feature::FirstFrame)
        && policy.ports().is_empty()
        && !policy.host().guarded_interfaces.is_empty()
    {
        // No port is there that could consent to less.
        let who = "host.guarded_interfaces needs";
        return Err(refusal(who, policy, driver, Feature::FirstFrame, cause));
    }
    let mut degraded = Vec::new();
    for port in policy.ports() {
        for feature in needs(policy, port) {
            let Some(cause) = missing.get(&feature) else {
                continue;
            };
            if port.enforcement == Enforcement::Required {
                let who = format!("port {} needs", port.name);
                return Err(refusal(&who, policy, driver, feature, cause));
            }
            degraded.push(Degraded {
                port: port.name.clone(),
                feature: feature.name(),
                cause: cause.clone(),
            });
        }
    }
    Ok(degraded)
}

/// What the driver cannot do, with the cause. What it does only in part refuses too much, never too
/// little.
fn missing(can: &Capabilities) -> BTreeMap<Feature, String> {
    let none = |feature| match can.of(feature) {
        Support::None(cause) => Some((feature, cause)),
        Support::Full | Support::Partial(_) => None,
    };
    let unneeded = |feature: &Feature| matches!(feature, Feature::Events | Feature::Drift);
    Feature::all()
        .filter(|feature| !unneeded(feature))
        .filter_map(none)
        .collect()
}

fn needs(policy: &Policy, port: &Port) -> impl Iterator<Item = Feature> + use<> {
    let audit = (port.mode == Mode::Audit).then_some(Feature::Audit);
    let first = (!policy.host().guarded_interfaces.is_empty()).then_some(Feature::FirstFrame);
    let guards: Vec<Feature> = port.guards.iter().map(Feature::Guard).collect();
    guards.into_iter().chain(audit).chain(first)
}

fn refusal(
    who: &str,
    policy: &Policy,
    driver: DriverName,
    feature: Feature,
    cause: &str,
) -> Failure {
    let name = drivers::by_name(driver).name();
    let advice = match able(policy, driver) {
        Some(other) => format!(
            "use --driver {other}, which can do all of it on this host; nothing was changed"
        ),
        None => "no driver on this host can; let the ports say enforcement: best-effort, or leave \
                 out what needs it; nothing was changed"
            .to_owned(),
    };
    Failure::new(
        Exit::Unavailable,
        format!("{who} {feature}, and the driver {name} cannot do it here: {cause}"),
        advice,
    )
}

/// Another driver that can do all that the policy asks for.
fn able(policy: &Policy, not: DriverName) -> Option<&'static str> {
    let others = DriverName::value_variants()
        .iter()
        .filter(|name| **name != not);
    others
        .map(|name| drivers::by_name(*name))
        .find_map(|mut driver| {
            let missing = missing(&driver.probe().ok()?);
            let suits =
                |port: &Port| needs(policy, port).all(|feature| !missing.contains_key(&feature));
            policy.ports().iter().all(suits).then(|| driver.name())
        })
}
