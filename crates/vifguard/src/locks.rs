//! Files that are locked by whoever has what they stand for, in the network namespace of this process.
//!
//! A lock on a file that only root can open, held by an open file, so that it ends with whoever holds it,
//! however that ends. An abstract socket would do without a file, but anybody could take its name.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::Failure;

const DIRECTORY: &str = "/run/vifguard";

/// The file for this kind of thing, and its name.
pub(crate) fn path(kind: &str, name: &str) -> io::Result<PathBuf> {
    // A namespace's number is its own as long as somebody is in it.
    let netns = fs::metadata("/proc/self/ns/net")?.ino();
    let name = match name {
        "" => String::new(),
        name => format!("-{name}"),
    };
    Ok(Path::new(DIRECTORY).join(format!("{kind}-{netns}{name}.lock")))
}

/// Opens the file, and makes it if there is none.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    match DirBuilder::new().mode(0o700).create(DIRECTORY) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true);
    options.truncate(false).mode(0o600).open(path)
}

/// Is this still the file of that name?
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let number = |meta: fs::Metadata| (meta.dev(), meta.ino());
    let (file, path) = (file.metadata().map(number), fs::metadata(path).map(number));
    matches!((file, path), (Ok(file), Ok(path)) if file == path)
}

/// What is to be locked cannot be.
pub(crate) fn failed(what: &str, error: &io::Error) -> Failure {
    let denied = error.kind() == io::ErrorKind::PermissionDenied;
    let exit = if denied { Exit::Privilege } else { Exit::Io };
    let what = format!("cannot lock {what} under {DIRECTORY}: {error}");
    let advice = match error.kind() == io::ErrorKind::ReadOnlyFilesystem {
        true => "let it write there (RuntimeDirectory=vifguard in a unit); nothing was changed",
        false => "run it as root; nothing was changed",
    };
    Failure::new(exit, what, advice)
}
