//! Plants defects in drivers one at a time, and asks whether the conformance kit finds them: a kit is worth what
//! it finds.
//!
//! The lists are `crates/conformance/defects/*.toml`. Each defect is a text that occurs once in a file of a driver
//! and another one in its place. It is found if the kit, run with the features that it breaks, says that one of
//! them is contradicted, and for no other reason; a driver without a defect has to come through the same run first.

mod judge;
mod kit;
mod list;
mod outcome;
mod plant;
mod tree;

pub use judge::{Cases, Finding, judge};
pub use kit::{Kit, Ran, Workshop};
pub use list::{Defect, List, lists};
pub use outcome::{Fate, Outcome, table};
pub use plant::Planted;
pub use tree::Tree;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
