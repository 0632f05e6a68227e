use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// A connection that must be over by a time. A server that sends a byte now and then does not prolong it.
pub(crate) struct Timed<S> {
    socket: S,
    until: Instant,
}

/// A socket that can be told how long to wait.
pub(crate) trait Patience: Read + Write {
    /// Neither reading nor writing waits longer.
    fn wait_at_most(&self, time: Duration) -> io::Result<()>;
}

impl Patience for TcpStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Patience for UnixStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl<S: Patience> Timed<S> {
    pub(crate) fn new(socket: S, until: Instant) -> Timed<S> {
        Timed { socket, until }
    }

    fn arm(&self) -> io::Result<()> {
        self.socket.wait_at_most(left(self.until)?)
    }
}

/// What is left of the time; an error if nothing is.
pub(crate) fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    Ok(left)
}

/// Did the time run out? The kernel says EAGAIN.
pub(crate) fn ran_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

impl<S: Patience> Read for Timed<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.arm()?;
        self.socket.read(buffer)
    }
}

impl<S: Patience> Write for Timed<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.arm()?;
        self.socket.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
