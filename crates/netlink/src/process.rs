//! Processes as file descriptors: a number may be another process's by the time that it is used.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use nix::errno::Errno;

/// A descriptor of the process; it becomes readable when the process ends, and stays with it whatever
/// becomes of its number.
///
/// # Errors
///
/// There is no such process, or the kernel is older than 5.3.
pub fn pidfd(pid: i32) -> io::Result<OwnedFd> {
    #[expect(unsafe_code, reason = "no library of ours wraps pidfd_open(2)")]
    // SAFETY: the call takes two numbers and touches no memory of this process.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = i32::try_from(fd).unwrap_or(-1);
    if fd < 0 {
        return Err(Errno::last().into());
    }
    #[expect(unsafe_code, reason = "the kernel gave it as a number")]
    // SAFETY: the descriptor is new and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
