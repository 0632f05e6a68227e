use std::ops::Range;

use crate::{Rule, Verdict};

/// A verdict with its ground: which rule settled it, and which bytes of the frame it looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The rule that settled it.
    pub rule: Rule,
    /// The bytes that decided, as offsets into the frame; they may lie behind its end where
    /// something is missing.
    pub field: Range<usize>,
}

impl Judgement {
    /// What becomes of the frame.
    pub fn verdict(&self) -> Verdict {
        self.rule.verdict()
    }
}

/// Goes on, or stops with the rule that settled the frame.
pub(crate) type Step<T = ()> = Result<T, Judgement>;

/// The frame's fate is settled.
pub(crate) fn settle<T>(rule: Rule, start: usize, len: usize) -> Step<T> {
    Err(Judgement {
        rule,
        field: start..start.saturating_add(len),
    })
}

/// Goes on if `good`; otherwise `rule` settles it.
pub(crate) fn require(good: bool, rule: Rule, start: usize, len: usize) -> Step {
    if good {
        Ok(())
    } else {
        settle(rule, start, len)
    }
}
