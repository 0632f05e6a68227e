use crate::{Change, Remark};

/// A policy that was made from something else, and what that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The policy, YAML, with each remark as a comment beside what it is about. It has no errors.
    pub policy: String,
    /// What becomes of each line of the source, in the order of the policy.
    pub remarks: Vec<Remark>,
    /// Ports in the policy.
    pub ports: usize,
    /// Networks in the policy.
    pub networks: usize,
    /// Ports of the source that stand in the policy as comments only.
    pub left_out: usize,
}

impl Imported {
    /// The remarks that leave something for the operator to settle.
    pub fn decisions(&self) -> impl Iterator<Item = &Remark> {
        self.remarks.iter().filter(|remark| remark.decide.is_some())
    }

    /// How many remarks are of this kind.
    pub fn count(&self, change: Change) -> usize {
        self.remarks
            .iter()
            .filter(|remark| remark.change == change)
            .count()
    }
}
