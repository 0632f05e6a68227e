//! Open vSwitch: the plan in OpenFlow and its driver.
//!
//! **Shape.** [`program`] turns what can be asked of a port into flows that are the same for all ports,
//! and what a port may claim into flows of its own; [`plan`] adds the gate, which writes into registers
//! what is asked of the port that a frame came in by; [`change`] compares that with what the switch
//! [holds](held) and gives one bundle. All of this is pure. Only the driver does IO: it speaks OpenFlow to the
//! bridge over one connection for each call, JSON to the switch's daemons, and
//! runs Open vSwitch's own programs to be told of changes.
//!
//! **Others.** A flow of ours has a cookie of ours. Frames are taken to the tables of the guards before
//! the operator's own, and what passes goes on where the operator's pipeline begins, with a bit set in a
//! register by which the first flow tells it from a frame that has not been judged.

#![forbid(unsafe_code)]

mod apply;
pub mod bind;
pub mod change;
mod control;
pub mod cookie;
mod counters;
mod driver;
mod fault;
pub mod flow;
pub mod held;
mod intruder;
mod line;
pub mod note;
mod obstacle;
mod options;
pub mod ovsdb;
pub mod plan;
mod port;
mod probe;
pub mod program;
mod release;
mod rpc;
mod tool;

pub use driver::Ovs;
pub use options::{LAST_FIRST_TABLE, Options};
pub use port::Place;
pub use tool::rundir;
