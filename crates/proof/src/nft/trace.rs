//! The rules that one frame meets.

use std::fmt;

use vifguard_netlink::nft::Verdict;

use super::ask::Ask;
use super::machine::Machine;
use crate::Plain;
use crate::frame::Sight;
use crate::outcome::Fate;

/// A rule that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its chain.
    pub chain: String,
    /// Its place there, counted from 1.
    pub rule: usize,
    /// What it says.
    pub text: String,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rule {}: {}", self.chain, self.rule, self.text)
    }
}

impl<S: Sight<Logic = Plain>, A: Ask<Plain>> Machine<'_, S, A> {
    /// The rules that match on a frame's way through base chains, in order.
    pub(crate) fn trace(&self, bases: &[&str]) -> Vec<Taken> {
        let mut taken = Vec::new();
        for base in bases {
            match self.walk(base, &mut taken) {
                Some(Fate::Pass) => {}
                Some(Fate::Drop) => break,
                None => {
                    let policy = self.table.chain(base).and_then(|body| body.base.as_ref());
                    let policy =
                        policy.map(|base| format!("policy {:?}", base.policy).to_lowercase());
                    taken.push(Taken {
                        chain: (*base).to_owned(),
                        rule: self.table.chain(base).map_or(0, |body| body.rules.len()) + 1,
                        text: policy.unwrap_or_default(),
                    });
                }
            }
        }
        taken
    }

    fn walk(&self, chain: &str, taken: &mut Vec<Taken>) -> Option<Fate> {
        for (i, rule) in self.table.chain(chain)?.rules.iter().enumerate() {
            let effect = self.effect(rule);
            let end = effect.ends.iter().find(|(_, here)| *here);
            let counts = effect.counts.iter().filter(|(count, _)| !count.is_note());
            if end.is_some() || counts.into_iter().any(|(_, here)| *here) {
                taken.push(Taken {
                    chain: chain.to_owned(),
                    rule: i + 1,
                    text: rule.to_string(),
                });
            }
            match end.map(|(verdict, _)| verdict) {
                None => {}
                Some(Verdict::Accept) => return Some(Fate::Pass),
                Some(Verdict::Drop) => return Some(Fate::Drop),
                Some(Verdict::Return) => return None,
                Some(Verdict::Goto(target)) => return self.walk(target, taken),
                Some(Verdict::Jump(target)) => {
                    if let Some(fate) = self.walk(target, taken) {
                        return Some(fate);
                    }
                }
            }
        }
        None
    }
}
