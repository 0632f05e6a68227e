//! Other people's drivers: one program each, which is spoken to in lines of JSON.
//!
//! **Shape.** [`wire`] is what is said, with its JSON Schema; `conversation` keeps the program running, with
//! a time limit on every answer; the driver turns answers into the values of the [`Driver`] trait.
//! `docs/external-drivers.md` is the same for those who write such a program.
//!
//! **Trust.** A program that guards ports is trusted with them, as our own drivers are. It is not trusted to
//! be free of mistakes: what it says is read strictly, and whatever is not understood is an error that shows
//! it. Nothing that it says can make vifguard believe in a feature that it did not declare.
//!
//! [`Driver`]: vifguard_driver::Driver

#![forbid(unsafe_code)]

mod conversation;
mod driver;
mod ears;
mod follow;
mod options;
mod reading;
mod schema;
mod trouble;
pub mod wire;

pub use driver::External;
pub use options::Options;
pub use schema::schema;

/// The protocol that this release speaks.
pub const PROTOCOL: u32 = 1;
