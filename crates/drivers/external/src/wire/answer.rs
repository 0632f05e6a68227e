use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::words;

/// A line that the program writes if it did what was asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "AnswerWith{T}")]
#[serde(deny_unknown_fields)]
pub struct Answer<T> {
    /// The number of the request.
    pub id: u64,
    /// What came of it.
    pub ok: T,
}

/// To `hello`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Greeting {
    /// The protocol that the program speaks.
    pub protocol: u32,
    /// What the driver is called, for people.
    pub name: String,
    /// Its release, for people.
    pub version: String,
}

/// To `probe`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Probed {
    /// Each feature by its name. One that is missing here is not supported; one that this release of
    /// vifguard does not know is passed over, and said.
    #[schemars(schema_with = "words::features")]
    pub features: BTreeMap<String, Support>,
    /// What the driver will use, and what it found missing, for people.
    #[serde(default)]
    pub notes: Vec<String>,
    /// It can be asked to `watch`.
    #[serde(default)]
    pub watch: bool,
}

/// How far a feature is supported.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// How far.
    pub level: Level,
    /// What is missing. Only `full` needs no sentence.
    pub sentence: Option<String>,
}

/// How far a feature is supported, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As the contract says.
    Full,
    /// More is refused than the contract refuses.
    Partial,
    /// Something passes that the contract refuses, or it is not there at all.
    None,
}

/// To `preview`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Previewed {
    /// All of what would be put in force, in the mechanism's own terms, for people.
    pub plan: String,
    /// What would change, one line each; empty if nothing.
    pub difference: Vec<String>,
}

/// To `apply`. A port stands in one of the lists, or is counted as unchanged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Applied {
    /// Ports that got guards.
    pub added: Vec<String>,
    /// Ports whose guards were changed.
    pub changed: Vec<String>,
    /// Ports whose guards were taken away.
    pub removed: Vec<String>,
    /// Ports that were as they should be.
    pub unchanged: usize,
    /// What had been changed behind the driver's back and was put right, one sentence each.
    pub repaired: Vec<String>,
    /// Something was done that is about no port.
    pub otherwise: bool,
}

/// To `observe`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Is anything of the driver's there at all?
    pub present: bool,
    /// The ports in force.
    pub ports: Vec<Port>,
    /// Interfaces on which nothing passes without a port, as they were asked for.
    #[serde(default)]
    pub guarded: Vec<String>,
    /// What becomes of frames from those that have no port; `refuse` if nothing is said.
    #[schemars(schema_with = "words::unknown")]
    #[serde(default)]
    pub unknown: Option<String>,
    /// What is not as it was left.
    #[serde(default)]
    pub drift: Vec<Strayed>,
}

/// A port in force.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its name.
    pub port: String,
    /// Its interface.
    pub device: String,
    /// The guards that are on.
    #[schemars(schema_with = "words::guards")]
    pub guards: Vec<String>,
    /// Whether refusals are carried out.
    #[schemars(schema_with = "words::mode")]
    pub mode: String,
    /// What of the contract does not hold for it, one sentence each.
    #[serde(default)]
    pub degraded: Vec<String>,
}

/// Something that somebody else changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strayed {
    /// The port that is hit; none if all may be.
    pub port: Option<String>,
    /// What is different.
    pub what: String,
}

/// To `counters`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// By interface: those of ports, and guarded ones without a port that sent something.
    pub devices: BTreeMap<String, Frames>,
}

/// What happened to one interface's frames.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Frames {
    /// Let through, those of audited ports included.
    pub passed: u64,
    /// Dropped, by the contract's reason.
    #[schemars(schema_with = "words::reasons")]
    pub refused: BTreeMap<String, u64>,
    /// Let through in audit mode that would have been dropped.
    #[schemars(schema_with = "words::reasons")]
    pub audited: BTreeMap<String, u64>,
}

/// To `remove`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The ports that were in force and are not any more.
    pub released: Vec<String>,
}

/// A line that a watching program writes of its own accord.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What happened.
    pub event: Events,
}

/// What a watching program says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Events {
    /// Somebody may have changed what is in force.
    Changed,
}
