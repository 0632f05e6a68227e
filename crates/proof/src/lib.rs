//! Is what the kernel holds the policy? Both as boolean functions of a frame, proved equal.
//!
//! That the rules look right says little: a missing element or a rule moved by one place looks like
//! nothing. Here the kernel's own state, as it was read back, is turned into the set of frames that
//! meet each fate, and so is the policy. Either the two are the same, or there is a frame on which
//! they differ, and it is shown.
//!
//! Pure: what was read comes in, a [`Proof`] goes out. `docs/verify.md` says under which assumptions.

#![forbid(unsafe_code)]

mod claims;
pub mod diagram;
pub mod frame;
mod logic;
mod member;
pub mod nft;
mod outcome;
mod proof;
mod spec;
mod word;

pub use claims::{Claims, Owned};
pub use logic::{Logic, Plain};
pub use outcome::{Count, Fate, Outcome, Outcomes};
pub use proof::{Difference, Proof, Unread, Whose};
pub use spec::spec;
