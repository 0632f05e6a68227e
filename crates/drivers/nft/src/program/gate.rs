//! The gate for kernels that bind a base chain only to devices that exist.
//!
//! There a guarded interface that comes later has no guard until it is bound. The gate stands further
//! on, in the bridge, inet and arp families, and refuses what comes from a guarded interface that is
//! not one of those which were bound: told apart by name *and* number, for a name can be born again.

use std::collections::BTreeSet;

use vifguard_netlink::nft::{
    BaseChain, CmpOp, Element, Expr, Hook, MetaKey, Policy, Reg, Rule, Set, SetData, Verdict,
};
use vifguard_policy::Unknown;
use vifguard_verdict::Reason;

use super::steps::{NAME, Steps};
use super::{ChainBody, Fate, Program, refuse};
use crate::contents::device_of;
use crate::held::Held;
use crate::names::{ADMITTED, GUARDED, fixed, name_key, refused};

/// Before everybody else at the same hook, connection tracking included.
const PRIORITY: i32 = -500;
const GATE: &str = "gate";
const CHECK: &str = "check";
/// Right behind the name, so that the two make a key.
const NUMBER: Reg = Reg(4);
const MOST_INTERFACES: usize = 1 << 16;

/// What the gate must know.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Gate {
    /// Beginnings of names of guarded interfaces.
    pub prefixes: BTreeSet<String>,
    /// Names of guarded interfaces.
    pub names: BTreeSet<String>,
    /// Interfaces that are bound: name and number.
    pub admitted: BTreeSet<(String, u32)>,
    /// What happens to frames from others.
    pub unknown: Unknown,
}

impl Gate {
    /// The gate that a table seems to have been made for.
    pub(crate) fn read(held: &Held) -> Gate {
        let elements = |set| held.fixed.get(set).into_iter().flatten();
        let number = |element: &Element| {
            let number = element.key.get(16..20)?.try_into().ok()?;
            Some((device_of(&element.key), u32::from_ne_bytes(number)))
        };
        let rules = held
            .chains
            .get(GATE)
            .map(|chain| chain.rules.as_slice())
            .unwrap_or_default();
        let prefix = |rule: &Rule| match rule.exprs.get(1) {
            Some(Expr::Cmp { data, .. }) => String::from_utf8(data.clone()).ok(),
            _ => None,
        };
        Gate {
            prefixes: rules.iter().filter_map(prefix).collect(),
            names: elements(GUARDED)
                .map(|element| device_of(&element.key))
                .collect(),
            admitted: elements(ADMITTED).filter_map(number).collect(),
            unknown: held.unknown(),
        }
    }

    /// The gate in one family.
    pub fn program(&self) -> Program {
        let mut program = Program::default();
        program.add_set(refused(), Vec::new());
        let name = |name: &String| Element::of(name_key(name));
        program.add_set(set(GUARDED, 16), self.names.iter().map(name).collect());
        let admitted = self.admitted.iter().map(|(name, number)| {
            Element::of([name_key(name).as_slice(), &number.to_ne_bytes()].concat())
        });
        program.add_set(set(ADMITTED, 20), admitted.collect());
        refuse::unknown(&mut program, self.unknown);
        let admitted = Steps::new()
            .name()
            .step(Expr::Meta(MetaKey::Iif, NUMBER))
            .lookup(ADMITTED, NAME, false);
        let others =
            Steps::new().refuse(Fate::Refuse, Reason::UnknownPort, "guarded, and not bound");
        program.chain(CHECK, vec![admitted.back(""), others]);
        let mut rules: Vec<_> = self
            .prefixes
            .iter()
            .map(|prefix| {
                let data = prefix.as_bytes().to_vec();
                let begins = Expr::Cmp {
                    reg: NAME,
                    op: CmpOp::Eq,
                    data,
                };
                Steps::new().name().step(begins).goto(CHECK, "")
            })
            .collect();
        rules.push(
            Steps::new()
                .name()
                .lookup(GUARDED, NAME, false)
                .goto(CHECK, ""),
        );
        rules.push(Steps::new().then(Verdict::Accept, "not guarded"));
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
}

fn set(name: &str, key_len: u32) -> Set {
    fixed(name, key_len, SetData::None, MOST_INTERFACES)
}
