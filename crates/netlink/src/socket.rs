use std::os::fd::AsRawFd;

use netlink_sys::protocols::NETLINK_NETFILTER;
use netlink_sys::{Socket as Inner, SocketAddr};
use nix::errno::Errno;
use nix::sys::socket::sockopt::{RcvBufForce, ReceiveTimeout, SndBufForce};
use nix::sys::socket::{MsgFlags, recv, setsockopt};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::Error;
use crate::attr::{Attrs, text};

/// A whole policy goes to the kernel as one datagram; the usual limit is some 200 KiB.
const SEND_BUFFER: usize = 256 << 20;
const ANSWER_BUFFER: usize = 64 << 20;
/// A dump arrives in pieces of at most 32 KiB.
const RECEIVE_BUFFER: usize = 128 << 10;
const PATIENCE_SECONDS: i64 = 10;

const ERROR: u16 = 2;
const DONE: u16 = 3;
const DUMP_INTERRUPTED: u16 = 0x10;
const ACK_CAPPED: u16 = 0x100;
const ACK_HAS_ATTRIBUTES: u16 = 0x200;
const EXTACK_MESSAGE: u16 = 1;

/// One conversation with nf_tables in the network namespace of the thread that opened it.
#[derive(Debug)]
pub(crate) struct Socket {
    inner: Inner,
    buffer: Vec<u8>,
    seq: u32,
}

/// One message of an answer.
pub(crate) struct Answer<'a> {
    seq: u32,
    pub(crate) attrs: Attrs<'a>,
    outcome: Outcome,
    interrupted: bool,
}

/// What a message says about the request that it answers.
enum Outcome {
    Data,
    End,
    Failed(Errno, Option<String>),
}

impl Socket {
    pub(crate) fn open() -> Result<Socket, Error> {
        let mut inner =
            Inner::new(NETLINK_NETFILTER).map_err(|error| Error::Open(errno(&error)))?;
        inner
            .bind_auto()
            .map_err(|error| Error::Open(errno(&error)))?;
        inner
            .set_ext_ack(true)
            .map_err(|error| Error::Open(errno(&error)))?;
        // Without CAP_NET_ADMIN this fails, and so will all that follows, with a better word.
        let _ = setsockopt(&inner, SndBufForce, &SEND_BUFFER);
        // A transaction in which everything fails is answered once for every message.
        let _ = setsockopt(&inner, RcvBufForce, &ANSWER_BUFFER);
        setsockopt(&inner, ReceiveTimeout, &TimeVal::seconds(PATIENCE_SECONDS))
            .map_err(Error::Open)?;
        Ok(Socket {
            inner,
            buffer: vec![0; RECEIVE_BUFFER],
            seq: 1,
        })
    }

    /// Sequence numbers for `count` messages; the first of them.
    pub(crate) fn take_seqs(&mut self, count: u32) -> u32 {
        let first = self.seq;
        self.seq = self.seq.wrapping_add(count.max(1));
        first
    }

    pub(crate) fn send(&self, bytes: &[u8]) -> Result<(), Error> {
        self.inner
            .send_to(bytes, &SocketAddr::new(0, 0), 0)
            .map_err(|error| {
                let errno = errno(&error);
                if matches!(errno, Errno::EMSGSIZE | Errno::ENOBUFS) {
                    return Error::TooLarge(bytes.len());
                }
                Error::Send(errno)
            })?;
        Ok(())
    }

    /// Reads answers to the requests from `first` on until the one numbered `last` has ended, and
    /// shows each datum to `each`. The first failure is the result.
    ///
    /// Returns whether the answer is one consistent state (`NLM_F_DUMP_INTR`).
    pub(crate) fn receive(
        &mut self,
        first: u32,
        last: u32,
        mut each: impl FnMut(&Answer<'_>) -> Result<(), Error>,
    ) -> Result<bool, (u32, Error)> {
        let mut failure: Option<(u32, Error)> = None;
        let mut consistent = true;
        loop {
            let len = self.receive_some().map_err(|error| (last, error))?;
            let mut rest = &self.buffer[..len];
            while let Some(answer) = take_answer(&mut rest) {
                // An answer to an earlier request that was given up.
                if answer.seq.wrapping_sub(first) > last.wrapping_sub(first) {
                    continue;
                }
                consistent &= !answer.interrupted;
                match &answer.outcome {
                    Outcome::Data => each(&answer).map_err(|error| (answer.seq, error))?,
                    Outcome::End if answer.seq == last => {
                        return failure.map_or(Ok(consistent), Err);
                    }
                    Outcome::End => {}
                    Outcome::Failed(errno, detail) => {
                        let refused = Error::Refused {
                            object: String::new(),
                            errno: *errno,
                            detail: detail.clone(),
                        };
                        failure.get_or_insert((answer.seq, refused));
                        // A refused END, BEGIN or question is the last word.
                        if answer.seq == last || answer.seq == first {
                            return failure.map_or(Ok(consistent), Err);
                        }
                    }
                }
            }
        }
    }

    fn receive_some(&mut self) -> Result<usize, Error> {
        loop {
            match recv(self.inner.as_raw_fd(), &mut self.buffer, MsgFlags::empty()) {
                Ok(len) => return Ok(len),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Err(Error::Silent),
                Err(errno) => return Err(Error::Receive(errno)),
            }
        }
    }
}

fn take_answer<'a>(rest: &mut &'a [u8]) -> Option<Answer<'a>> {
    let header = rest.first_chunk::<16>()?;
    let [l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, ..] = *header;
    let len = usize::try_from(u32::from_ne_bytes([l0, l1, l2, l3])).ok()?;
    let kind = u16::from_ne_bytes([k0, k1]);
    let flags = u16::from_ne_bytes([f0, f1]);
    let body = rest.get(16..len)?;
    *rest = rest.get(len.next_multiple_of(4)..).unwrap_or(&[]);
    let outcome = match kind {
        ERROR => outcome_of_error(body, flags),
        DONE => outcome_of_done(body),
        _ => Outcome::Data,
    };
    Some(Answer {
        seq: u32::from_ne_bytes([s0, s1, s2, s3]),
        attrs: Attrs(body.get(4..).unwrap_or(&[])),
        outcome,
        interrupted: flags & DUMP_INTERRUPTED != 0,
    })
}

/// `struct nlmsgerr`, then the request it answers (or only its header), then the kernel's words.
fn outcome_of_error(body: &[u8], flags: u16) -> Outcome {
    let Some(code) = body
        .first_chunk::<4>()
        .map(|bytes| i32::from_ne_bytes(*bytes))
    else {
        return Outcome::Failed(Errno::EBADMSG, None);
    };
    if code == 0 {
        return Outcome::End;
    }
    let request_len = body
        .get(4..8)
        .and_then(|len| len.try_into().ok())
        .map(u32::from_ne_bytes);
    let attrs_at = match request_len.and_then(|len| usize::try_from(len).ok()) {
        Some(len) if flags & ACK_CAPPED == 0 => 4 + len.next_multiple_of(4),
        _ => 20,
    };
    let detail = (flags & ACK_HAS_ATTRIBUTES != 0)
        .then(|| Attrs(body.get(attrs_at..).unwrap_or(&[])).find(EXTACK_MESSAGE))
        .flatten()
        .map(text);
    Outcome::Failed(Errno::from_raw(-code), detail)
}

fn outcome_of_done(body: &[u8]) -> Outcome {
    match body
        .first_chunk::<4>()
        .map(|bytes| i32::from_ne_bytes(*bytes))
    {
        Some(code) if code < 0 => Outcome::Failed(Errno::from_raw(-code), None),
        _ => Outcome::End,
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or_default())
}
