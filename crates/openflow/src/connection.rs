use std::collections::HashMap;
use std::io::{ErrorKind, Write};
use std::ops::Range;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::bytes::{Bytes, Malformed};
use crate::call::call;
use crate::error::{Error, Refusal};
use crate::inbox::{Deadline, Inbox, came_to_nothing};
use crate::message::{self, ECHO_REPLY, ECHO_REQUEST, ERROR, HELLO, MULTIPART_REPLY, Message};
use crate::question::Question;

/// `OFPET_HELLO_FAILED`.
const HELLO_FAILED: u16 = 0;
/// `OFPMPF_REPLY_MORE`.
const MORE: u16 = 1;

/// A conversation with one bridge. After an error it is over: what is still to come belongs to nobody.
#[derive(Debug)]
pub struct Connection {
    stream: UnixStream,
    inbox: Inbox,
    patience: Duration,
    next_xid: u32,
    /// What goes out before anything else.
    first: Vec<u8>,
    is_greeted: bool,
}

/// Something that was heard, and that has to do with what was asked.
pub(crate) enum Heard<'a> {
    /// An answer, or a part of one.
    Answer(Message<'a>),
    /// Why there is none.
    Refusal(u32, Refusal),
}

impl Connection {
    /// Calls a bridge by its socket. It is given so long for each answer, and for the call.
    ///
    /// # Errors
    ///
    /// Nobody is there.
    pub fn open(socket: &Path, patience: Duration) -> Result<Connection, Error> {
        let stream = call(socket, patience).map_err(|source| {
            if source.kind() == ErrorKind::TimedOut {
                return Error::Stuck { patience };
            }
            Error::Absent {
                socket: socket.to_owned(),
                source,
            }
        })?;
        let mut connection = Connection {
            stream,
            inbox: Inbox::new(),
            patience,
            next_xid: 1,
            first: Vec::new(),
            is_greeted: false,
        };
        // It goes out with the first question: one that speaks no common version answers neither.
        let xid = connection.xid();
        message::hello(&mut connection.first, xid);
        Ok(connection)
    }

    /// Asks all at once. Each answer is handed on in parts, as they come, with the place of its question.
    ///
    /// # Errors
    ///
    /// One of them is not answered, or the answer is not understood.
    pub fn ask<E: From<Error>>(
        &mut self,
        questions: &[Question],
        take: impl FnMut(usize, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if questions.is_empty() {
            return Ok(());
        }
        let (bytes, mut asked) = self.asked(questions, take);
        self.converse(
            |out| out.send(&bytes),
            |heard| match heard {
                Heard::Answer(message) => asked.hear(&message),
                Heard::Refusal(xid, refusal) => asked.refused(xid, refusal),
            },
        )
    }

    /// Questions as bytes, and who waits for their answers.
    pub(crate) fn asked<'q, F>(
        &mut self,
        questions: &'q [Question],
        take: F,
    ) -> (Vec<u8>, Asked<'q, F>) {
        let mut bytes = Vec::new();
        let mut open = HashMap::new();
        for (place, question) in questions.iter().enumerate() {
            let xid = self.xid();
            question.write(&mut bytes, xid);
            open.insert(xid, place);
        }
        let asked = Asked {
            questions,
            open,
            take,
        };
        (bytes, asked)
    }

    /// A number for a message.
    pub(crate) fn xid(&mut self) -> u32 {
        self.xids(1).start
    }

    /// Numbers for so many.
    pub(crate) fn xids(&mut self, many: u32) -> Range<u32> {
        // Zero is what a switch says of itself.
        let first = match self.next_xid.checked_add(many) {
            Some(_) => self.next_xid,
            None => 1,
        };
        self.next_xid = first.saturating_add(many);
        first..self.next_xid
    }

    /// Says it before whatever is said next.
    pub(crate) fn say_later(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.first);
    }

    /// Says something, and listens meanwhile, until what is heard is enough. Whoever only talks to one who waits to
    /// be heard waits for ever.
    pub(crate) fn converse<E: From<Error>>(
        &mut self,
        say: impl FnOnce(&mut Out<'_>) -> Result<(), Error> + Send,
        mut hear: impl FnMut(Heard<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let deadline = Deadline::after(self.patience);
        self.inbox.begin();
        let first = std::mem::take(&mut self.first);
        let Connection {
            stream,
            inbox,
            first: echoes,
            is_greeted,
            ..
        } = self;
        let stream = &*stream;
        thread::scope(|scope| {
            let mut out = Out { stream, deadline };
            let talker = scope.spawn(move || {
                let said = out.send(&first).and_then(|()| say(&mut out));
                // What cannot be said is not waited for.
                if said.is_err() {
                    out.hang_up();
                }
                said
            });
            let heard = listen(stream, inbox, deadline, echoes, is_greeted, &mut hear);
            if heard.is_err() {
                Out { stream, deadline }.hang_up();
            }
            let said = talker.join().unwrap_or(Err(Error::HungUp));
            match (said, heard) {
                (Err(error @ Error::Unspeakable(_)), _) => Err(error.into()),
                (_, Err(error)) => Err(error),
                (said, Ok(())) => said.map_err(E::from),
            }
        })
    }
}

/// Until what is heard is enough.
fn listen<E: From<Error>>(
    stream: &UnixStream,
    inbox: &mut Inbox,
    deadline: Deadline,
    echoes: &mut Vec<u8>,
    is_greeted: &mut bool,
    hear: &mut impl FnMut(Heard<'_>) -> Result<bool, E>,
) -> Result<(), E> {
    loop {
        deadline.left()?;
        let message = match inbox.next(stream, deadline) {
            // A bridge that is told to speak other versions only takes the call and hangs up.
            Err(Error::HungUp) if !*is_greeted => return Err(Error::OtherVersions.into()),
            other => other?,
        };
        let done = match message.kind {
            HELLO => {
                *is_greeted = message::speaks(&message).map_err(Error::from)?;
                if !*is_greeted {
                    return Err(Error::OtherVersions.into());
                }
                false
            }
            // Answered with what is said next: what is being said now may be in the middle of a message.
            ECHO_REQUEST => {
                message::write(echoes, ECHO_REPLY, message.xid, |bytes| {
                    bytes.extend(message.body);
                });
                false
            }
            ERROR => {
                let refusal = refusal(message.body).map_err(Error::from)?;
                if refusal.kind == HELLO_FAILED {
                    return Err(Error::OtherVersions.into());
                }
                hear(Heard::Refusal(message.xid, refusal))?
            }
            _ => hear(Heard::Answer(message))?,
        };
        if done {
            return Ok(());
        }
    }
}

fn refusal(body: &[u8]) -> Result<Refusal, Malformed> {
    let mut left = Bytes::of(body, "an error");
    Ok(Refusal {
        kind: left.u16()?,
        code: left.u16()?,
    })
}

/// Where things are said.
pub(crate) struct Out<'a> {
    stream: &'a UnixStream,
    deadline: Deadline,
}

impl Out<'_> {
    /// Says it to the end.
    pub(crate) fn send(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let left = self.deadline.left()?;
            let stream = &mut self.stream;
            stream
                .set_write_timeout(Some(left))
                .map_err(Error::Broken)?;
            match stream.write(bytes) {
                Ok(length) => bytes = bytes.get(length..).unwrap_or_default(),
                Err(error) => came_to_nothing(error, self.deadline)?,
            }
        }
        Ok(())
    }

    /// Whoever waits for the other side waits no longer.
    fn hang_up(&self) {
        // It may have been first.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Questions that were asked, and what their answers are handed to.
pub(crate) struct Asked<'q, F> {
    questions: &'q [Question],
    open: HashMap<u32, usize>,
    take: F,
}

impl<F> Asked<'_, F> {
    /// Takes an answer; true when it was the last.
    pub(crate) fn hear<E: From<Error>>(&mut self, message: &Message<'_>) -> Result<bool, E>
    where
        F: FnMut(usize, &[u8]) -> Result<(), E>,
    {
        let Some(place) = self.open.get(&message.xid).copied() else {
            // Events, which nobody asked for.
            return Ok(self.open.is_empty());
        };
        let expected = self.questions.get(place).map(|question| question.answer());
        let wrong = || E::from(Error::from(Malformed("an answer to something else")));
        let (Some((kind, multipart)), true) = (expected, message.version == message::VERSION)
        else {
            return Err(wrong());
        };
        let mut body = Bytes::of(message.body, "an answer");
        let mut more = false;
        if message.kind != kind {
            return Err(wrong());
        }
        if kind == MULTIPART_REPLY {
            let mut header = || Ok::<_, Malformed>((body.u16()?, body.u16()?, body.skip(4)?));
            let (kind, flags, ()) = header().map_err(Error::from)?;
            if Some(kind) != multipart {
                return Err(wrong());
            }
            more = flags & MORE != 0;
        }
        (self.take)(place, body.rest())?;
        if !more {
            self.open.remove(&message.xid);
        }
        Ok(self.open.is_empty())
    }

    /// One that is not answered is an error.
    pub(crate) fn refused<E: From<Error>>(&self, xid: u32, refusal: Refusal) -> Result<bool, E> {
        match self
            .open
            .get(&xid)
            .and_then(|place| self.questions.get(*place))
        {
            Some(question) => Err(Error::Refused {
                what: question.name().to_owned(),
                refusal,
            }
            .into()),
            None => Ok(self.open.is_empty()),
        }
    }
}
