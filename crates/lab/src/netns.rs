use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use nix::sched::{CloneFlags, setns, unshare};

use crate::entered::Entered;
use crate::error::{Error, Result};
use crate::home;
use crate::netns_id::NetnsId;
use crate::rtnl::{Answer, Refusal, Rtnl};
use crate::sysctl;

/// A network namespace, held by a file descriptor and by nothing else.
///
/// Clones are handles to the same namespace. It goes when the last of them, the last socket and the
/// last process in it are gone (the kernel takes it down in the background).
#[derive(Clone)]
pub struct Netns(Arc<Inner>);

struct Inner {
    name: String,
    id: NetnsId,
    file: File,
    rtnl: Mutex<Rtnl>,
}

impl Netns {
    /// A new namespace: `lo` up, IPv6 on, bridged frames hidden from the hooks of routed ones.
    ///
    /// The hint is for messages only. The calling thread stays where it is.
    pub fn new(name_hint: &str) -> Result<Self> {
        let fail = |source: io::Error| Error::kernel(name_hint, "make it", source);
        home::home().map_err(fail)?;
        // unshare moves the thread that calls it, so that is one made for the purpose.
        let maker = thread::Builder::new()
            .name("netns".to_owned())
            .spawn(make)
            .map_err(fail)?;
        let made = maker
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the making thread panicked")));
        let (file, id, rtnl) = made.map_err(fail)?;
        let netns = Self::from_parts(name_hint.to_owned(), id, file, rtnl);
        netns.rtnl(|| "bring lo up".to_owned(), Rtnl::loopback_up)?;
        Ok(netns)
    }

    /// The namespace of the calling thread, unless that is the machine's own ([`Error::Home`]).
    pub fn current() -> Result<Self> {
        home::refuse_home()?;
        let fail = |source: io::Error| Error::kernel("of this thread", "adopt it", source);
        let (file, id) = home::open("/proc/thread-self/ns/net").map_err(fail)?;
        let rtnl = Rtnl::open().map_err(fail)?;
        Ok(Self::from_parts(
            format!("net:[{}]", id.inode()),
            id,
            file,
            rtnl,
        ))
    }

    /// The namespace that this file is of (`/proc/PID/ns/net`), unless that is the machine's own
    /// ([`Error::Home`]).
    pub fn at(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let fail = |source: io::Error| Error::kernel(&name, "open it", source);
        let (file, id) = home::open(&path.to_string_lossy()).map_err(fail)?;
        home::refuse(id)?;
        let (here, _) = home::open("/proc/thread-self/ns/net").map_err(fail)?;
        setns(&file, CloneFlags::CLONE_NEWNET).map_err(|e| fail(e.into()))?;
        let back = Entered::returning_to(here);
        let rtnl = Rtnl::open().map_err(fail)?;
        drop(back);
        Ok(Self::from_parts(name, id, file, rtnl))
    }

    fn from_parts(name: String, id: NetnsId, file: File, rtnl: Rtnl) -> Self {
        Self(Arc::new(Inner {
            name,
            id,
            file,
            rtnl: Mutex::new(rtnl),
        }))
    }

    /// The hint that it was made with.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Which namespace it is.
    pub fn id(&self) -> NetnsId {
        self.0.id
    }

    /// Moves the calling thread into the namespace until the guard is dropped.
    pub fn enter(&self) -> Result<Entered> {
        let (before, _) = home::open("/proc/thread-self/ns/net")
            .map_err(|e| self.fail("leave the old one", e))?;
        setns(&self.0.file, CloneFlags::CLONE_NEWNET).map_err(|e| self.fail("enter it", e))?;
        Ok(Entered::returning_to(before))
    }

    /// Runs a function inside.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let _inside = self.enter()?;
        Ok(work())
    }

    /// Runs a function inside, on a thread of its own.
    pub fn spawn<T, F>(&self, work: F) -> Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        // A thread begins in the namespace of the one that starts it.
        let _inside = self.enter()?;
        let name = thread::current().name().unwrap_or("lab").to_owned();
        thread::Builder::new()
            .name(name)
            .spawn(work)
            .map_err(|e| self.fail("start a thread in it", e))
    }

    /// One exchange with the kernel's routing netlink inside this namespace.
    pub(crate) fn rtnl<T>(
        &self,
        step: impl FnOnce() -> String,
        exchange: impl FnOnce(&mut Rtnl) -> Answer<T>,
    ) -> Result<T> {
        // Replies carry sequence numbers, so a socket left in the middle by a panic is still good.
        let mut rtnl = self.0.rtnl.lock().unwrap_or_else(PoisonError::into_inner);
        exchange(&mut rtnl).map_err(|Refusal { source, said }| Error::Kernel {
            namespace: self.name().to_owned(),
            step: step(),
            source,
            said,
        })
    }

    pub(crate) fn fail(&self, step: impl Into<String>, source: impl Into<io::Error>) -> Error {
        Error::kernel(self.name(), step, source)
    }
}

impl AsFd for Netns {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.file.as_fd()
    }
}

impl fmt::Debug for Netns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Netns({} net:[{}])", self.0.name, self.0.id.inode())
    }
}

/// Two handles are equal if they hold the same namespace.
impl PartialEq for Netns {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Netns {}

/// On a thread that ends right after: the sockets and files opened here belong to the new namespace.
fn make() -> io::Result<(File, NetnsId, Rtnl)> {
    unshare(CloneFlags::CLONE_NEWNET)?;
    let (file, id) = home::open("/proc/thread-self/ns/net")?;
    sysctl::write_baseline()?;
    Ok((file, id, Rtnl::open()?))
}
