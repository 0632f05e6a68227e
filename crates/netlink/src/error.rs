use std::io;

use nix::errno::Errno;
use thiserror::Error;

/// Why a conversation with the kernel failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The socket could not be opened or set up.
    #[error("cannot open a netfilter netlink socket: {0}")]
    Open(#[source] Errno),
    /// The kernel did not take the message.
    #[error("cannot send to the kernel's nf_tables: {0}")]
    Send(#[source] Errno),
    /// The transaction is larger than the kernel takes from this socket.
    #[error(
        "a change of {0} bytes is more than this socket may send at once; without CAP_NET_ADMIN in the \
         first user namespace the limit is net.core.wmem_max: raise it, or run vifguard there"
    )]
    TooLarge(usize),
    /// Nothing could be read.
    #[error("cannot read from the kernel's nf_tables: {0}")]
    Receive(#[source] Errno),
    /// The kernel stayed silent for ten seconds.
    #[error("the kernel's nf_tables did not answer within ten seconds")]
    Silent,
    /// An object of a transaction, or a question, was refused; nothing of the transaction holds.
    #[error("{object}: {}{}", errno.desc(), detail.as_ref().map(|d| format!(" ({d})")).unwrap_or_default())]
    Refused {
        /// What the refused message was about.
        object: String,
        /// The kernel's error number.
        errno: Errno,
        /// The kernel's own words, where it has some.
        detail: Option<String>,
    },
    /// Somebody changed nf_tables since the state that the transaction was made for was read.
    #[error("nf_tables was changed by somebody else in the meantime")]
    Stale,
    /// The kernel sent what its headers do not allow.
    #[error("the kernel's answer about {0} cannot be read")]
    Malformed(&'static str),
}

impl Error {
    /// The same error, naming the object that it is about.
    pub(crate) fn about(mut self, name: &str) -> Error {
        if let Error::Refused { object, .. } = &mut self {
            name.clone_into(object);
        }
        self
    }

    /// The error number, if the kernel gave one.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Error::Open(errno) | Error::Send(errno) | Error::Receive(errno) => Some(*errno),
            Error::Refused { errno, .. } => Some(*errno),
            Error::TooLarge(_) => Some(Errno::EMSGSIZE),
            Error::Silent | Error::Stale | Error::Malformed(_) => None,
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        match error.errno() {
            Some(errno) => io::Error::from_raw_os_error(errno as i32),
            None => io::Error::other(error),
        }
    }
}
