//! The demo: attacks that work without guards and fail with them, and the traffic that must live.
//!
//! Everything is real: attacker, victim and gateway are Linux stacks in network namespaces on a
//! bridge, the DHCP servers and clients are programs that people run. An attack is judged by what
//! becomes of its victim (neighbour table, routes, lease, received packets) or of the bridge's
//! forwarding database, never by the counters of the guards; and one that does not work without
//! guards proves nothing, so its row is not ok either.
//!
//! Whatever happens happens in namespaces of the demo's own, which are gone when it ends.

#![forbid(unsafe_code)]

mod attacks;
mod dhcp;
mod error;
mod frame;
mod good;
mod nd;
mod options;
mod person;
mod program;
mod report;
mod row;
mod run;
mod scene;
mod scratch;
mod stage;
mod talk;
mod wait;

pub use error::{Error, Result};
pub use options::Options;
pub use report::Report;
pub use row::{Kind, Row};
pub use run::run;
