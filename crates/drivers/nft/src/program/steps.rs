use vifguard_netlink::nft::{Base, CmpOp, Expr, MetaKey, Reg, Rule, Verdict};
use vifguard_verdict::Reason;

use super::Fate;
use crate::class::{By, Court};
use crate::names::{self, BEHIND_INDEX, PORTS};

/// Name of the receiving interface, or what else stands for it: four registers.
pub(crate) const NAME: Reg = Reg(0);
const BEHIND_NUMBER: Reg = Reg(1);
/// What the map of ports gives: a word of no meaning, then court, network and identity.
///
/// The `nft` program, up to 1.1 at least, takes what a map gives for one register of unknown length,
/// and dies when it has to show a look-up by that register. It only complains about registers that it
/// believes empty. So nothing is ever looked up by the first word.
const PORT: Reg = Reg(4);
pub(crate) const COURT: Reg = Reg(5);
pub(crate) const NETWORK: Reg = Reg(6);
pub(crate) const IDENTITY: Reg = Reg(7);
/// A field of the frame, right behind the identity, so that the two make a key.
pub(crate) const FIELD: Reg = Reg(8);
/// A field right behind the network, where the identity is no longer needed.
pub(crate) const FIELD_OF_NETWORK: Reg = Reg(7);
/// A field that is compared with a constant.
pub(crate) const SCRATCH: Reg = Reg(12);

/// Bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) base: Base,
    pub(crate) offset: u32,
    pub(crate) len: u32,
}

/// Counted from the Ethernet header.
pub(crate) const fn ll(offset: u32, len: u32) -> Field {
    Field {
        base: Base::Link,
        offset,
        len,
    }
}

/// Counted from the network header.
pub(crate) const fn nh(offset: u32, len: u32) -> Field {
    Field {
        base: Base::Network,
        offset,
        len,
    }
}

/// Counted from the upper layer.
pub(crate) const fn th(offset: u32, len: u32) -> Field {
    Field {
        base: Base::Transport,
        offset,
        len,
    }
}

impl Field {
    pub(crate) fn load(self, to: Reg) -> Expr {
        Expr::Payload {
            base: self.base,
            offset: self.offset,
            len: self.len,
            to,
        }
    }

    /// The same in steps that the kernel takes without calling a function: a word each.
    pub(crate) fn load_words(self, to: Reg) -> Vec<Expr> {
        let word = |number: u8| {
            let at = u32::from(number) * 4;
            let word = Field {
                offset: self.offset + at,
                len: 4.min(self.len - at),
                ..self
            };
            word.load(Reg(to.0 + number))
        };
        (0..)
            .take(self.len.div_ceil(4) as usize)
            .map(word)
            .collect()
    }

    /// The first bytes of the field.
    pub(crate) fn first(self, len: u32) -> Field {
        Field { len, ..self }
    }
}

/// The conditions of a rule that is being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps(Vec<Expr>);

impl Steps {
    pub(crate) fn new() -> Steps {
        Steps::default()
    }

    pub(crate) fn of(exprs: Vec<Expr>) -> Steps {
        Steps(exprs)
    }

    pub(crate) fn steps(mut self, exprs: Vec<Expr>) -> Steps {
        self.0.extend(exprs);
        self
    }

    pub(crate) fn step(mut self, expr: Expr) -> Steps {
        self.0.push(expr);
        self
    }

    fn cmp(self, field: Field, op: CmpOp, data: &[u8]) -> Steps {
        self.step(field.load(SCRATCH)).step(Expr::Cmp {
            reg: SCRATCH,
            op,
            data: data.to_vec(),
        })
    }

    /// The field has this value.
    pub(crate) fn eq(self, field: Field, data: &[u8]) -> Steps {
        self.cmp(field, CmpOp::Eq, data)
    }

    /// The field has another value; false where there is no such field.
    pub(crate) fn ne(self, field: Field, data: &[u8]) -> Steps {
        self.cmp(field, CmpOp::Ne, data)
    }

    /// The field, as a number, is smaller.
    pub(crate) fn below(self, field: Field, data: &[u8]) -> Steps {
        self.cmp(field, CmpOp::Lt, data)
    }

    /// The field, as a number, is as large or larger.
    pub(crate) fn at_least(self, field: Field, data: &[u8]) -> Steps {
        self.cmp(field, CmpOp::Ge, data)
    }

    fn masked(self, field: Field, mask: &[u8], op: CmpOp, data: &[u8]) -> Steps {
        let and = Expr::and(SCRATCH, SCRATCH, mask);
        let cmp = Expr::Cmp {
            reg: SCRATCH,
            op,
            data: data.to_vec(),
        };
        self.step(field.load(SCRATCH)).step(and).step(cmp)
    }

    /// The masked field has this value.
    pub(crate) fn eq_masked(self, field: Field, mask: &[u8], data: &[u8]) -> Steps {
        self.masked(field, mask, CmpOp::Eq, data)
    }

    /// The masked field has another value.
    pub(crate) fn ne_masked(self, field: Field, mask: &[u8], data: &[u8]) -> Steps {
        self.masked(field, mask, CmpOp::Ne, data)
    }

    /// The field's value is in a set of numbers.
    pub(crate) fn among(self, field: Field, set: &str) -> Steps {
        self.step(field.load(SCRATCH)).lookup(set, SCRATCH, false)
    }

    /// The field's value is not in a set of numbers.
    pub(crate) fn not_among(self, field: Field, set: &str) -> Steps {
        self.step(field.load(SCRATCH)).lookup(set, SCRATCH, true)
    }

    /// The masked field's value is in a set of numbers.
    pub(crate) fn among_masked(self, field: Field, mask: &[u8], set: &str) -> Steps {
        let and = Expr::and(SCRATCH, SCRATCH, mask);
        self.step(field.load(SCRATCH))
            .step(and)
            .lookup(set, SCRATCH, false)
    }

    /// The frame reaches as far as the field's end.
    pub(crate) fn reaches(self, field: Field) -> Steps {
        self.step(field.load(SCRATCH))
    }

    /// The kernel found the IP header whole and its lengths inside the frame.
    pub(crate) fn whole(self) -> Steps {
        self.step(Expr::Meta(MetaKey::L4Proto, SCRATCH))
    }

    /// The upper layer's protocol, behind all IPv6 headers, is this one.
    pub(crate) fn upper_is(self, protocol: u8) -> Steps {
        self.whole().step(Expr::Cmp {
            reg: SCRATCH,
            op: CmpOp::Eq,
            data: vec![protocol],
        })
    }

    /// There is a fragment header and its masked field has another value.
    pub(crate) fn fragment(self, offset: u32, len: u32) -> Steps {
        self.step(Expr::Exthdr {
            header: 44,
            offset,
            len,
            to: SCRATCH,
        })
    }

    pub(crate) fn scratch_in(self, set: &str) -> Steps {
        self.lookup(set, SCRATCH, false)
    }

    pub(crate) fn scratch_is(self, op: CmpOp, data: &[u8]) -> Steps {
        self.step(Expr::Cmp {
            reg: SCRATCH,
            op,
            data: data.to_vec(),
        })
    }

    pub(crate) fn scratch_and(self, mask: &[u8]) -> Steps {
        self.step(Expr::and(SCRATCH, SCRATCH, mask))
    }

    /// Whether there is a fragment header, even one that the kernel's walk did not come to.
    pub(crate) fn fragmented(self, yes: bool) -> Steps {
        self.step(Expr::ExthdrExists {
            header: 44,
            to: SCRATCH,
        })
        .scratch_is(CmpOp::Eq, &[u8::from(yes)])
    }

    pub(crate) fn lookup(self, set: &str, key: Reg, inverted: bool) -> Steps {
        self.step(Expr::Lookup {
            set: set.to_owned(),
            key,
            inverted,
            to: None,
        })
    }

    /// The key leads to a counter, which counts the frame.
    pub(crate) fn count_by(self, set: &str, key: Reg) -> Steps {
        self.step(Expr::CountBy {
            set: set.to_owned(),
            key,
        })
    }

    /// The name of the receiving interface.
    pub(crate) fn name(self) -> Steps {
        self.step(Expr::Meta(MetaKey::IifName, NAME))
    }

    /// What stands for the receiving interface in keys of this kind.
    pub(crate) fn interface(self, by: By) -> Steps {
        match by {
            By::Name => self.name(),
            By::Index => self.step(Expr::Meta(MetaKey::Iif, NAME)).step(Expr::Load {
                to: BEHIND_NUMBER,
                data: BEHIND_INDEX.to_vec(),
            }),
        }
    }

    /// The interface has a port: loads its court, network and identity.
    pub(crate) fn port(self, by: By) -> Steps {
        let to = Some(PORT);
        self.interface(by).step(Expr::Lookup {
            set: PORTS.to_owned(),
            key: NAME,
            inverted: false,
            to,
        })
    }

    /// The port is (still) judged by this court.
    pub(crate) fn port_of(self, court: Court) -> Steps {
        let data = court.word().to_ne_bytes().to_vec();
        self.port(court.class.by).step(Expr::Cmp {
            reg: COURT,
            op: CmpOp::Eq,
            data,
        })
    }

    /// What the field claims is own, as the set says it.
    pub(crate) fn owns(self, court: Court, field: Field, set: &str) -> Steps {
        self.port_of(court)
            .step(field.load(FIELD))
            .lookup(set, IDENTITY, false)
    }

    /// What the field claims is not own, and would be if the set held it.
    pub(crate) fn disowns(self, court: Court, field: Field, set: &str) -> Steps {
        self.port_of(court)
            .step(field.load(FIELD))
            .lookup(set, IDENTITY, true)
    }

    /// The field, cut to a prefix length, is own.
    pub(crate) fn owns_prefix(self, court: Court, field: Field, mask: &[u8], set: &str) -> Steps {
        let and = Expr::and(FIELD, FIELD, mask);
        self.port_of(court)
            .step(field.load(FIELD))
            .step(and)
            .lookup(set, IDENTITY, false)
    }

    /// The field, cut to a prefix length, belongs to somebody on the port's network.
    pub(crate) fn taken(self, court: Court, field: Field, mask: Option<&[u8]>) -> Steps {
        let at = FIELD_OF_NETWORK;
        let len = mask.map_or(128, prefix_len);
        let steps = self.port_of(court).step(field.load(at));
        let steps = match mask {
            Some(mask) => steps.step(Expr::and(at, at, mask)),
            None => steps,
        };
        steps.lookup(&names::taken(len), NETWORK, false)
    }

    pub(crate) fn then(self, verdict: Verdict, comment: &str) -> Rule {
        Rule {
            exprs: self.step(Expr::Verdict(verdict)).0,
            comment: comment.to_owned(),
        }
    }

    pub(crate) fn goto(self, chain: impl Into<String>, comment: &str) -> Rule {
        self.then(Verdict::Goto(chain.into()), comment)
    }

    pub(crate) fn jump(self, chain: impl Into<String>, comment: &str) -> Rule {
        self.then(Verdict::Jump(chain.into()), comment)
    }

    pub(crate) fn back(self, comment: &str) -> Rule {
        self.then(Verdict::Return, comment)
    }

    pub(crate) fn refuse(self, fate: Fate, reason: Reason, comment: &str) -> Rule {
        self.goto(fate.chain(reason), comment)
    }

    /// A rule that only does what its steps do.
    pub(crate) fn rule(self, comment: &str) -> Rule {
        Rule {
            exprs: self.0,
            comment: comment.to_owned(),
        }
    }
}

fn prefix_len(mask: &[u8]) -> u8 {
    mask.iter()
        .map(|byte| byte.count_ones())
        .sum::<u32>()
        .try_into()
        .unwrap_or(128)
}
