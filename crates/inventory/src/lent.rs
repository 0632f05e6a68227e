//! Interfaces that `vifguard run` made for a guest's port, and how they say so.
//!
//! The note lies with the interface itself, in the kernel: it goes when the interface goes, it is seen in
//! the network namespace that the interface is in, and nothing has to be kept beside it.

use crate::Link;

/// What the note begins with; the port's name follows.
const NOTE: &str = "vifguard run: port ";

/// The note of an interface that was made for a port, as its alias.
pub fn note_of(port: &str) -> String {
    format!("{NOTE}{port}")
}

impl Link {
    /// The port that `vifguard run` made it for, if so.
    pub fn made_for(&self) -> Option<&str> {
        self.alias.strip_prefix(NOTE)
    }
}
