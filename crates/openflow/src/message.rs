use crate::bytes::{Bytes, Malformed};

/// OpenFlow 1.4 on the wire.
pub(crate) const VERSION: u8 = 5;
/// Length of every message's header.
pub(crate) const HEADER: usize = 8;

pub(crate) const HELLO: u8 = 0;
pub(crate) const ERROR: u8 = 1;
pub(crate) const ECHO_REQUEST: u8 = 2;
pub(crate) const ECHO_REPLY: u8 = 3;
pub(crate) const GET_CONFIG: u8 = 7;
pub(crate) const CONFIG: u8 = 8;
pub(crate) const SET_CONFIG: u8 = 9;
pub(crate) const FLOW_MOD: u8 = 14;
pub(crate) const MULTIPART_REQUEST: u8 = 18;
pub(crate) const MULTIPART_REPLY: u8 = 19;
pub(crate) const BARRIER_REQUEST: u8 = 20;
pub(crate) const BARRIER_REPLY: u8 = 21;
pub(crate) const BUNDLE_CONTROL: u8 = 33;
pub(crate) const BUNDLE_ADD: u8 = 34;

const WHAT: &str = "a message";

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) version: u8,
    pub(crate) kind: u8,
    pub(crate) xid: u32,
    pub(crate) body: &'a [u8],
}

/// Length of the first message in some bytes, if it is there whole.
pub(crate) fn whole(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    if bytes.len() < HEADER {
        return Ok(None);
    }
    let mut header = Bytes::of(bytes, WHAT);
    header.skip(2)?;
    let length = usize::from(header.u16()?);
    if length < HEADER {
        return header.wrong();
    }
    Ok((length <= bytes.len()).then_some(length))
}

/// A message that is there whole.
pub(crate) fn read(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut left = Bytes::of(bytes, WHAT);
    let (version, kind) = (left.u8()?, left.u8()?);
    left.skip(2)?;
    Ok(Message {
        version,
        kind,
        xid: left.u32()?,
        body: left.rest(),
    })
}

/// Writes a message whose body a function writes; false, and nothing written, if it would be too long.
pub(crate) fn write(
    bytes: &mut Vec<u8>,
    kind: u8,
    xid: u32,
    body: impl FnOnce(&mut Vec<u8>),
) -> bool {
    let from = bytes.len();
    bytes.extend([VERSION, kind, 0, 0]);
    bytes.extend(xid.to_be_bytes());
    body(bytes);
    let Ok(length) = u16::try_from(bytes.len() - from) else {
        bytes.truncate(from);
        return false;
    };
    if let Some(field) = bytes.get_mut(from + 2..from + 4) {
        field.copy_from_slice(&length.to_be_bytes());
    }
    true
}

/// The first message of both sides: the versions that are spoken here.
pub(crate) fn hello(bytes: &mut Vec<u8>, xid: u32) {
    write(bytes, HELLO, xid, |bytes| {
        bytes.extend([0, 1, 0, 8]);
        bytes.extend((1_u32 << VERSION).to_be_bytes());
    });
}

/// Does a hello speak of our version? One that lists none speaks all up to its own (section 7.5.1).
pub(crate) fn speaks(message: &Message<'_>) -> Result<bool, Malformed> {
    let mut elements = Bytes::of(message.body, "a hello");
    while !elements.is_empty() {
        let (kind, length) = (elements.u16()?, usize::from(elements.u16()?));
        let Some(length) = length.checked_sub(4) else {
            return elements.wrong();
        };
        let mut content = Bytes::of(elements.take(length)?, "a hello");
        // The filling may be left out behind the last.
        let filling = (length + 4).next_multiple_of(8) - (length + 4);
        elements.skip(filling.min(elements.rest().len()))?;
        if kind == 1 {
            return Ok(content.u32()? & 1 << VERSION != 0);
        }
    }
    Ok(message.version >= VERSION)
}
