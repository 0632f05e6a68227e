//! Where refused frames end: counted by interface and reason, then dropped.

use vifguard_netlink::nft::{CmpOp, Expr, Reg, Rule, Verdict};
use vifguard_policy::Unknown;
use vifguard_verdict::Reason;

use super::Program;
use super::steps::{COURT, NAME, Steps};
use crate::class::AUDIT;
use crate::names::{PASSED, REFUSED};

/// Behind the interface's name, so that the two make a key.
const REASON: Reg = Reg(4);
/// The bit of a counter's reason that says "would have been refused, and passed".
pub(crate) const AUDITED: u32 = 1 << 8;

/// The chain for a reason.
pub(crate) fn chain(reason: Reason) -> String {
    format!("refuse.{reason}")
}

pub(crate) fn chains(program: &mut Program, unknown: Unknown) {
    // No wire carries a runt: it has no Ethernet header.
    let by_port = |reason: &Reason| !matches!(reason, Reason::Runt | Reason::UnknownPort);
    for reason in Reason::ALL.into_iter().filter(by_port) {
        let rules = port(program, reason);
        program.chain(chain(reason), rules);
    }
    self::unknown(program, unknown);
}

/// Where frames from a guarded interface without a port end.
pub(crate) fn unknown(program: &mut Program, unknown: Unknown) {
    let code = u32::from(Reason::UnknownPort.code());
    let rules = match unknown {
        Unknown::Audit => vec![count(code | AUDITED), accept()],
        Unknown::Refuse => vec![count(code), drop()],
    };
    program.chain(chain(Reason::UnknownPort), rules);
}

/// A port in audit mode passes everything and counts what would have been refused.
fn port(program: &mut Program, reason: Reason) -> Vec<Rule> {
    let code = u32::from(reason.code());
    let audit = format!("audit.{reason}");
    program.chain(
        audit.clone(),
        vec![
            count(code | AUDITED),
            Steps::new()
                .name()
                .lookup(PASSED, NAME, false)
                .then(Verdict::Accept, ""),
            accept(),
        ],
    );
    let bit = AUDIT.to_ne_bytes();
    let is_audit = Steps::new()
        .port()
        .step(Expr::And {
            from: COURT,
            to: COURT,
            mask: bit.to_vec(),
        })
        .step(Expr::Cmp {
            reg: COURT,
            op: CmpOp::Eq,
            data: bit.to_vec(),
        });
    vec![
        is_audit.goto(audit, "a port in audit mode"),
        count(code),
        drop(),
    ]
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
