//! Dumps of routing netlink, read attribute by attribute.
//!
//! Only the few attributes that matter are looked at, and what cannot be read is passed over: an
//! interface of a kind that the kernel learned yesterday must not keep a host from being guarded.

use std::io;

use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkBuffer, NlasIterator,
};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

const ERROR: u16 = 2;
const DONE: u16 = 3;
/// `struct nlmsghdr`.
const HEADER: usize = 16;
/// How often a dump is begun again because the table changed under it.
const TRIES: usize = 20;

/// Asks for a whole table in the network namespace of the calling thread, and shows the body of each
/// of its entries to `each`.
pub(crate) fn dump<T>(
    kind: u16,
    body: &[u8],
    mut each: impl FnMut(&[u8]) -> Vec<T>,
) -> io::Result<Vec<T>> {
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.bind_auto()?;
    socket.connect(&SocketAddr::new(0, 0))?;
    for sequence in 1..=TRIES {
        let sequence = u32::try_from(sequence).unwrap_or(u32::MAX);
        socket.send(&request(kind, sequence, body), 0)?;
        let (found, interrupted) = receive(&mut socket, sequence, &mut each)?;
        if !interrupted {
            return Ok(found);
        }
    }
    Err(io::Error::other(
        "the table changed during every attempt to read it",
    ))
}

fn request(kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = HEADER + body.len();
    let mut message = vec![0; HEADER];
    message.extend_from_slice(body);
    let mut header = NetlinkBuffer::new(&mut message);
    header.set_length(u32::try_from(length).unwrap_or(u32::MAX));
    header.set_message_type(kind);
    header.set_flags(NLM_F_REQUEST | NLM_F_DUMP);
    header.set_sequence_number(sequence);
    message
}

fn receive<T>(
    socket: &mut Socket,
    sequence: u32,
    each: &mut impl FnMut(&[u8]) -> Vec<T>,
) -> io::Result<(Vec<T>, bool)> {
    let (mut found, mut interrupted) = (Vec::new(), false);
    loop {
        let (bytes, _) = socket.recv_from_full()?;
        let mut rest = bytes.as_slice();
        while let Ok(message) = NetlinkBuffer::new_checked(rest) {
            let length = usize::try_from(message.length()).unwrap_or(usize::MAX);
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            if message.sequence_number() != sequence {
                continue;
            }
            interrupted |= message.flags() & NLM_F_DUMP_INTR != 0;
            match message.message_type() {
                DONE => return Ok((found, interrupted)),
                ERROR => return Err(refusal(message.payload())),
                _ => found.extend(each(message.payload())),
            }
        }
    }
}

fn refusal(payload: &[u8]) -> io::Error {
    let code = payload
        .first_chunk()
        .map_or(0, |code| i32::from_ne_bytes(*code));
    io::Error::from_raw_os_error(-code)
}

/// The attributes behind a body's fixed part.
pub(crate) fn attributes(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    NlasIterator::new(bytes)
        .map_while(Result::ok)
        .map(|attribute| {
            let (kind, length) = (attribute.kind(), usize::from(attribute.length()));
            (
                kind,
                attribute.into_inner().get(4..length).unwrap_or_default(),
            )
        })
}
