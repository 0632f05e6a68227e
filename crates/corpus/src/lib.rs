//! Frames with the verdicts they must get, as data files.
//!
//! Each case under `cases/` is one frame, by its fields and as bytes, the port that sends it, and
//! what the contract (`docs/verdicts.md`) says of it for every profile and for single guards. The
//! format is for anybody's harness in any language and is described in this crate's `README.md`.
//!
//! The expectations are reasoned from the words of the contract, never computed by code: when the
//! judge or a driver differs from a case, one of the two readings is wrong, and which one has to be
//! found out before either is changed.
//!
//! This crate knows nothing of drivers, and only reads files if asked to ([`Corpus::read`]).

#![forbid(unsafe_code)]

mod case;
mod choice;
mod corpus;
mod expected;
mod hex;
mod identity;
mod layer;
pub mod mutant;
mod number;
mod port;
mod setting;
mod variant;

pub use case::Case;
pub use choice::{Choice, ChoiceError};
pub use corpus::{Corpus, CorpusError, case_files, directory};
pub use expected::{Expected, ExpectedError};
pub use hex::{Hex, HexError};
pub use identity::IdentityError;
pub use layer::*;
pub use number::Number;
pub use port::{Entry, PortEntry};
pub use setting::Setting;
pub use variant::Variant;
