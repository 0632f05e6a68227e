//! Somebody else's switch: set up by a hook, an executable that knows the product, and looked at from outside.
//!
//! A hook starts the switch in a namespace of its own, guards ports there and takes them away again
//! (`docs/conformance-hooks.md` has the protocol). Frames of the corpus go in at a guarded port; what comes out
//! at an unguarded one, the witness, is all that is known of it. Whether a frame was judged already is told by
//! another one, which the port may send and which is seen: what was sent before it has come out or will not.
//!
//! This crate knows no product, and no driver.

#![forbid(unsafe_code)]

mod answer;
mod call;
mod error;
mod fence;
mod home;
mod hook;
mod leftovers;
mod policies;
mod port;
mod seat;
mod session;
mod trials;
mod verb;
mod witness;

pub use error::{Error, Fault, Result};
pub use policies::{Plan, Policy, Scope, plan};
pub use port::Port;
pub use session::{Attempt, Options, Product, Session};
pub use verb::Verb;
