use std::io;
use std::os::fd::{AsFd, AsRawFd};

use nix::libc::{self, c_int, c_ulong};

/// `struct ifreq` with the flags arm of its union, whole, so that no byte of it is uninitialised.
#[repr(C)]
struct TapRequest {
    name: [u8; libc::IFNAMSIZ],
    flags: u16,
    rest_of_union: [u8; 22],
}

const TAP: u16 = 0x0002;
const NO_PI: u16 = 0x1000;
const VNET_HEADER: u16 = 0x4000;

const CHECKSUM: c_ulong = 0x01;
const TSO4: c_ulong = 0x02;
const TSO6: c_ulong = 0x04;

nix::ioctl_write_ptr!(tun_set_iff, b'T', 202, c_int);
nix::ioctl_write_int!(tun_set_offload, b'T', 208);

/// Turns an open /dev/net/tun into the tap of this name, in the namespace that the file was opened in.
pub(crate) fn make_tap(tun: impl AsFd, name: &str, vnet_header: bool) -> io::Result<()> {
    let mut request = TapRequest {
        name: [0; libc::IFNAMSIZ],
        flags: TAP | NO_PI,
        rest_of_union: [0; 22],
    };
    if vnet_header {
        request.flags |= VNET_HEADER;
    }
    // The last byte stays 0: a name is at most 15 bytes.
    let room = request
        .name
        .get_mut(..name.len())
        .filter(|room| room.len() < libc::IFNAMSIZ);
    room.ok_or(io::ErrorKind::InvalidInput)?
        .copy_from_slice(name.as_bytes());
    // SAFETY: TUNSETIFF reads and writes one ifreq (40 bytes), which the struct is, through a pointer made
    // from a mutable borrow.
    unsafe {
        tun_set_iff(
            tun.as_fd().as_raw_fd(),
            (&raw mut request).cast_const().cast(),
        )?
    };
    Ok(())
}

/// Says that the reader takes whole segments and unfinished checksums, as a virtio guest does.
pub(crate) fn accept_segments(tun: impl AsFd) -> io::Result<()> {
    // SAFETY: TUNSETOFFLOAD takes its argument by value.
    unsafe { tun_set_offload(tun.as_fd().as_raw_fd(), CHECKSUM | TSO4 | TSO6)? };
    Ok(())
}

const _: () = assert!(size_of::<TapRequest>() == size_of::<libc::ifreq>());
