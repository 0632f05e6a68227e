use std::ops::Range;

use vifguard_policy::GuardSet;
use vifguard_verdict::{Judgement, Rule, decide, judge};

use crate::port::{self, STRICT};

/// A frame, the rule that settles it, and the bytes that `explain` will show for it.
pub(crate) struct Row {
    pub(crate) rule: Rule,
    guards: GuardSet,
    frame: Vec<u8>,
    field: Range<usize>,
    shown: Vec<u8>,
}

impl Row {
    /// A frame from the strict port.
    pub(crate) fn strict(rule: Rule, frame: Vec<u8>, field: Range<usize>, shown: &[u8]) -> Row {
        Row::of(rule, STRICT, frame, field, shown)
    }

    pub(crate) fn of(
        rule: Rule,
        guards: GuardSet,
        frame: Vec<u8>,
        field: Range<usize>,
        shown: &[u8],
    ) -> Row {
        Row {
            rule,
            guards,
            frame,
            field,
            shown: shown.to_vec(),
        }
    }

    fn check(&self) {
        let port = port::with(self.guards);
        let expected = Judgement {
            rule: self.rule,
            field: self.field.clone(),
        };
        assert_eq!(judge(&port, &self.frame, None), expected);
        assert_eq!(decide(&port, &self.frame, None), self.rule.verdict());
        let end = self.field.end.min(self.frame.len());
        let shown = &self.frame[self.field.start..end];
        assert_eq!(shown, self.shown, "{:?}", self.rule);
    }
}

pub(crate) fn check(rows: &[Row]) {
    rows.iter().for_each(Row::check);
}
