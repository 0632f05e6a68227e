use std::thread;

use netlink_sys::protocols::NETLINK_NETFILTER;
use netlink_sys::{Socket, SocketAddr};
use nix::errno::Errno;

use crate::Error;

/// `NFNLGRP_NFTABLES` (`linux/netfilter/nfnetlink.h`).
const CHANGES: u32 = 7;

/// Calls `heard` whenever somebody changes nf_tables in the network namespace of the calling thread, until
/// it says that nobody listens any more.
///
/// # Errors
///
/// [`Error::Open`]: the kernel does not let us listen.
pub fn listen(heard: impl Fn() -> bool + Send + 'static) -> Result<(), Error> {
    let open = || {
        let mut socket = Socket::new(NETLINK_NETFILTER)?;
        socket.bind(&SocketAddr::new(0, 0))?;
        socket.add_membership(CHANGES)?;
        Ok::<Socket, std::io::Error>(socket)
    };
    let errno = |error: std::io::Error| Errno::from_raw(error.raw_os_error().unwrap_or_default());
    let socket = open().map_err(|error| Error::Open(errno(error)))?;
    thread::spawn(move || {
        // ENOBUFS means that some were lost: something changed all the same.
        while match socket.recv_from_full() {
            Ok(_) => true,
            Err(error) => errno(error) == Errno::ENOBUFS,
        } {
            if !heard() {
                return;
            }
        }
    });
    Ok(())
}
