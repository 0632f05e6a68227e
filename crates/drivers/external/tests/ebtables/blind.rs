//! How the driver may differ from the contract, each way with its name. What is in no class is an error.

use vifguard_conformance::Mismatch;

/// Why a frame met another fate than the contract's, if there is a reason to.
pub(crate) fn why(_: &Mismatch) -> Option<&'static str> {
    None
}
