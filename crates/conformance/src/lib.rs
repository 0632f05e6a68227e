//! Sends every case of the corpus as a real frame through a driver and compares what happened with
//! the contract: on the wire, in the forwarding database and in the driver's own counters.
//!
//! The loop is written once, here; every driver's tests use it. It knows no particular driver.

#![forbid(unsafe_code)]

mod error;
mod flood;
mod ledger;
mod mutants;
mod observed;
pub mod properties;
mod report;
mod run;
mod seat;
mod stage;
mod switched;

pub use error::{Error, Result};
pub use flood::{Fates, Flow, Must, Outcome, Stream};
pub use mutants::{MutantReport, MutantRun, Outlaw, run_mutants};
pub use observed::{Counted, Observed};
pub use report::{Mismatch, Report};
pub use run::{ELSEWHERE, alone, run, run_at, run_each, untagged};
pub use seat::{Seat, Trial, seats, seats_of};
pub use stage::{Place, Stage};
