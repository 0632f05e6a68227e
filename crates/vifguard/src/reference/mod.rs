//! The pages of the book that are made from the code: `docs/reference`.
//!
//! They are committed, so that they can be read without building anything; `cargo xtask bless` writes
//! them anew. This module exists in tests alone.

mod command_line;
mod reasons;
mod tests;
