//! The rules, as a value: what a kernel must hold to judge ports of given classes.
//!
//! A frame's way: a base chain on the guarded devices sends it to [`JUDGE`], which finds the port by
//! the interface's name or number and jumps into the chains of the port's court. There each rule either
//! sends the frame to a chain `refuse.<reason>` or lets it come to the next; what no rule refuses
//! ends in the court's chain `pass`, which counts and accepts it. A chain that comes to its end
//! without that means that the port was moved to its other edition meanwhile: the frame returns to
//! [`JUDGE`] and is judged a second time, and refused if even that does not settle it.

mod arp;
mod court;
pub mod flatten;
mod gate;

mod ipv4;
mod ipv6;
mod nd;
mod numbers;
mod own;
mod refuse;
mod shared;
mod short;
mod steps;
pub mod witness;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use vifguard_netlink::nft::{BaseChain, Element, Policy, Rule, Set, Verdict};
use vifguard_policy::Unknown;

use crate::binding::is_ingress;
use crate::class::{By, Class, Court, Edition};
use crate::names::{self, Scale};
use steps::Steps;

pub(crate) use court::is_own;
pub(crate) use refuse::Fate;

pub use gate::Gate;
pub use refuse::AUDITED;

/// The chain where every guarded frame begins.
pub const JUDGE: &str = "judge";

/// What the rules depend on: not the ports, only what ports ask for.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Shape {
    /// The classes of ports.
    pub classes: BTreeSet<Class>,
    /// Lengths of IPv4 prefixes that ports own, single addresses as 32.
    pub v4_lengths: BTreeSet<u8>,
    /// Lengths of IPv6 prefixes that ports own, single addresses as 128.
    pub v6_lengths: BTreeSet<u8>,
    /// Lengths of the link-local prefixes that belong to somebody, where a port owns all others.
    pub taken_lengths: BTreeSet<u8>,
    /// What happens to frames from a guarded interface without a port.
    pub unknown: Unknown,
    /// Room in the sets that ports fill.
    pub scale: Scale,
    /// The kernel can tell the host's own frames, looped back, from a guest's.
    pub knows_own: bool,
}

impl Shape {
    /// What the rules look interfaces up by: a host pays for the kinds that its ports have.
    pub(crate) fn kinds(&self) -> Vec<By> {
        let has = |by: &By| self.classes.iter().any(|class| class.by == *by);
        let kinds: Vec<By> = [By::Index, By::Name].into_iter().filter(has).collect();
        match kinds.is_empty() {
            true => vec![By::Name],
            false => kinds,
        }
    }
}

/// Sets and chains of one table.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Program {
    /// The sets, by name, with the elements that do not depend on ports.
    pub sets: BTreeMap<String, (Set, Vec<Element>)>,
    /// The chains, by name.
    pub chains: BTreeMap<String, ChainBody>,
}

/// A chain with its rules.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ChainBody {
    /// How frames get into it, if not from other chains.
    pub base: Option<BaseChain>,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

impl Program {
    /// The rules for ports of this shape, without the base chains that lead frames to them.
    pub fn of(shape: &Shape) -> Program {
        let mut program = Program::default();
        names::port_sets(shape)
            .into_iter()
            .for_each(|set| program.add_set(set, Vec::new()));
        numbers::sets()
            .into_iter()
            .for_each(|(set, elements)| program.add_set(set, elements));
        program.add_set(names::courts(), court::elements(shape));
        short::chains(&mut program, shape);
        court::judge(&mut program, shape);
        refuse::unknown(&mut program, shape.unknown);
        let audits = shape.classes.iter().any(|class| class.audit);
        for fate in Fate::ALL
            .into_iter()
            .filter(|fate| audits || *fate == Fate::Refuse)
        {
            shared::chains(&mut program, fate);
            refuse::chains(&mut program, fate, shape);
        }
        for class in &shape.classes {
            for edition in Edition::BOTH {
                court::chains(
                    &mut program,
                    Court {
                        class: *class,
                        edition,
                    },
                    shape,
                );
            }
        }
        program
    }

    /// Adds a base chain: one that leads frames to [`JUDGE`], or the one before it.
    pub fn add_base(&mut self, name: &str, base: BaseChain) {
        let rules = match is_ingress(name) {
            true => last(),
            false => first(),
        };
        self.chains.insert(
            name.to_owned(),
            ChainBody {
                base: Some(base),
                rules,
            },
        );
    }

    fn add_set(&mut self, set: Set, elements: Vec<Element>) {
        self.sets.insert(set.name.clone(), (set, elements));
    }

    fn chain(&mut self, name: impl Into<String>, rules: Vec<Rule>) {
        self.chains
            .insert(name.into(), ChainBody { base: None, rules });
    }
}

/// Most frames pass here. What does not comes to the judge with no word of being judged, whoever said so
/// before, and with a header that can be read.
fn first() -> Vec<Rule> {
    let mut rules = short::rules();
    rules.push(Steps::of(witness::take()).rule("nobody else says so"));
    rules.push(flatten::rule());
    rules
}

fn last() -> Vec<Rule> {
    vec![
        Steps::of(witness::had()).then(Verdict::Accept, "the short way"),
        Steps::of(witness::set()).goto(JUDGE, ""),
    ]
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (set, elements) in self.sets.values() {
            writeln!(f, "set {} ({} bytes)", set.name, set.key_len)?;
            if elements.len() > 16 {
                writeln!(f, "    {} fixed elements", elements.len())?;
            } else {
                elements
                    .iter()
                    .try_for_each(|element| writeln!(f, "    {}", names::show_element(element)))?;
            }
        }
        self.chains
            .iter()
            .try_for_each(|(name, body)| write!(f, "chain {name}\n{body}"))
    }
}

impl fmt::Display for ChainBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(base) = &self.base {
            let policy = match base.policy {
                Policy::Drop => "drop",
                Policy::Accept => "accept",
            };
            writeln!(
                f,
                "    hook {:?} priority {} policy {policy}",
                base.hook, base.priority
            )?;
            for device in &base.devices {
                writeln!(f, "    device {}", names::show_device(device))?;
            }
        }
        self.rules
            .iter()
            .try_for_each(|rule| writeln!(f, "    {rule}"))
    }
}
