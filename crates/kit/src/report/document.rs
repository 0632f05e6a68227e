use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::evidence::Kind;
use crate::{Field, Level, Verdict};

/// What a run of the kit showed of a driver. Fields are added, never renamed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "vifguard conformance report", deny_unknown_fields)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The driver, by the name that it is chosen by.
    pub driver: String,
    /// The hook that set it up, if it is no driver: then `driver` is what the hook calls it, and nothing is
    /// declared.
    pub hook: Option<String>,
    /// The program that is the driver, if it is somebody else's: then `driver` is what it calls itself.
    pub program: Option<String>,
    /// The digest of the contract that it was judged by.
    pub contract: String,
    /// The version of vifguard whose kit this was.
    pub vifguard: String,
    /// What had to be there.
    pub profile: Profile,
    /// What follows: "holds", "contradicted", "unproven", "lacks" or "holds-nothing"; "shown" where nothing is
    /// declared and no profile was asked for.
    pub outcome: &'static str,
    /// When the run began (RFC 3339, UTC).
    pub began: String,
    /// How long it took.
    pub seconds: f64,
    /// Where it ran, and with what.
    pub environment: Vec<Fact>,
    /// What the driver's probe noted; how a hook left its place, if not as it must.
    pub notes: Vec<String>,
    /// Each feature that was asked for.
    pub features: Vec<Feature>,
    /// How much was sent.
    pub frames: Frames,
    /// The parts of the run, in their order.
    pub stages: Vec<Stage>,
    /// What was not tried, and why.
    pub skipped: Vec<Skipped>,
    /// Frames that met another fate than the contract's, by case.
    pub differences: Vec<Difference>,
    /// Each case that was sent, for programs that count cases.
    pub cases: Vec<Case>,
}

/// A profile of the contract.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Every feature of it had to be there; otherwise it was enough that some were.
    pub strictly: bool,
    /// Its features.
    pub features: Vec<&'static str>,
}

/// Something of the environment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Fact {
    /// What.
    pub name: String,
    /// What it is.
    pub value: String,
}

/// One feature.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Feature {
    /// Its name in the contract.
    pub id: &'static str,
    /// What the driver declares on this host; null for what is no driver.
    pub declared: Option<Level>,
    /// What it says is missing.
    pub declared_why: Option<String>,
    /// How far it goes; null if nothing showed it.
    pub found: Option<Level>,
    /// What follows.
    pub verdict: Verdict,
    /// What showed it, or why nothing did.
    pub why: String,
}

/// How much was sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Frames {
    /// Frames of the corpus, at all places and in both modes.
    pub sent: usize,
    /// Of those at the first place, how many came through.
    pub passed: usize,
    /// Of those at the first place, how many did not.
    pub refused: usize,
    /// Policies that they were sent under.
    pub policies: usize,
}

/// A part of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stage {
    /// What was tried.
    pub what: String,
    /// Frames of the corpus that were sent for it.
    pub frames: usize,
    /// How long it took.
    pub seconds: f64,
}

/// Something that was not tried.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Skipped {
    /// What.
    pub what: String,
    /// Why not.
    pub why: String,
    /// Frames that were not sent for it.
    pub frames: usize,
    /// Policies that were not put in force for it.
    pub policies: usize,
}

/// A case whose frame met another fate than the contract's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Difference {
    /// How.
    pub kind: Kind,
    /// The feature that it is a matter of.
    pub feature: &'static str,
    /// The driver declares that it does not go further.
    pub declared: bool,
    /// The case.
    pub case: String,
    /// Why its frame matters.
    pub story: String,
    /// Sections of the contract, and public references.
    pub source: Vec<String>,
    /// The frame, from the destination address on, in hexadecimal digits.
    pub frame: String,
    /// The same, field by field.
    pub fields: Vec<Field>,
    /// Why the contract wants another fate.
    pub ground: Ground,
    /// Each time that it did.
    pub variants: Vec<Variant>,
    /// Runs the first of them alone, and captures it.
    pub again: String,
}

/// Why a frame meets its fate by the contract.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ground {
    /// The number of the rule in docs/verdicts.md.
    pub rule: String,
    /// The rule in a sentence.
    pub sentence: String,
    /// Where the bytes begin that decide.
    pub offset: usize,
    /// How many they are; they may lie behind the frame's end.
    pub length: usize,
    /// What they hold.
    pub found: String,
}

/// One frame.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Variant {
    /// The guards that were on.
    pub choice: String,
    /// Where it was sent.
    pub place: &'static str,
    /// In audit mode.
    pub audit: bool,
    /// What had to become of it.
    pub expected: String,
    /// What became of it.
    pub observed: String,
}

/// A case that was sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The feature that its refusals show; null for those of its variants that pass.
    pub feature: Option<&'static str>,
    /// Variants that were sent at the first place.
    pub variants: usize,
}

/// The JSON Schema (draft 2020-12) of `report.json`.
pub fn schema() -> Value {
    schemars::schema_for!(Report).to_value()
}
