//! Which policies a product is asked for, and which frames are sent under each.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use vifguard_conformance::{Error as RunError, Trial};
use vifguard_corpus::{Case, Choice, Corpus, Entry, PortEntry, Setting, Variant};
use vifguard_policy::{Policy as Parsed, Profile};
use vifguard_verdict::{CompiledPort, decide};

use crate::{Port, Result};

/// How many of the corpus's policies a product is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every guard on, with whatever addresses; the other profiles with those of most cases.
    Usual,
    /// All.
    Whole,
}

/// A policy, and what a port under it has to send.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    /// The guards that are on, as cases name them.
    pub label: String,
    /// One MAC and single addresses; otherwise as the corpus has it.
    pub plain: bool,
    /// What the hook is told.
    pub port: Port,
    /// What is sent.
    pub trials: Vec<Trial<'a>>,
    text: String,
}

/// What is asked for.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The policies of the corpus, in the order in which they are asked for.
    pub policies: Vec<Policy<'a>>,
    /// Policies, and frames, that are not asked for.
    pub left_out: (usize, usize),
    standard: Setting,
}

/// The policies of the corpus, with those frames of theirs that are wanted.
///
/// # Errors
///
/// A case whose policy is none.
pub fn plan<'a>(
    corpus: &'a Corpus,
    scope: Scope,
    wanted: &dyn Fn(&Case, &Variant) -> bool,
) -> Result<Plan<'a>> {
    let mut by_text: HashMap<String, usize> = HashMap::new();
    let mut policies: Vec<(Policy<'a>, Choice)> = Vec::new();
    for case in corpus.cases.iter().filter(|case| !case.judge_only) {
        for variant in case
            .variants()
            .iter()
            .filter(|variant| wanted(case, variant))
        {
            let text = case.policy_text(&variant.choice);
            let number = match by_text.get(&text) {
                Some(number) => *number,
                None => {
                    let policy = Policy::new(case, variant, text.clone(), false)?;
                    policies.push((policy, variant.choice.clone()));
                    by_text.insert(text, policies.len() - 1);
                    policies.len() - 1
                }
            };
            policies[number].0.trials.push(trial(case, variant));
        }
    }
    let standard = standard(corpus);
    let is_usual = |(policy, choice): &(Policy<'_>, Choice)| {
        let profile = Profile::ALL.into_iter().any(|it| *choice == Choice::of(it));
        let strict = *choice == Choice::of(Profile::Strict);
        let of_most = standard.policy_text(choice, "tap-own", "tap-neighbour") == policy.text;
        strict || profile && of_most
    };
    let all = policies.len();
    let frames = |policies: &[(Policy<'_>, Choice)]| -> usize {
        policies.iter().map(|(policy, _)| policy.trials.len()).sum()
    };
    let frames_of_all = frames(&policies);
    if scope == Scope::Usual {
        policies.retain(is_usual);
    }
    // First what has every guard on and most to send.
    policies.sort_by_key(|(policy, choice)| {
        let rank = (choice.profile != Profile::Strict, choice.switched.len());
        (rank, usize::MAX - policy.trials.len())
    });
    Ok(Plan {
        left_out: (all - policies.len(), frames_of_all - frames(&policies)),
        policies: policies.into_iter().map(|(policy, _)| policy).collect(),
        standard,
    })
}

impl<'a> Policy<'a> {
    fn new(case: &'a Case, variant: &Variant, text: String, plain: bool) -> Result<Policy<'a>> {
        let policy = parse(case, variant, &text)?;
        let port = Port::first(&policy);
        let port = port.ok_or_else(|| RunError::Kit(format!("{} has no port", case.name)))?;
        Ok(Policy {
            label: variant.label(),
            plain,
            port,
            trials: Vec::new(),
            text,
        })
    }

    /// A sentence about it.
    pub fn about(&self) -> String {
        let Port {
            macs, ipv4, ipv6, ..
        } = &self.port;
        let addresses: Vec<&str> = ipv4.iter().chain(ipv6).map(String::as_str).collect();
        let macs = match macs.len() {
            1 => "1 MAC".to_owned(),
            more => format!("{more} MACs"),
        };
        match addresses.as_slice() {
            [] => format!("{}, {macs}, no address", self.label),
            addresses => format!("{}, {macs}, {}", self.label, addresses.join(" ")),
        }
    }
}

impl<'a> Plan<'a> {
    /// What is left of policies that a product cannot express, when their ports have one MAC and single addresses
    /// and nothing else: those frames of which the contract says the same for such a port. With them, how many
    /// frames are not.
    ///
    /// # Errors
    ///
    /// A case whose policy is none.
    pub fn plain(&self, declined: &[Policy<'a>]) -> Result<(Vec<Policy<'a>>, usize)> {
        let mut plain: Vec<Policy<'a>> = Vec::new();
        let mut others = 0;
        for trial in declined.iter().flat_map(|policy| &policy.trials) {
            let mut variants = trial.case.variants().iter();
            let Some(variant) = variants.find(|it| it.label() == trial.choice) else {
                continue;
            };
            let setting = Setting {
                port: single(&self.standard.port),
                ..self.standard.clone()
            };
            let text = setting.policy_text(&variant.choice, "tap-own", "tap-neighbour");
            let policy = parse(trial.case, variant, &text)?;
            let own = policy.identities().into_iter().next();
            let same = own.is_some_and(|own| {
                decide(&CompiledPort::new(&own), &trial.case.frame, None) == trial.expected.verdict
            });
            if !same {
                others += 1;
                continue;
            }
            let number = match plain.iter().position(|policy| policy.text == text) {
                Some(number) => number,
                None => {
                    plain.push(Policy::new(trial.case, variant, text, true)?);
                    plain.len() - 1
                }
            };
            let policy = &mut plain[number];
            let sent = |it: &Trial<'_>| it.case.name == trial.case.name;
            if !policy.trials.iter().any(sent) {
                policy.trials.push(trial.clone());
            }
        }
        Ok((plain, others))
    }
}

fn trial<'a>(case: &'a Case, variant: &Variant) -> Trial<'a> {
    Trial {
        case,
        choice: variant.label(),
        expected: variant.expected,
    }
}

/// The setting of most cases.
fn standard(corpus: &Corpus) -> Setting {
    let mut found: Vec<(&Setting, usize)> = Vec::new();
    for case in &corpus.cases {
        match found
            .iter_mut()
            .find(|(setting, _)| **setting == case.setting)
        {
            Some((_, number)) => *number += 1,
            None => found.push((&case.setting, 1)),
        }
    }
    let most = found.into_iter().max_by_key(|(_, number)| *number);
    most.map_or_else(
        || Setting {
            reserved: Vec::new(),
            port: nobody(),
            neighbour: nobody(),
        },
        |(setting, _)| setting.clone(),
    )
}

fn nobody() -> PortEntry {
    PortEntry {
        mac: String::new(),
        extra_macs: Vec::new(),
        addresses: Vec::new(),
        link_local: "eui64".to_owned(),
        ethertypes: Vec::new(),
    }
}

/// One MAC, and of the addresses those that are single and the port's alone.
fn single(port: &PortEntry) -> PortEntry {
    let is_single = |entry: &&Entry| matches!(entry, Entry::Plain(text) if !text.contains('/'));
    PortEntry {
        mac: port.mac.clone(),
        addresses: port.addresses.iter().filter(is_single).cloned().collect(),
        ..nobody()
    }
}

fn parse(case: &Case, variant: &Variant, text: &str) -> Result<Parsed> {
    let parsed = Parsed::parse(text, "case").map_err(|errors| RunError::Policy {
        case: case.name.clone(),
        choice: variant.label(),
        errors: errors.to_string(),
    })?;
    Ok(parsed)
}
