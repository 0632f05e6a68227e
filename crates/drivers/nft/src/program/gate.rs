//! The gates: behind netdev ingress, where a frame first comes to a bridge, to IP or to ARP.
//!
//! They let through what the judge [had](super::witness), and refuse all else from guarded interfaces.

use std::collections::BTreeSet;

use vifguard_netlink::nft::{
    BaseChain, CmpOp, DeviceSpec, Element, Expr, Hook, MetaKey, Policy, Rule, SetData, Value,
    Verdict,
};
use vifguard_policy::{Mode, Unknown};
use vifguard_verdict::Reason;

use super::steps::{NAME, Steps};
use super::{ChainBody, Fate, Program, refuse, witness};
use crate::contents::device_of;
use crate::held::Held;
use crate::names::{GUARDED, fixed, name_key, refused};

/// Before everybody else at the same hook, connection tracking included.
const PRIORITY: i32 = -500;
const GATE: &str = "gate";
/// Room for that many names; what it costs does not depend on how many there are.
const MOST_INTERFACES: usize = 1 << 16;

/// Which frames a gate refuses that the judge never had.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Gate {
    /// Those from interfaces whose names begin so; where unknown interfaces are only audited, they are
    /// counted and let through.
    pub prefixes: BTreeSet<String>,
    /// Those from these interfaces, whatever else is said.
    pub refused: BTreeSet<String>,
    /// None from these, though a prefix covers them: nothing of an audited port's is refused.
    pub spared: BTreeSet<String>,
    /// What happens to frames from interfaces without a port.
    pub unknown: Unknown,
}

impl Gate {
    /// The gate behind base chains on these interfaces.
    pub fn of<'p>(
        specs: &[DeviceSpec],
        ports: impl Iterator<Item = (&'p str, Mode)>,
        unknown: Unknown,
    ) -> Gate {
        let mut gate = Gate {
            unknown,
            ..Gate::default()
        };
        for spec in specs {
            match spec {
                DeviceSpec::Prefix(prefix) => gate.prefixes.insert(prefix.clone()),
                DeviceSpec::Name(name) if unknown == Unknown::Refuse => {
                    gate.refused.insert(name.clone())
                }
                DeviceSpec::Name(_) => false,
            };
        }
        for (device, mode) in ports {
            match (mode, unknown) {
                (Mode::Enforce, Unknown::Audit) => {
                    gate.refused.insert(device.to_owned());
                }
                (Mode::Audit, Unknown::Refuse) => {
                    if !gate.refused.remove(device) {
                        gate.spared.insert(device.to_owned());
                    }
                }
                (Mode::Enforce, Unknown::Refuse) | (Mode::Audit, Unknown::Audit) => {}
            }
        }
        gate
    }

    /// The gate that a table seems to have been made for.
    pub fn read(held: &Held) -> Gate {
        let rules = held.chains.get(GATE).map(|chain| chain.rules.as_slice());
        let prefix = |rule: &Rule| match rule.exprs.as_slice() {
            [Expr::Meta(MetaKey::IifName, _), Expr::Cmp { data, .. }, ..] => {
                String::from_utf8(data.clone()).ok()
            }
            _ => None,
        };
        let names = |spared: bool| {
            let elements = held.fixed.get(GUARDED).into_iter().flatten();
            let alike = elements
                .filter(move |element| (element.value == Value::Verdict(spare())) == spared);
            alike.map(|element| device_of(&element.key)).collect()
        };
        let audits = held.chains.contains_key(&counted());
        Gate {
            prefixes: rules.into_iter().flatten().filter_map(prefix).collect(),
            refused: names(false),
            spared: names(true),
            unknown: match audits {
                true => Unknown::Audit,
                false => Unknown::Refuse,
            },
        }
    }

    /// One that refuses only what both refuse.
    #[must_use]
    pub fn meet(&self, other: &Gate) -> Gate {
        let covers = |gate: &Gate, name: &String| {
            let prefix = gate.prefixes.iter().any(|prefix| name.starts_with(prefix));
            let strict = gate.unknown == Unknown::Refuse && !gate.spared.contains(name);
            gate.refused.contains(name) || prefix && strict
        };
        let names = self.refused.union(&other.refused);
        // Of two prefixes of which one begins the other, the longer is what both cover.
        let both =
            |one: &String, other: &String| match (one.starts_with(other), other.starts_with(one)) {
                (true, _) => Some(one.clone()),
                (false, true) => Some(other.clone()),
                (false, false) => None,
            };
        let pairs = self.prefixes.iter();
        let pairs =
            pairs.flat_map(|one| other.prefixes.iter().filter_map(move |two| both(one, two)));
        Gate {
            prefixes: pairs.collect(),
            refused: names
                .filter(|name| covers(self, name) && covers(other, name))
                .cloned()
                .collect(),
            spared: self.spared.union(&other.spared).cloned().collect(),
            unknown: match self.unknown {
                Unknown::Refuse => other.unknown,
                Unknown::Audit => Unknown::Audit,
            },
        }
    }

    /// Rules that every gate begins with; they need nothing else in their table.
    pub(crate) fn rules_of_all() -> Vec<Rule> {
        let had = Steps::of(witness::take());
        vec![had.then(Verdict::Accept, "the judge had it")]
    }

    /// The gate in one family.
    pub fn program(&self) -> Program {
        let mut program = Program::default();
        program.add_set(refused(), Vec::new());
        let map = fixed(GUARDED, 16, SetData::Verdict, MOST_INTERFACES);
        program.add_set(map, self.names());
        refuse::unknown(&mut program, Unknown::Refuse);
        if self.unknown == Unknown::Audit {
            program.chain(counted(), refuse::counted(Reason::UnknownPort));
        }
        let mut rules = Gate::rules_of_all();
        if !self.refused.is_empty() || !self.spared.is_empty() {
            // What comes from elsewhere pays for this look-up, so it is left out where nobody needs it.
            let named = Steps::new().name().step(Expr::VerdictMap {
                set: GUARDED.to_owned(),
                key: NAME,
            });
            rules.push(named.rule(""));
        }
        rules.extend(self.prefixes.iter().map(|prefix| self.covered(prefix)));
        // What is not guarded comes to the end: with bridges that show IP to netfilter, so does every frame
        // that another gate let through, and a verdict costs as much as a rule.
        let base = BaseChain {
            hook: Hook::Prerouting,
            priority: PRIORITY,
            policy: Policy::Accept,
            devices: Vec::new(),
        };
        program.chains.insert(
            GATE.to_owned(),
            ChainBody {
                base: Some(base),
                rules,
            },
        );
        program
    }

    fn names(&self) -> Vec<Element> {
        let element = |name: &String, verdict| Element {
            value: Value::Verdict(verdict),
            ..Element::of(name_key(name))
        };
        let refused = self.refused.iter();
        let refused = refused.map(|name| element(name, Verdict::Goto(dropped())));
        let spared = self.spared.difference(&self.refused);
        let spared = spared.map(|name| element(name, spare()));
        refused.chain(spared).collect()
    }

    fn covered(&self, prefix: &str) -> Rule {
        let begins = Expr::Cmp {
            reg: NAME,
            op: CmpOp::Eq,
            data: prefix.as_bytes().to_vec(),
        };
        let chain = match self.unknown {
            Unknown::Refuse => dropped(),
            Unknown::Audit => counted(),
        };
        Steps::new().name().step(begins).goto(chain, "")
    }
}

/// Where frames end that the judge never had.
fn dropped() -> String {
    Fate::Refuse.chain(Reason::UnknownPort)
}

fn counted() -> String {
    Fate::Audit.chain(Reason::UnknownPort)
}

fn spare() -> Verdict {
    Verdict::Accept
}
