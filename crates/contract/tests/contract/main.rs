//! The contract: how it is read, what shows a feature, both gates and the plan.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, not in their helpers"
)]

mod change;
mod corpus;
mod evidence;
mod faults;
mod own;
mod plan;
mod release;
mod remark;
mod support;
mod walk;
