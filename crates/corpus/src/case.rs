use std::collections::BTreeMap;

use serde::Deserialize;
use vifguard_policy::Profile;

use crate::choice::{Switch, choice, profile};
use crate::port::PortChange;
use crate::setting::SettingChange;
use crate::{Choice, ChoiceError, Entry, Expected, Hex, Layer, Setting, Variant};

/// One frame, who sends it, and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Unique in the corpus, in kebab-case.
    pub name: String,
    /// Its file, relative to `cases/`.
    pub file: String,
    /// Why the frame matters.
    pub story: String,
    /// Sections of the contract (`"6.3"`) and public references (a CVE, an RFC).
    pub source: Vec<String>,
    /// A case that differs in one thing and gets another verdict under `strict`.
    pub near: Option<String>,
    /// A case whose frame a sender puts on the wire right before this one; the verdict of this one
    /// does not depend on it, and a filter that remembers flows must not make it depend.
    pub after: Option<String>,
    /// True if no real wire can carry the frame to a filter: it is for the judge alone.
    pub judge_only: bool,
    /// True if a Linux bridge by itself keeps the frame from the other ports, whatever the verdict.
    pub bridge_drops: bool,
    /// The network around the frame.
    pub setting: Setting,
    /// The frame by its fields.
    pub layers: Vec<Layer>,
    /// The frame as it goes over the wire, tags in it.
    pub frame: Vec<u8>,
    variants: Vec<Variant>,
}

impl Case {
    /// Every choice of guards that the case speaks of, the four profiles first.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// What must become of the frame under a profile as it is.
    pub fn expect(&self, profile: Profile) -> Expected {
        let at = match profile {
            Profile::Strict => 0,
            Profile::Forwarder => 1,
            Profile::SelfAddressed => 2,
            Profile::Open => 3,
        };
        self.variants[at].expected
    }

    /// The policy file for these guards, the ports on devices `tap-own` and `tap-neighbour`.
    pub fn policy_text(&self, choice: &Choice) -> String {
        self.setting.policy_text(choice, "tap-own", "tap-neighbour")
    }
}

/// A case as its file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    name: String,
    story: String,
    source: Vec<String>,
    near: Option<String>,
    after: Option<String>,
    #[serde(default)]
    judge_only: bool,
    #[serde(default)]
    bridge_drops: bool,
    reserved: Option<Vec<Entry>>,
    #[serde(default)]
    port: PortChange,
    #[serde(default)]
    neighbour: PortChange,
    frame: Vec<Layer>,
    hex: Hex,
    expect: Profiles,
    #[serde(default)]
    expect_with: Vec<With>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Profiles {
    strict: Expected,
    forwarder: Expected,
    self_addressed: Expected,
    open: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct With {
    profile: Option<String>,
    guards: BTreeMap<String, Switch>,
    expect: Expected,
}

impl Written {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn into_case(self, file: &str, standard: &Setting) -> Result<Case, ChoiceError> {
        let variants = variants(&self.expect, self.expect_with)?;
        let change = SettingChange {
            reserved: self.reserved,
            port: self.port,
            neighbour: self.neighbour,
        };
        Ok(Case {
            name: self.name,
            file: file.to_owned(),
            story: self.story,
            source: self.source,
            near: self.near,
            after: self.after,
            judge_only: self.judge_only,
            bridge_drops: self.bridge_drops,
            setting: standard.with(change),
            layers: self.frame,
            frame: self.hex.0,
            variants,
        })
    }
}

fn variants(expect: &Profiles, with: Vec<With>) -> Result<Vec<Variant>, ChoiceError> {
    let profiles = [
        (Profile::Strict, expect.strict),
        (Profile::Forwarder, expect.forwarder),
        (Profile::SelfAddressed, expect.self_addressed),
        (Profile::Open, expect.open),
    ];
    let mut variants: Vec<Variant> = profiles
        .into_iter()
        .map(|(profile, expected)| Variant {
            choice: Choice::of(profile),
            expected,
        })
        .collect();
    for line in with {
        let base = line
            .profile
            .as_deref()
            .map_or(Ok(Profile::Strict), profile)?;
        let choice = choice(base, &line.guards)?;
        variants.push(Variant {
            choice,
            expected: line.expect,
        });
    }
    Ok(variants)
}
