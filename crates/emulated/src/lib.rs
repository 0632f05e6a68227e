//! Tests on kernels and hypervisors that the machine at hand does not run.
//!
//! An emulated machine takes minutes where the tests of other crates take seconds, so these are ignored
//! unless asked for: `cargo xtask test-kernel`.
//!
//! - `tests/kernel.rs`: the nft driver's own tests, inside a machine with Debian's kernel.

mod tests_of;

pub use tests_of::{TestProgram, stripped, tests_of};
