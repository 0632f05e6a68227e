use std::collections::BTreeMap;
use std::fmt;

use vifguard_policy::Guard;

/// Something that a driver may or may not be able to do (`docs/verdicts.md`, sections 2 and 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A guard.
    Guard(Guard),
    /// Frames whose shape is wrong are refused, even where every claim in them is own.
    Form,
    /// The form of neighbor discovery, whole.
    NdForm,
    /// A refused frame teaches the switch nothing.
    Fdb,
    /// Nothing passes on a guarded interface before its port's policy is in force.
    FirstFrame,
    /// A change opens or closes nothing but its difference.
    Atomic,
    /// Guards stay while no process of ours runs.
    Resident,
    /// A guard changed behind our back is noticed.
    Drift,
    /// Frames are counted by port and reason.
    Counters,
    /// Refused frames are sampled.
    Events,
    /// A port in audit mode passes everything and counts.
    Audit,
    /// The same verdicts for frames to the host and on routed interfaces.
    Host,
}

/// How far a driver can do it, on this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// As the contract says.
    Full,
    /// It refuses more than the contract does; the sentence says what.
    Partial(String),
    /// Not, or not safely; the sentence says why.
    None(String),
}

/// What a probe of this host found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Every feature; one that is missing here is not supported.
    pub features: BTreeMap<Feature, Support>,
    /// What the driver will use, and what it found missing, for people.
    pub notes: Vec<String>,
}

impl Feature {
    /// Every feature that is not a guard.
    pub const PROPERTIES: [Feature; 11] = [
        Feature::Form,
        Feature::NdForm,
        Feature::Fdb,
        Feature::FirstFrame,
        Feature::Atomic,
        Feature::Resident,
        Feature::Drift,
        Feature::Counters,
        Feature::Events,
        Feature::Audit,
        Feature::Host,
    ];

    /// Every feature, guards first.
    pub fn all() -> impl Iterator<Item = Feature> {
        Guard::ALL
            .into_iter()
            .map(Feature::Guard)
            .chain(Feature::PROPERTIES)
    }

    /// The feature of this public name.
    pub fn named(name: &str) -> Option<Feature> {
        Feature::all().find(|feature| feature.name() == name)
    }

    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Feature::Guard(guard) => guard.name(),
            Feature::Form => "form",
            Feature::NdForm => "nd-form",
            Feature::Fdb => "fdb",
            Feature::FirstFrame => "first-frame",
            Feature::Atomic => "atomic",
            Feature::Resident => "resident",
            Feature::Drift => "drift",
            Feature::Counters => "counters",
            Feature::Events => "events",
            Feature::Audit => "audit",
            Feature::Host => "host",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Capabilities {
    /// How far this feature is supported.
    pub fn of(&self, feature: Feature) -> Support {
        self.features
            .get(&feature)
            .cloned()
            .unwrap_or_else(|| Support::None("the driver does not know this feature".to_owned()))
    }
}
