//! Whether a driver can enforce what a policy asks for. Never silently weaker: what it cannot do is an
//! error, unless the port says `enforcement: best-effort`.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use vifguard_driver::{Capabilities, Desired, Feature, PortState, Result as DriverResult, Support};
use vifguard_policy::{Enforcement, GuardSet, Mode, Policy, Port};

use crate::devices::Kind;
use crate::drivers::{DriverName, Ground, Member, choose};
use crate::output::Style;

/// What a driver cannot do of what a policy asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fit {
    /// What must not be.
    pub(crate) lacking: Vec<Lacking>,
    /// What the ports put up with.
    pub(crate) degraded: Vec<Degraded>,
}

/// What a port needs and the driver cannot do, for one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Lacking {
    /// The port; none if `host.guarded_interfaces` needs it.
    pub(crate) port: Option<String>,
    /// What the driver cannot do for it.
    pub(crate) features: Vec<&'static str>,
    /// The driver.
    pub(crate) driver: &'static str,
    /// Why.
    pub(crate) cause: String,
}

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

/// Compares what is asked of a driver with what it can do.
pub(crate) fn fit(policy: &Policy, member: &mut Member) -> DriverResult<Fit> {
    let missing = missing(&member.probe()?);
    let driver = member.title.driver;
    let mut fit = Fit::default();
    if let Some(cause) = missing.get(&Feature::FirstFrame)
        && policy.ports().is_empty()
        && !policy.host().guarded_interfaces.is_empty()
    {
        // No port is there that could consent to less.
        fit.lack(None, Feature::FirstFrame, driver, cause);
    }
    let answers_for: HashSet<&str> = member.answers_for.iter().map(String::as_str).collect();
    let own = policy.ports().iter();
    for port in own.filter(|port| answers_for.contains(port.name.as_str())) {
        for feature in needs(policy, port) {
            if let Some(cause) = missing.get(&feature) {
                fit.weigh(port, feature, driver, cause);
            }
        }
    }
    Ok(fit)
}

/// The same for one port whose interface is not up before it is guarded: the first frame is no question.
pub(crate) fn fit_alone(port: &Port, driver: &'static str, can: &Capabilities) -> Fit {
    let missing = missing(can);
    let mut fit = Fit::default();
    for feature in own_needs(port) {
        if let Some(cause) = missing.get(&feature) {
            fit.weigh(port, feature, driver, cause);
        }
    }
    fit
}

impl Fit {
    fn weigh(&mut self, port: &Port, feature: Feature, driver: &'static str, cause: &str) {
        if port.enforcement == Enforcement::Required {
            self.lack(Some(&port.name), feature, driver, cause);
            return;
        }
        self.degraded.push(Degraded {
            port: port.name.clone(),
            feature: feature.name(),
            cause: cause.to_owned(),
        });
    }

    fn lack(&mut self, port: Option<&String>, feature: Feature, driver: &'static str, cause: &str) {
        let same = |last: &&mut Lacking| last.port.as_ref() == port && last.cause == cause;
        if let Some(last) = self.lacking.last_mut().filter(same) {
            last.features.push(feature.name());
            return;
        }
        self.lacking.push(Lacking {
            port: port.cloned(),
            features: vec![feature.name()],
            driver,
            cause: cause.to_owned(),
        });
    }
}

impl Degraded {
    /// A line for people.
    pub(crate) fn line(&self, style: Style) -> String {
        let head = style.alarm("degraded:");
        let Degraded {
            port,
            feature,
            cause,
        } = self;
        format!("{head} port {port} without {feature}: {cause}\n")
    }
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
    let first = (!policy.host().guarded_interfaces.is_empty()).then_some(Feature::FirstFrame);
    own_needs(port).chain(first)
}

fn own_needs(port: &Port) -> impl Iterator<Item = Feature> + use<> {
    asked(port.guards, port.mode)
}

fn asked(guards: GuardSet, mode: Mode) -> impl Iterator<Item = Feature> + use<> {
    let audit = (mode == Mode::Audit).then_some(Feature::Audit);
    let guards: Vec<Feature> = guards.iter().map(Feature::Guard).collect();
    guards.into_iter().chain(audit)
}

/// Adds to a port in force what its driver cannot do of what is asked for it: it was put in force all the
/// same, so the port has consented.
pub(crate) fn show_degraded(port: &mut PortState, can: &Capabilities) {
    let missing = missing(can);
    for feature in asked(port.guards, port.mode) {
        let Some(cause) = missing.get(&feature) else {
            continue;
        };
        // A driver may have said so itself.
        if !port.degraded.iter().any(|said| said.contains(cause)) {
            port.degraded.push(format!("without {feature}: {cause}"));
        }
    }
}

/// Another driver that can do all that the policy asks for on this host. An interface that is missing is
/// so for every driver.
pub(crate) fn able(
    policy: &Policy,
    desired: &Desired,
    ground: &Ground<'_>,
) -> Option<&'static str> {
    let others = DriverName::value_variants().iter().copied();
    let others = others.filter(|name| *name != DriverName::Auto);
    // Where one alone cannot, several may.
    let mut others = others
        .chain([DriverName::Auto])
        .filter(|name| *name != ground.args.driver);
    let able = others.find(|name| {
        let Ok(mut crew) = choose(*name, desired, ground) else {
            return false;
        };
        crew.answer_for_all(policy);
        !crew.is_empty()
            && crew.members.iter_mut().all(|member| {
                let mut unfit = member.unfit.iter();
                unfit.all(|unfit| unfit.kind == Kind::Missing)
                    // What the ports would have to put up with is no better.
                    && fit(policy, member).is_ok_and(|fit| fit == Fit::default())
            })
    });
    able.map(DriverName::name)
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lacking {
            features,
            driver,
            cause,
            ..
        } = self;
        let features = features.join(", ");
        match &self.port {
            Some(port) => write!(f, "port {port} needs {features}")?,
            None => write!(f, "host.guarded_interfaces needs {features}")?,
        }
        write!(f, ", and the driver {driver} cannot do it here: {cause}")
    }
}
