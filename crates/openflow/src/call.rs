use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr, connect, socket};

/// Between two calls of one who has no room for more.
const PAUSE: Duration = Duration::from_millis(10);

/// Calls whoever listens at a socket. One that hangs takes no call when as many wait as it has room for: after so long
/// it is given up, and nothing of the call is left.
///
/// # Errors
///
/// Nobody is there; [`io::ErrorKind::TimedOut`] if nobody takes the call.
pub fn call(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let end = Instant::now() + patience;
    let place = Place::of(path)?;
    loop {
        // The kernel says at once that there is no room (EAGAIN, unix(7)), and nothing that could be waited for says
        // when there is.
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let caller = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
        match connect(caller.as_raw_fd(), &place.address()?) {
            Ok(()) => {
                let stream = UnixStream::from(caller);
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(Errno::EAGAIN) if Instant::now() >= end => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(Errno::EAGAIN) => thread::sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Where a socket is. An address has room for 107 bytes; a longer path goes by its directory.
struct Place {
    path: PathBuf,
    /// Keeps it open as long as the path is used.
    _directory: Option<File>,
}

impl Place {
    fn of(path: &Path) -> io::Result<Place> {
        if UnixAddr::new(path).is_ok() {
            return Ok(Place {
                path: path.to_owned(),
                _directory: None,
            });
        }
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let directory = File::open(directory)?;
        Ok(Place {
            path: Path::new("/proc/self/fd")
                .join(directory.as_raw_fd().to_string())
                .join(name),
            _directory: Some(directory),
        })
    }

    fn address(&self) -> nix::Result<UnixAddr> {
        UnixAddr::new(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// A directory of its own, with a name of this length.
    fn place(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("vg-call-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&place).unwrap();
        place
    }

    #[test]
    fn a_path_may_be_longer_than_an_address() {
        let (top, name) = (place("long"), "x".repeat(120));
        let directory = top.join(&name);
        std::fs::create_dir_all(&directory).unwrap();
        // Bound where it is short, reached where it is long.
        let short = top.join("s");
        let _listener = UnixListener::bind(&short).unwrap();
        std::fs::rename(&short, directory.join("socket")).unwrap();
        call(&directory.join("socket"), Duration::from_secs(1)).unwrap();
        std::fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn nothing_is_left_of_calls_that_nobody_takes() {
        let top = place("full");
        let _listener = UnixListener::bind(top.join("socket")).unwrap();
        let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let mut waiting = Vec::new();
        let full = loop {
            match call(&top.join("socket"), Duration::ZERO) {
                Ok(stream) => waiting.push(stream),
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), ErrorKind::TimedOut);
        let before = open();
        for _ in 0..50 {
            call(&top.join("socket"), Duration::ZERO).unwrap_err();
        }
        assert!(open() <= before + 5, "{} after {before}", open());
        std::fs::remove_dir_all(top).unwrap();
    }
}
