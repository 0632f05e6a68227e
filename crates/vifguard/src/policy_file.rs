//! What the caller gives to read: from a file or from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use vifguard_policy::Policy;

use crate::exit::Exit;
use crate::failure::Failure;

/// The name by which standard input is given.
const STANDARD_INPUT: &str = "-";

/// A policy and the text that says so.
#[derive(Clone)]
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
    let (mut file, name) = open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|error| unreadable(&name, &error))?;
    Ok((bytes, name))
}

/// A file to be read from its beginning to its end, as pipes are, and what to call it.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, String), Failure> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    let name = name(path);
    if path.as_os_str() != STANDARD_INPUT {
        let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
        return Ok((Box::new(file), name));
    }
    // Who reads it second finds it empty, and an empty text may be a good one.
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(Failure::new(
            Exit::Usage,
            "- (standard input) is given twice",
            "give one of them as a file; nothing was changed",
        ));
    }
    Ok((Box::new(io::stdin()), name))
}

/// What to call it.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == STANDARD_INPUT {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
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
        _ => (Exit::Io, "see to the file; nothing was changed"),
    };
    Failure::new(exit, format!("cannot read {name}: {error}"), advice)
}

/// For an option that names a file to be written and read again.
pub(crate) fn no_standard_input(text: &str) -> Result<PathBuf, String> {
    match text {
        "" | STANDARD_INPUT => Err("a file is needed".to_owned()),
        path => Ok(path.into()),
    }
}
