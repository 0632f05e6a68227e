use crate::glob;

/// Which refused variants of the corpus show a feature.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Selection {
    /// Those refused for one of these reasons.
    pub reasons: Vec<String>,
    /// And those that these patterns name, whatever the reason.
    pub cases: Vec<String>,
    /// But not these.
    pub except: Vec<String>,
}

impl Selection {
    /// Whether a pattern of `cases` names this variant.
    pub(crate) fn names(&self, case: &str, choice: &str) -> bool {
        any(&self.cases, case, choice) && !any(&self.except, case, choice)
    }

    /// Whether it is selected by why it is refused.
    pub(crate) fn has_reason(&self, case: &str, choice: &str, reason: &str) -> bool {
        self.reasons.iter().any(|own| own == reason) && !any(&self.except, case, choice)
    }

    /// Every pattern.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().chain(&self.except).map(String::as_str)
    }
}

fn any(patterns: &[String], case: &str, choice: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, case, choice))
}

/// Whether a pattern, `case` or `case@choice`, names a variant.
pub fn fits(pattern: &str, case: &str, choice: &str) -> bool {
    match pattern.split_once('@') {
        Some((cases, choices)) => glob::fits(cases, case) && glob::fits(choices, choice),
        None => glob::fits(pattern, case),
    }
}
