use std::fs::File;
use std::io;
use std::sync::OnceLock;

use nix::sched::{CloneFlags, setns};

use crate::error::{Error, Result};
use crate::netns_id::NetnsId;

/// The namespace that this process began in, kept open so that its inode cannot be given to another.
static HOME: OnceLock<(File, NetnsId)> = OnceLock::new();

/// Fails if the calling thread is in the machine's own namespace: that of pid 1, or the one this process began in.
///
/// Code that opens netlink sockets of its own under test calls this first.
pub fn refuse_home() -> Result<()> {
    refuse(open("/proc/thread-self/ns/net").map_err(look)?.1)
}

/// Fails if this is the machine's own.
pub(crate) fn refuse(here: NetnsId) -> Result<()> {
    if here == home().map_err(look)? || Some(here) == pid_one() {
        Err(Error::Home)
    } else {
        Ok(())
    }
}

/// The namespace that this process began in.
///
/// Called before the first namespace is made: the main thread cannot have entered any by then.
pub(crate) fn home() -> io::Result<NetnsId> {
    if let Some((_, id)) = HOME.get() {
        return Ok(*id);
    }
    let found = open("/proc/self/ns/net")?;
    Ok(HOME.get_or_init(|| found).1)
}

/// For threads that serve every namespace: they must not keep alive the one that happened to start them.
pub(crate) fn go_home() -> io::Result<()> {
    home()?;
    match HOME.get() {
        Some((file, _)) => Ok(setns(file, CloneFlags::CLONE_NEWNET)?),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    }
}

/// Pid 1's, where it can be read: inside a container, or without ptrace rights, it cannot.
fn pid_one() -> Option<NetnsId> {
    open("/proc/1/ns/net").ok().map(|(_, id)| id)
}

/// Opens a namespace file and says which namespace it is.
pub(crate) fn open(path: &str) -> io::Result<(File, NetnsId)> {
    let file = File::open(path)?;
    let id = NetnsId::of(&file)?;
    Ok((file, id))
}

fn look(source: io::Error) -> Error {
    Error::kernel("of this thread", "tell which namespace it is", source)
}
