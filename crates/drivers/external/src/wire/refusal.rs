use schemars::JsonSchema;
use serde::Deserialize;

/// A line that the program writes if it could not do what was asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The number of the request.
    pub id: u64,
    /// Why. What was in force is still in force.
    pub error: Refusal,
}

/// Why a program could not do what it was asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Refusal {
    /// The caller may neither see nor change what is in force.
    Privilege,
    /// The host lacks what the driver is made of.
    Unsupported {
        /// What is missing.
        cause: String,
        /// What would help.
        remedy: String,
    },
    /// A port's interface cannot be guarded.
    Port {
        /// The port.
        port: String,
        /// What is wrong with it.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// No such port is in force.
    NoSuchPort {
        /// The name that was asked for.
        port: String,
    },
    /// Somebody else kept changing what was being changed.
    Disturbed {
        /// What that was.
        what: String,
    },
    /// What was read back is not what was put in force.
    NotAsPlanned {
        /// The first difference.
        difference: String,
    },
    /// A step failed.
    Step {
        /// What was being done: it follows "cannot".
        step: String,
        /// Why it failed.
        cause: String,
    },
}
