use std::path::PathBuf;
use std::time::Duration;

/// Which program, and how much is put up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The program.
    pub program: PathBuf,
    /// How long it may take to answer what changes nothing.
    pub patience: Duration,
    /// How long it may take to answer `apply` and `remove`.
    pub patience_with_changes: Duration,
    /// How long it may take to end when nobody speaks to it any more.
    pub farewell: Duration,
    /// The longest line that it may say, in bytes.
    pub longest_line: usize,
}

impl Options {
    /// What is usual, for this program.
    pub fn of(program: impl Into<PathBuf>) -> Options {
        Options {
            program: program.into(),
            patience: Duration::from_secs(60),
            // A host has thousands of ports, and some mechanisms take a while for each.
            patience_with_changes: Duration::from_secs(600),
            farewell: Duration::from_secs(2),
            longest_line: 64 << 20,
        }
    }
}
