//! What every driver has to be able to do, when it becomes binding, who answers for each driver, and
//! whether it is true today.
//!
//! The contract is a file, `contract/contract.toml`, which travels inside this crate. `docs/contract.md`
//! has the rules and the reasons.
//!
//! ```
//! use vifguard_contract::Contract;
//!
//! let contract = Contract::embedded()?;
//! let feature = contract.shown_by("llc-spanning-tree", "strict", "l2");
//! assert_eq!(feature.map(|feature| feature.id.as_str()), Some("l2"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate knows no driver and does no IO.

#![forbid(unsafe_code)]

mod change;
mod contract;
mod digest;
mod driver;
mod evidence;
mod fault;
mod feature;
mod gate;
mod glob;
mod level;
mod matrix;
mod plan;
mod profile;
mod read;
mod release;
mod remark;
mod report;
mod selection;

pub use change::{NOTICE, Objection, Rule, change_gate};
pub use contract::Contract;
pub use driver::{Declared, Driver, Maintainer};
pub use evidence::{Evidence, Proof};
pub use fault::{Fault, Faults};
pub use feature::{Feature, Kind, Shown};
pub use gate::{Lack, Lacking, asked, release_gate};
pub use level::{Level, Levels};
pub use matrix::{Cell, Column, Matrix, ProfileRow, Row, matrix};
pub use plan::{Debt, Item, plan};
pub use profile::Profile;
pub use release::Release;
pub use remark::remarks;
pub use report::{Finding, Grade, Reading, Report, Verdict};
pub use selection::{Selection, fits};
