use crate::bytes::{Bytes, Malformed, pad};
use crate::oxm::{self, Oxm};

const SET_FIELD: u16 = 25;
const EXPERIMENTER: u16 = 0xffff;
/// Open vSwitch's, as an experimenter.
const NICIRA: u32 = 0x2320;
const REG_LOAD: u16 = 7;
const NOTE: u16 = 8;
const RESUBMIT_TABLE: u16 = 14;
/// A resubmit leaves the port that the frame came in by as it is.
const IN_PORT: u16 = 0xfff8;
/// Bytes of a note that fit in with its header.
const SHORT: usize = 6;

const APPLY_ACTIONS: u16 = 4;
/// Length of an action's header.
const HEADER: usize = 4;

/// One thing that is done with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action<'a> {
    /// Writes a field.
    SetField(Oxm<'a>),
    /// Writes some bits of a field.
    Load {
        /// Class and number of the field, and its length: an OXM header.
        field: u32,
        /// The first bit.
        from: u16,
        /// How many.
        bits: u16,
        /// What is written.
        value: u64,
    },
    /// Goes on in a table.
    Resubmit(u8),
    /// Nothing; bytes for whoever reads the flow.
    Note(&'a [u8]),
    /// What is not known here, with its header.
    Other(&'a [u8]),
}

impl Action<'_> {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let from = bytes.len();
        match self {
            Action::Other(whole) => {
                bytes.extend(*whole);
                return;
            }
            Action::SetField(oxm) => {
                bytes.extend(SET_FIELD.to_be_bytes());
                bytes.extend([0, 0]);
                oxm.write(bytes);
            }
            Action::Load {
                field,
                from,
                bits,
                value,
            } => {
                experimenter(bytes, REG_LOAD);
                bytes.extend((from << 6 | bits.saturating_sub(1)).to_be_bytes());
                bytes.extend(field.to_be_bytes());
                bytes.extend(value.to_be_bytes());
            }
            Action::Resubmit(table) => {
                experimenter(bytes, RESUBMIT_TABLE);
                bytes.extend(IN_PORT.to_be_bytes());
                bytes.extend([*table, 0, 0, 0]);
            }
            Action::Note(note) => {
                experimenter(bytes, NOTE);
                bytes.extend(*note);
                bytes.resize(bytes.len().max(from + 10 + SHORT), 0);
            }
        }
        pad(bytes, from);
        measure(bytes, from);
    }
}

fn experimenter(bytes: &mut Vec<u8>, subtype: u16) {
    bytes.extend(EXPERIMENTER.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(NICIRA.to_be_bytes());
    bytes.extend(subtype.to_be_bytes());
}

/// Writes the length of what begins at a place into its header. What is too long for that is too long for the
/// message that it is in, which nobody sends then.
fn measure(bytes: &mut [u8], from: usize) {
    let length = u16::try_from(bytes.len() - from).unwrap_or(u16::MAX);
    if let Some(field) = bytes.get_mut(from + 2..from + 4) {
        field.copy_from_slice(&length.to_be_bytes());
    }
}

/// What is done with a frame, as the instructions of a flow; none if it is nothing.
pub(crate) fn write_all(bytes: &mut Vec<u8>, actions: &[Action<'_>]) {
    if actions.is_empty() {
        return;
    }
    let from = bytes.len();
    bytes.extend(APPLY_ACTIONS.to_be_bytes());
    bytes.extend([0; 6]);
    for action in actions {
        action.write(bytes);
    }
    measure(bytes, from);
}

/// What a flow does with a frame, by its instructions; nothing if these are not known here.
pub(crate) fn read_all(instructions: &[u8]) -> Result<Option<Vec<Action<'_>>>, Malformed> {
    let mut left = Bytes::of(instructions, "instructions");
    if left.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let (kind, length) = (left.u16()?, usize::from(left.u16()?));
    let is_all = length == instructions.len();
    if kind != APPLY_ACTIONS || !is_all {
        return Ok(None);
    }
    left.skip(4)?;
    let mut actions = Vec::new();
    while !left.is_empty() {
        actions.push(read(&mut left)?);
    }
    // None at all is said without an instruction.
    Ok((!actions.is_empty()).then_some(actions))
}

fn read<'a>(left: &mut Bytes<'a>) -> Result<Action<'a>, Malformed> {
    let mut header = *left;
    let (kind, length) = (header.u16()?, usize::from(header.u16()?));
    let whole = left.take(length)?;
    let Some(body) = whole.get(HEADER..) else {
        return left.wrong();
    };
    // One that is too short for what it says it is is not known either.
    let known = known(kind, Bytes::of(body, "an action"));
    Ok(known.ok().flatten().unwrap_or(Action::Other(whole)))
}

fn known<'a>(kind: u16, mut body: Bytes<'a>) -> Result<Option<Action<'a>>, Malformed> {
    if kind == SET_FIELD {
        let oxm = oxm::read(&mut body)?;
        let is_filling = body.rest().len() < 8 && body.rest().iter().all(|byte| *byte == 0);
        return Ok(is_filling.then_some(Action::SetField(oxm)));
    }
    if kind != EXPERIMENTER || body.u32()? != NICIRA {
        return Ok(None);
    }
    Ok(match body.u16()? {
        REG_LOAD => {
            let (place, field, value) = (body.u16()?, body.u32()?, body.u64()?);
            body.is_empty().then_some(Action::Load {
                field,
                from: place >> 6,
                bits: (place & 0x3f) + 1,
                value,
            })
        }
        RESUBMIT_TABLE => {
            let (port, table) = (body.u16()?, body.u8()?);
            let is_plain = port == IN_PORT && body.rest() == [0; 3];
            is_plain.then_some(Action::Resubmit(table))
        }
        NOTE => Some(Action::Note(body.rest())),
        _ => None,
    })
}
