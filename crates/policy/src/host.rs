use crate::DevicePattern;

/// What holds for the whole host.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Host {
    /// On these interfaces nothing passes before a port's policy is in force.
    pub guarded_interfaces: Vec<DevicePattern>,
    /// What happens to frames from a guarded interface that has no port.
    pub unknown: Unknown,
}

impl Host {
    /// Is an interface of this name guarded even without a port?
    pub fn guards(&self, device: &str) -> bool {
        self.guarded_interfaces
            .iter()
            .any(|pattern| pattern.covers(device))
    }
}

/// What happens to frames from a guarded interface that has no port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unknown {
    /// They are refused, with the reason `unknown-port`.
    #[default]
    Refuse,
    /// They pass and are counted: for the days in which a host is being brought in.
    Audit,
}

impl Unknown {
    /// Every value.
    pub const ALL: [Unknown; 2] = [Unknown::Refuse, Unknown::Audit];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Unknown::Refuse => "refuse",
            Unknown::Audit => "audit",
        }
    }
}
