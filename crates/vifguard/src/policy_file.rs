//! What the caller gives to read: from a file or from standard input.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;
use vifguard_policy::Policy;

use crate::exit::Exit;
use crate::failure::Failure;

/// The name by which standard input is given.
const STANDARD_INPUT: &str = "-";

/// A policy and the text that says so.
pub(crate) struct Loaded {
    pub(crate) policy: Policy,
    pub(crate) text: Vec<u8>,
}

/// Reads and checks a policy.
pub(crate) fn load(path: &Path) -> Result<Policy> {
    Ok(load_with_text(path)?.policy)
}

/// The same, for whoever needs the text afterwards.
pub(crate) fn load_with_text(path: &Path) -> Result<Loaded> {
    let (text, name) = read(path)?;
    let policy = Policy::parse_bytes(&text, &name)?;
    Ok(Loaded { policy, text })
}

/// What a file holds, and what to call it.
pub(crate) fn read(path: &Path) -> Result<(Vec<u8>, String), Failure> {
    let (bytes, name) = if path.as_os_str() == STANDARD_INPUT {
        (read_standard_input(), "standard input".to_owned())
    } else {
        (fs::read(path), path.display().to_string())
    };
    let bytes = bytes.map_err(|error| unreadable(&name, &error))?;
    Ok((bytes, name))
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file of the caller's that cannot be read.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of I/O errors are many, and all others mean the same here"
)]
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Failure {
    let (exit, advice) = match error.kind() {
        io::ErrorKind::NotFound => (Exit::NoInput, "check the path; nothing was changed"),
        io::ErrorKind::PermissionDenied => (
            Exit::Privilege,
            "make it readable, or run as a user who may read it; nothing was changed",
        ),
        io::ErrorKind::IsADirectory => (
            Exit::NoInput,
            "give the file, not its directory; nothing was changed",
        ),
        _ => (Exit::Io, "nothing was changed"),
    };
    Failure::new(exit, format!("cannot read {name}: {error}"), advice)
}
