//! Where refused frames end: counted by interface and reason, then dropped.

use vifguard_netlink::nft::{Expr, Reg, Rule, Verdict};
use vifguard_policy::Unknown;
use vifguard_verdict::Reason;

use super::steps::{NAME, Steps};
use super::{Program, Shape};
use crate::class::By;
use crate::names::{PASSED, REFUSED};

/// Behind the interface's name, so that the two make a key.
const REASON: Reg = Reg(4);
/// The bit of a counter's reason that says "would have been refused, and passed".
pub const AUDITED: u32 = 1 << 8;

/// What becomes of frames that a rule refuses. It is settled with the court, once for a frame: were it
/// looked up where the frame ends, a port could change its mode in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Counted and dropped.
    Refuse,
    /// Counted and let through.
    Audit,
}

impl Fate {
    pub(crate) const ALL: [Fate; 2] = [Fate::Refuse, Fate::Audit];

    /// The chain where frames end that are refused for this reason.
    pub(crate) fn chain(self, reason: Reason) -> String {
        self.name(match self {
            Fate::Refuse => "refuse",
            Fate::Audit => "count",
        }) + "."
            + reason.name()
    }

    /// A shared chain, whose refusals end so.
    pub(crate) fn name(self, chain: &str) -> String {
        match self {
            Fate::Refuse => chain.to_owned(),
            Fate::Audit => format!("audit.{chain}"),
        }
    }

    fn end(self, code: u32, audited: &[By]) -> Vec<Rule> {
        match self {
            Fate::Refuse => vec![count(code), drop()],
            Fate::Audit => {
                let passed = |by: &By| {
                    let port = Steps::new().interface(*by).count_by(PASSED, NAME);
                    port.then(Verdict::Accept, "")
                };
                let mut rules = vec![count(code | AUDITED)];
                rules.extend(audited.iter().map(passed));
                rules.push(accept());
                rules
            }
        }
    }
}

/// Where frames of ports end.
pub(crate) fn chains(program: &mut Program, fate: Fate, shape: &Shape) {
    let kinds = shape.kinds();
    // No wire carries a runt: it has no Ethernet header.
    let by_port = |reason: &Reason| !matches!(reason, Reason::Runt | Reason::UnknownPort);
    for reason in Reason::ALL.into_iter().filter(by_port) {
        program.chain(
            fate.chain(reason),
            fate.end(u32::from(reason.code()), &kinds),
        );
    }
}

/// Where frames from a guarded interface without a port end.
pub(crate) fn unknown(program: &mut Program, unknown: Unknown) {
    let code = u32::from(Reason::UnknownPort.code());
    let rules = match unknown {
        Unknown::Audit => counted(Reason::UnknownPort),
        Unknown::Refuse => vec![count(code), drop()],
    };
    program.chain(Fate::Refuse.chain(Reason::UnknownPort), rules);
}

/// Counted as one that would have been refused, and let through.
pub(crate) fn counted(reason: Reason) -> Vec<Rule> {
    vec![count(u32::from(reason.code()) | AUDITED), accept()]
}

fn count(code: u32) -> Rule {
    Steps::new()
        .name()
        .step(Expr::Load {
            to: REASON,
            data: code.to_ne_bytes().to_vec(),
        })
        .step(Expr::Count {
            set: REFUSED.to_owned(),
            key: NAME,
        })
        .rule("")
}

fn drop() -> Rule {
    Steps::new().then(Verdict::Drop, "")
}

fn accept() -> Rule {
    Steps::new().then(Verdict::Accept, "")
}
