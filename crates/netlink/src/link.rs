//! Changes of one interface.

use std::io;

use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

use crate::message::Messages;

// linux/rtnetlink.h, linux/if_link.h, linux/if.h
const RTM_DELLINK: u16 = 17;
const RTM_SETLINK: u16 = 19;
const IFLA_ADDRESS: u16 = 1;
const IFLA_MASTER: u16 = 10;
const IFLA_IFALIAS: u16 = 20;
const UP: u32 = 1;

const REQUEST: u16 = 1;
const ACK: u16 = 4;
const ERROR: u16 = 2;

/// One thing about an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// It is set up.
    Up,
    /// What is noted about it, at most 255 bytes.
    Alias(&'a str),
    /// The host's own address on it.
    Mac([u8; 6]),
    /// The bridge that it is in, by index.
    Master(u32),
}

/// Changes the interface of this index in the network namespace of the calling thread.
///
/// # Errors
///
/// The kernel's.
pub fn change(index: u32, change: Change<'_>) -> io::Result<()> {
    let flags = match change {
        Change::Up => UP,
        Change::Alias(_) | Change::Mac(_) | Change::Master(_) => 0,
    };
    exchange(RTM_SETLINK, index, flags, |message| match change {
        Change::Up => {}
        Change::Alias(text) => message.attr(IFLA_IFALIAS, text.as_bytes()),
        Change::Mac(mac) => message.attr(IFLA_ADDRESS, &mac),
        Change::Master(master) => message.attr(IFLA_MASTER, &master.to_ne_bytes()),
    })
}

/// Takes the interface away. One that is gone is no error.
///
/// # Errors
///
/// The kernel's.
pub fn delete(index: u32) -> io::Result<()> {
    match exchange(RTM_DELLINK, index, 0, |_| {}) {
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(()),
        other => other,
    }
}

fn exchange(
    kind: u16,
    index: u32,
    flags: u32,
    attributes: impl FnOnce(&mut Messages),
) -> io::Result<()> {
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.bind_auto()?;
    let mut message = Messages::with_capacity(512);
    // The first four bytes of `struct ifinfomsg`, and the rest of it.
    let open = message.begin(kind, REQUEST | ACK, 1, 0, 0);
    for word in [index, flags, flags] {
        message.raw(&word.to_ne_bytes());
    }
    attributes(&mut message);
    message.end(open);
    socket.send_to(message.bytes(), &SocketAddr::new(0, 0), 0)?;
    loop {
        let (answer, _) = socket.recv_from_full()?;
        let kind = answer.get(4..6).and_then(|kind| kind.try_into().ok());
        let code = answer.get(16..20).and_then(|code| code.try_into().ok());
        if let (Some(ERROR), Some(code)) =
            (kind.map(u16::from_ne_bytes), code.map(i32::from_ne_bytes))
        {
            return match code {
                0 => Ok(()),
                code => Err(io::Error::from_raw_os_error(-code)),
            };
        }
    }
}
