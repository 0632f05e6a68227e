use std::io::{self, IoSlice};
use std::mem::{size_of, zeroed};
use std::os::fd::{AsFd, AsRawFd};

use nix::libc::{self, c_int, c_void, socklen_t};

/// `AF_PACKET` and `PACKET_MR_PROMISC`, in the types of the structs that they go into.
const FAMILY: libc::sa_family_t = 17;
const PROMISCUOUS: u16 = 1;

/// Binds a packet socket to one device, for one EtherType (0: receives nothing, 3: everything).
pub(crate) fn bind(socket: impl AsFd, device: u32, ethertype: u16) -> io::Result<()> {
    let address = libc::sockaddr_ll {
        sll_family: FAMILY,
        sll_protocol: ethertype.to_be(),
        sll_ifindex: device.cast_signed(),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: the address is a whole, initialised sockaddr_ll that outlives the call, and the length is its own.
    let result = unsafe {
        libc::bind(
            fd,
            (&raw const address).cast(),
            length_of::<libc::sockaddr_ll>(),
        )
    };
    check(result)
}

/// Switches an option of a packet socket on.
pub(crate) fn enable(socket: impl AsFd, option: c_int) -> io::Result<()> {
    set(socket, option, &1_i32)
}

/// Asks the device to hand over what is addressed to others, for as long as the socket lives.
pub(crate) fn promiscuous(socket: impl AsFd, device: u32) -> io::Result<()> {
    let membership = libc::packet_mreq {
        mr_ifindex: device.cast_signed(),
        mr_type: PROMISCUOUS,
        mr_alen: 0,
        mr_address: [0; 8],
    };
    set(socket, libc::PACKET_ADD_MEMBERSHIP, &membership)
}

/// How many frames the socket had no room for since the last call (the kernel resets the count).
pub(crate) fn lost(socket: impl AsFd) -> io::Result<u32> {
    let mut counts = libc::tpacket_stats {
        tp_packets: 0,
        tp_drops: 0,
    };
    let mut length = length_of::<libc::tpacket_stats>();
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: the kernel writes at most `length` bytes of plain integers into a struct of that size.
    let result = unsafe {
        let value = (&raw mut counts).cast::<c_void>();
        libc::getsockopt(
            fd,
            libc::SOL_PACKET,
            libc::PACKET_STATISTICS,
            value,
            &raw mut length,
        )
    };
    check(result).map(|()| counts.tp_drops)
}

/// Sends frames, each in two parts, in one call; says how many the kernel took.
///
/// nix's own sendmmsg gives that number only through results that read addresses it never wrote.
pub(crate) fn send_batch(socket: impl AsFd, frames: &[[IoSlice<'_>; 2]]) -> io::Result<usize> {
    // SAFETY: all zeroes is a valid mmsghdr: null pointers with zero lengths.
    let empty: libc::mmsghdr = unsafe { zeroed() };
    let mut messages = vec![empty; frames.len()];
    for (message, parts) in messages.iter_mut().zip(frames) {
        // std promises that IoSlice has the layout of iovec; the kernel only reads through this pointer.
        message.msg_hdr.msg_iov = parts.as_ptr().cast_mut().cast();
        message.msg_hdr.msg_iovlen = parts.len();
    }
    let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: `count` initialised headers whose parts outlive the call; the kernel writes only into them.
    let sent = unsafe { libc::sendmmsg(fd, messages.as_mut_ptr(), count, 0) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// `T` is one of the plain C structs above, without padding.
fn set<T>(socket: impl AsFd, option: c_int, value: &T) -> io::Result<()> {
    let fd = socket.as_fd().as_raw_fd();
    let value: *const T = value;
    // SAFETY: the kernel reads `length` bytes from an initialised value of that size, and keeps no pointer to it.
    let result =
        unsafe { libc::setsockopt(fd, libc::SOL_PACKET, option, value.cast(), length_of::<T>()) };
    check(result)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "structs of a few dozen bytes"
)]
fn length_of<T>() -> socklen_t {
    size_of::<T>() as socklen_t
}

fn check(result: c_int) -> io::Result<()> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
