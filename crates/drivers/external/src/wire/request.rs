use schemars::JsonSchema;
use serde::Serialize;

use super::Asked;

/// A line that the program reads.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Request {
    /// The answer bears the same number.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub call: Call,
}

/// What a program is asked.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "call", rename_all = "kebab-case")]
pub enum Call {
    /// The first request of every conversation.
    Hello {
        /// The protocol that is spoken from here on.
        protocol: u32,
        /// The release of vifguard, for messages alone.
        vifguard: String,
    },
    /// What does this host let you do? Found by trying, and without changing anything.
    Probe,
    /// What would `apply` put in force, and what of it differs from what is there? Changes nothing.
    Preview {
        /// The whole state of the host.
        desired: Asked,
    },
    /// Make the host so, and read back that it is.
    Apply {
        /// The whole state of the host.
        desired: Asked,
    },
    /// What is in force? Read from where it is in force.
    Observe,
    /// What happened to the frames so far?
    Counters,
    /// Take guards away.
    Remove {
        /// Of which port.
        scope: Scope,
    },
    /// Say so from now on, each time that somebody may have changed what is in force.
    Watch,
}

/// What is taken away.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything of yours.
    All,
    /// One port, by its name.
    Port(String),
}

impl Call {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Call::Hello { .. } => "hello",
            Call::Probe => "probe",
            Call::Preview { .. } => "preview",
            Call::Apply { .. } => "apply",
            Call::Observe => "observe",
            Call::Counters => "counters",
            Call::Remove { .. } => "remove",
            Call::Watch => "watch",
        }
    }

    /// Could it have changed what is in force?
    pub const fn changes(&self) -> bool {
        matches!(self, Call::Apply { .. } | Call::Remove { .. })
    }
}
