use vifguard_policy::GuardSet;

use crate::{Choice, Expected};

/// One way to judge a case: a choice of guards and what must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The profile and the guards switched over it.
    pub choice: Choice,
    /// What must become of the frame.
    pub expected: Expected,
}

impl Variant {
    /// A label for reports, unique within the case.
    pub fn label(&self) -> String {
        self.choice.to_string()
    }

    /// The guards that are on.
    pub fn guards(&self) -> GuardSet {
        self.choice.guards()
    }
}
