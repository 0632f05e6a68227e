//! What every driver must be able to do, whatever it is made of.
//!
//! A driver takes a whole state ([`Desired`]) and makes the host so: there are no verbs for single
//! rules, and nothing here names a mechanism. [`Null`] does nothing, honestly; it keeps the trait
//! honest too.

#![forbid(unsafe_code)]

mod capability;
mod counters;
mod desired;
mod driver;
mod error;
mod null;
mod state;

pub use capability::{Capabilities, Feature, Support};
pub use counters::{Counters, PortCounters};
pub use desired::{Attachment, BoundPort, Desired};
pub use driver::{Applied, Driver, Preview, Scope, Tell};
pub use error::{Error, Result};
pub use null::Null;
pub use state::{Drift, PortState, State};
