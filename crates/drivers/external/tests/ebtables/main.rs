//! The driver in `examples/ebtables`, in Python, on real bridges: the corpus, and the properties that it
//! declares, under floods. What of the corpus differs from the contract must be of a class that it declares
//! (`blind`).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod blind;
mod corpus;
mod lifecycle;
mod mutants;
mod properties;

use std::path::Path;

use vifguard_external::{External, Options};

/// The driver, if this machine can have a lab.
fn driver() -> Option<External> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = here.join("../../../examples/ebtables/vifguard-ebtables");
    vifguard_lab::available().then(|| External::new(Options::of(program)))
}
