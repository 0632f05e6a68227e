use std::ops::Range;

use crate::connection::{Connection, Heard};
use crate::error::{Error, Refusal};
use crate::flow::FlowMod;
use crate::message::{self, BUNDLE_ADD, BUNDLE_CONTROL};
use crate::question::Question;
use crate::text::Unspeakable;

/// In the order in which they stand, and between two frames.
const FLAGS: u16 = 0b11;
const OPEN: u16 = 0;
const CLOSE: u16 = 2;
const COMMIT: u16 = 4;
const DISCARD: u16 = 6;
/// So much is made before it is sent.
const CHUNK: usize = 1 << 16;

/// Changes that the switch has, and of which it has made none yet (section 7.3.9).
#[derive(Debug)]
pub struct Bundle {
    id: u32,
    /// The numbers of the messages that brought it.
    xids: Range<u32>,
}

impl Connection {
    /// Brings changes, as a bundle that can be committed. They are made as they are sent, and not waited for one by
    /// one; but a switch that refused one of them would commit the others, so it is asked to close the bundle, and
    /// has said of each whether it took it when it answers that.
    ///
    /// # Errors
    ///
    /// One of them is refused, or there are no bytes for it. Then the switch is told to forget them all.
    pub fn bring(
        &mut self,
        changes: impl ExactSizeIterator<Item = Result<FlowMod, Unspeakable>> + Send,
    ) -> Result<Bundle, Error> {
        let how_many = changes.len();
        let length = u32::try_from(how_many).unwrap_or(u32::MAX - 2);
        let xids = self.xids(length + 2);
        let Range { start: first, end } = xids;
        let (id, last) = (first, end - 1);
        let mut refused = None;
        self.converse::<Error>(
            |out| {
                let mut bytes = Vec::with_capacity(2 * CHUNK);
                control(&mut bytes, id, OPEN, first);
                let mut flow = Vec::new();
                for (xid, change) in (first + 1..last).zip(changes) {
                    flow.clear();
                    change?.write(&mut flow, xid)?;
                    let whole = message::write(&mut bytes, BUNDLE_ADD, xid, |bytes| {
                        bytes.extend(id.to_be_bytes());
                        bytes.extend([0, 0]);
                        bytes.extend(FLAGS.to_be_bytes());
                        bytes.extend(&flow);
                    });
                    if !whole {
                        return Err(
                            Unspeakable::new("a change that is longer than a message").into()
                        );
                    }
                    if bytes.len() >= CHUNK {
                        out.send(&bytes)?;
                        bytes.clear();
                    }
                }
                control(&mut bytes, id, CLOSE, last);
                out.send(&bytes)
            },
            |heard| match heard {
                Heard::Answer(message) => {
                    let is_last = message.xid == last && message.kind == BUNDLE_CONTROL;
                    Ok(is_last)
                }
                Heard::Refusal(xid, refusal) if (first..end).contains(&xid) => {
                    let what = || format!("{} of {how_many} changes", place(xid - first, length));
                    refused.get_or_insert_with(|| (what(), refusal));
                    Ok(xid == last)
                }
                Heard::Refusal(..) => Ok(false),
            },
        )?;
        let bundle = Bundle {
            id,
            xids: first..end,
        };
        match refused {
            None => Ok(bundle),
            Some((what, refusal)) => {
                self.forget(&bundle);
                Err(Error::Refused { what, refusal })
            }
        }
    }

    /// Makes the changes, all of them or none.
    ///
    /// # Errors
    ///
    /// They are not made; [`Error::Uncertain`] if the switch does not say that: they may be.
    pub fn commit(&mut self, bundle: &Bundle) -> Result<(), Error> {
        let commit = self.xid();
        let mut bytes = Vec::new();
        control(&mut bytes, bundle.id, COMMIT, commit);
        let mut refused = None;
        let said = self.converse::<Error>(
            |out| out.send(&bytes),
            |heard| match heard {
                Heard::Answer(message) => {
                    Ok(message.xid == commit && message.kind == BUNDLE_CONTROL)
                }
                Heard::Refusal(xid, refusal) if xid == commit || bundle.xids.contains(&xid) => {
                    // The one that says which change it was comes first.
                    refused.get_or_insert(refusal);
                    Ok(xid == commit)
                }
                Heard::Refusal(..) => Ok(false),
            },
        );
        // A refusal that came before is an answer all the same.
        if refused.is_none() {
            said.map_err(|error| Error::Uncertain(Box::new(error)))?;
        }
        match refused {
            None => Ok(()),
            Some(refusal) => Err(not_made(refusal)),
        }
    }

    /// Makes one change, of which nothing else hangs, and asks at once.
    ///
    /// # Errors
    ///
    /// It is refused, or a question is not answered.
    pub fn change_and_ask<E: From<Error>>(
        &mut self,
        change: Option<FlowMod>,
        questions: &[Question],
        take: impl FnMut(usize, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let changed = self.xid();
        let mut bytes = Vec::new();
        if let Some(change) = change {
            change.write(&mut bytes, changed).map_err(Error::from)?;
        }
        // Without a question nobody would know whether it was refused.
        let questions = match questions {
            [] => &[Question::Barrier],
            some => some,
        };
        let (more, mut asked) = self.asked(questions, take);
        bytes.extend(more);
        self.converse(
            |out| out.send(&bytes),
            |heard| match heard {
                Heard::Answer(message) => asked.hear(&message),
                Heard::Refusal(xid, refusal) if xid == changed => Err(not_made(refusal).into()),
                Heard::Refusal(xid, refusal) => asked.refused(xid, refusal),
            },
        )
    }

    /// Nobody waits for what it says to that: it forgets them in any case when it is hung up on.
    fn forget(&mut self, bundle: &Bundle) {
        let xid = self.xid();
        self.say_later(|bytes| control(bytes, bundle.id, DISCARD, xid));
    }
}

fn not_made(refusal: Refusal) -> Error {
    Error::Refused {
        what: "to change its flows".to_owned(),
        refusal,
    }
}

/// Which of the changes, among the messages of a bundle.
fn place(message: u32, changes: u32) -> String {
    match message {
        0 => "to begin".to_owned(),
        message if message > changes => "the end".to_owned(),
        message => format!("number {message}"),
    }
}

fn control(bytes: &mut Vec<u8>, bundle: u32, kind: u16, xid: u32) {
    message::write(bytes, BUNDLE_CONTROL, xid, |bytes| {
        bytes.extend(bundle.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(FLAGS.to_be_bytes());
    });
}
