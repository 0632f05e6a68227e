//! Taps as hypervisors use them: whoever holds the file is the guest's end.
//!
//! A tap goes with the last file that is attached to it, unless it was made to persist.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::OpenOptionsExt;

use libc::c_ulong;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};

/// The device that taps are made from.
pub const TUN: &str = "/dev/net/tun";

// linux/if_tun.h
const TAP: u16 = 0x0002;
const MULTI_QUEUE: u16 = 0x0100;
const NO_PI: u16 = 0x1000;
const VNET_HEADER: u16 = 0x4000;
/// It must not exist.
const EXCLUSIVE: u16 = 0x8000;

mod ioctl {
    nix::ioctl_write_ptr!(tun_set_iff, b'T', 202, libc::c_int);
    nix::ioctl_write_int!(tun_set_persist, b'T', 203);
    nix::ioctl_write_int!(tun_set_owner, b'T', 204);
}

/// `struct ifreq` with the flags arm of its union, whole, so that no byte of it is uninitialised.
#[repr(C)]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    flags: u16,
    rest_of_union: [u8; 22],
}

const _: () = assert!(size_of::<Request>() == size_of::<libc::ifreq>());

/// How a tap is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// As many files are attached to it; more than one is only for programs that know of it.
    pub queues: usize,
    /// Its files may be several at all, even if it has one now. Whoever attaches must say the same.
    pub multi_queue: bool,
    /// Frames carry a virtio header, as most hypervisors want it.
    pub vnet_header: bool,
    /// The user who may attach to it by its name. A tap without one is open to whoever can open [`TUN`], which
    /// is everybody on most hosts.
    pub owner: u32,
}

/// Makes a tap of this name in the network namespace of the calling thread, down, and gives its files. They
/// are closed when another program takes this process's place, unless [`inherit`] says otherwise.
///
/// # Errors
///
/// The kernel's; an interface of this name is `EBUSY` (or `EINVAL`, if it is none of this kind).
pub fn make(name: &str, options: Options) -> io::Result<Vec<File>> {
    let mut flags = TAP | NO_PI;
    if options.vnet_header {
        flags |= VNET_HEADER;
    }
    if options.multi_queue || options.queues > 1 {
        flags |= MULTI_QUEUE;
    }
    let first = attach(name, flags | EXCLUSIVE)?;
    #[expect(unsafe_code, reason = "no library wraps TUNSETOWNER")]
    // SAFETY: TUNSETOWNER takes its argument by value.
    unsafe {
        ioctl::tun_set_owner(first.as_raw_fd(), options.owner.into())?
    };
    let more = (1..options.queues).map(|_| attach(name, flags));
    [Ok(first)].into_iter().chain(more).collect()
}

fn attach(name: &str, flags: u16) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_CLOEXEC)
        .open(TUN)?;
    let mut request = Request {
        name: [0; libc::IFNAMSIZ],
        flags,
        rest_of_union: [0; 22],
    };
    // The last byte stays 0: a name is at most 15 bytes. An empty one would make the kernel choose.
    let room = request
        .name
        .get_mut(..name.len())
        .filter(|room| !room.is_empty() && room.len() < libc::IFNAMSIZ);
    room.ok_or(io::ErrorKind::InvalidInput)?
        .copy_from_slice(name.as_bytes());
    #[expect(unsafe_code, reason = "no library wraps TUNSETIFF")]
    // SAFETY: TUNSETIFF reads and writes one ifreq (40 bytes), which the struct is, through a pointer made
    // from a mutable borrow.
    unsafe {
        ioctl::tun_set_iff(
            file.as_fd().as_raw_fd(),
            (&raw mut request).cast_const().cast(),
        )?
    };
    Ok(file)
}

/// Makes the tap of this file stay when its last file is closed, so that another program can attach to it by
/// its name.
///
/// # Errors
///
/// The kernel's.
pub fn persist(file: &File) -> io::Result<()> {
    let yes: c_ulong = 1;
    #[expect(unsafe_code, reason = "no library wraps TUNSETPERSIST")]
    // SAFETY: TUNSETPERSIST takes its argument by value.
    unsafe {
        ioctl::tun_set_persist(file.as_raw_fd(), yes)?
    };
    Ok(())
}

/// Leaves the file open when another program takes this process's place.
///
/// # Errors
///
/// The kernel's.
pub fn inherit(file: &File) -> io::Result<()> {
    fcntl(file, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(())
}
