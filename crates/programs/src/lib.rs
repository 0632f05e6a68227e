//! Other people's programs: what they answer when asked, and what they say as it happens.
//!
//! Hypervisors and switches are asked by their own programs, which find them as the operator's commands do.
//! None of them may keep vifguard waiting for ever, and none is spoken to in the operator's language.

#![forbid(unsafe_code)]

mod ask;
mod error;
mod follow;
mod program;

pub use error::ProgramError;
pub use follow::end_followed;
pub use program::Program;
