//! Judges a driver by the contract: what it declares of itself, feature by feature, against what its frames
//! show.
//!
//! `vifguard-conformance` sends the frames and puts the floods up; here is what of it shows which feature,
//! what follows for what the driver declares, and the report. The kit knows no particular driver: what a
//! driver's lab is comes as a [`Ground`].
//!
//! Judging needs no counters: a driver that declares none, or a product that is no driver at all, is judged by
//! what comes out on the wire.

#![forbid(unsafe_code)]

mod asked;
mod checks;
mod error;
mod evidence;
mod external;
mod fate;
mod fields;
mod finding;
mod ground;
mod judge;
mod level;
mod progress;
mod report;
mod run;
mod selection;
mod single;
mod terms;

pub use asked::Asked;
pub use error::{Error, Result};
pub use evidence::usual;
pub use external::{Trial, external, external_single, shown_by_a_wire};
pub use fields::{Field, fields};
pub use finding::Finding;
pub use ground::{Effort, Ground, Meddle, ProgramFor, Vandal};
pub use judge::{FeatureVerdict, Outcome, judge};
pub use level::{Level, Verdict};
pub use progress::{Progress, Silent};
pub use report::{External, Report, junit, make_room, page, schema};
pub use run::{Run, Stage, run};
pub use selection::Skipped;
pub use single::{Case, How, single};
pub use terms::Terms;
