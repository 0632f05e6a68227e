use crate::bytes::{Bytes, Malformed, pad};
use crate::message::{self, FLOW_MOD};
use crate::text::Unspeakable;

/// A match whose fields are OXM.
const OXM: u16 = 1;
/// Length of a match's header.
const MATCH: usize = 4;
/// Any port, any group, no buffer.
pub(crate) const ANY: u32 = u32::MAX;

/// A flow as a switch tells of it, with its statistics (section 7.3.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowStats<'a> {
    /// The table.
    pub table: u8,
    /// Of the flows that match a frame, the one with the highest is used.
    pub priority: u16,
    /// Whose it is.
    pub cookie: u64,
    /// Frames that it matched.
    pub packets: u64,
    /// It stays until somebody takes it away, and nobody is told then.
    pub is_plain: bool,
    /// The fields of its match.
    pub matches: &'a [u8],
    /// What is done with a frame.
    pub instructions: &'a [u8],
}

/// The flows of one part of an answer.
///
/// # Errors
///
/// Bytes that are none; behind the first such there are no more.
pub fn flows(part: &[u8]) -> impl Iterator<Item = Result<FlowStats<'_>, Malformed>> {
    let mut left = Bytes::of(part, WHAT);
    std::iter::from_fn(move || {
        let more = !left.is_empty();
        more.then(|| {
            let read = read(&mut left);
            if read.is_err() {
                left = Bytes::of(&[], WHAT);
            }
            read
        })
    })
}

const WHAT: &str = "a flow";

fn read<'a>(left: &mut Bytes<'a>) -> Result<FlowStats<'a>, Malformed> {
    let Some(length) = usize::from(left.u16()?).checked_sub(2) else {
        return left.wrong();
    };
    let mut flow = Bytes::of(left.take(length)?, WHAT);
    let table = flow.u8()?;
    // A filling, and for how long it has been there.
    flow.skip(9)?;
    let priority = flow.u16()?;
    // Time-outs, flags and importance.
    let is_plain = flow.take(8)? == [0; 8];
    flow.skip(2)?;
    let (cookie, packets) = (flow.u64()?, flow.u64()?);
    flow.skip(8)?;
    let matches = read_match(&mut flow)?;
    Ok(FlowStats {
        table,
        priority,
        cookie,
        packets,
        is_plain,
        matches,
        instructions: flow.rest(),
    })
}

fn read_match<'a>(left: &mut Bytes<'a>) -> Result<&'a [u8], Malformed> {
    let (kind, length) = (left.u16()?, usize::from(left.u16()?));
    match length.checked_sub(MATCH) {
        Some(fields) if kind == OXM => {
            let matches = left.take(fields)?;
            left.skip(length.next_multiple_of(8) - length)?;
            Ok(matches)
        }
        _ => left.wrong(),
    }
}

/// Writes a match.
pub(crate) fn write_match(bytes: &mut Vec<u8>, fields: &[u8]) {
    let from = bytes.len();
    // One that is too long for this is too long for the message that it is in.
    let length = u16::try_from(fields.len() + MATCH).unwrap_or(u16::MAX);
    bytes.extend(OXM.to_be_bytes());
    bytes.extend(length.to_be_bytes());
    bytes.extend(fields);
    pad(bytes, from);
}

/// What is done to flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// One comes, in the place of one that is the same but for what it does.
    Add,
    /// The one that has this table, priority and match does something else.
    ModifyStrict,
    /// All that match go.
    Delete,
    /// The one that has this table, priority and match goes.
    DeleteStrict,
}

/// A change of a table (section 7.3.4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMod {
    /// What is done.
    pub command: Command,
    /// Where.
    pub table: u8,
    /// Of which priority.
    pub priority: u16,
    /// The cookie of a new flow, or those of the flows that are meant.
    pub cookie: u64,
    /// Which bits of the cookie the meant flows have.
    pub cookie_mask: u64,
    /// The fields of its match.
    pub matches: Vec<u8>,
    /// What is done with a frame.
    pub instructions: Vec<u8>,
}

impl FlowMod {
    /// Writes it as a message.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>, xid: u32) -> Result<(), Unspeakable> {
        let command = match self.command {
            Command::Add => 0,
            Command::ModifyStrict => 2,
            Command::Delete => 3,
            Command::DeleteStrict => 4,
        };
        let whole = message::write(bytes, FLOW_MOD, xid, |bytes| {
            bytes.extend(self.cookie.to_be_bytes());
            bytes.extend(self.cookie_mask.to_be_bytes());
            bytes.extend([self.table, command]);
            // No time-outs.
            bytes.extend([0; 4]);
            bytes.extend(self.priority.to_be_bytes());
            bytes.extend([ANY, ANY, ANY].map(u32::to_be_bytes).as_flattened());
            // No flags, no importance.
            bytes.extend([0; 4]);
            write_match(bytes, &self.matches);
            bytes.extend(&self.instructions);
        });
        match whole {
            true => Ok(()),
            false => Err(Unspeakable::new("a flow that is longer than a message")),
        }
    }
}
