use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::message::{self, Message};

/// Room for some of the longest messages.
const ROOM: usize = 1 << 18;
/// More than any switch's flows; whoever sends more sends without end.
const MOST: usize = 1 << 28;

/// When to give up, and after how long that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Instant,
    patience: Duration,
}

impl Deadline {
    pub(crate) fn after(patience: Duration) -> Deadline {
        Deadline {
            end: Instant::now() + patience,
            patience,
        }
    }

    /// What is left of it.
    pub(crate) fn left(&self) -> Result<Duration, Error> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.stuck());
        }
        Ok(left)
    }

    pub(crate) fn stuck(&self) -> Error {
        Error::Stuck {
            patience: self.patience,
        }
    }
}

/// What came and was not read yet.
#[derive(Debug)]
pub(crate) struct Inbox {
    room: Vec<u8>,
    from: usize,
    to: usize,
    taken: usize,
}

impl Inbox {
    pub(crate) fn new() -> Inbox {
        Inbox {
            room: vec![0; ROOM],
            from: 0,
            to: 0,
            taken: 0,
        }
    }

    /// Nothing of what came before counts against the most that is taken.
    pub(crate) fn begin(&mut self) {
        self.taken = 0;
    }

    /// The next message.
    pub(crate) fn next(
        &mut self,
        stream: &UnixStream,
        deadline: Deadline,
    ) -> Result<Message<'_>, Error> {
        loop {
            let came = self.room.get(self.from..self.to).unwrap_or_default();
            if let Some(length) = message::whole(came)? {
                let from = self.from;
                self.from += length;
                let whole = self.room.get(from..self.from).unwrap_or_default();
                return Ok(message::read(whole)?);
            }
            self.fill(stream, deadline)?;
        }
    }

    fn fill(&mut self, mut stream: &UnixStream, deadline: Deadline) -> Result<(), Error> {
        if self.taken > MOST {
            return Err(Error::TooMuch { bytes: MOST });
        }
        self.room.copy_within(self.from..self.to, 0);
        self.to -= self.from;
        self.from = 0;
        stream
            .set_read_timeout(Some(deadline.left()?))
            .map_err(Error::Broken)?;
        let room = self.room.get_mut(self.to..).unwrap_or_default();
        match stream.read(room) {
            Ok(0) => Err(Error::HungUp),
            Ok(length) => {
                self.to += length;
                self.taken += length;
                Ok(())
            }
            Err(error) => came_to_nothing(error, deadline),
        }
    }
}

/// A signal is no reason to give up.
pub(crate) fn came_to_nothing(error: io::Error, deadline: Deadline) -> Result<(), Error> {
    let is = |kinds: &[ErrorKind]| kinds.contains(&error.kind());
    if is(&[ErrorKind::Interrupted]) {
        Ok(())
    } else if is(&[ErrorKind::WouldBlock, ErrorKind::TimedOut]) {
        Err(deadline.stuck())
    } else if is(&[ErrorKind::ConnectionReset, ErrorKind::BrokenPipe]) {
        Err(Error::HungUp)
    } else {
        Err(Error::Broken(error))
    }
}
