use std::collections::BTreeMap;

use vifguard_verdict::Reason;

/// What happened to the frames of every port so far.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counters {
    /// By interface: those of ports, and guarded ones without a port that sent something.
    pub by_device: BTreeMap<String, PortCounters>,
}

/// What happened to one interface's frames.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PortCounters {
    /// Frames let through, those of audited ports included.
    pub passed: u64,
    /// Frames dropped.
    pub refused: BTreeMap<Reason, u64>,
    /// Frames let through in audit mode that would have been dropped.
    pub audited: BTreeMap<Reason, u64>,
}

impl Counters {
    /// The counters of one interface; zeros if it has none.
    pub fn of(&self, device: &str) -> PortCounters {
        self.by_device.get(device).cloned().unwrap_or_default()
    }
}

impl PortCounters {
    /// All refused frames.
    pub fn refused_total(&self) -> u64 {
        self.refused.values().sum()
    }
}
