//! The kernel's routing netlink, as far as a lab needs it.
//!
//! The only module that names the types of `netlink-packet-route`, whose API breaks often: everything
//! that leaves it is a type of this crate. Blocking, one socket for each namespace.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a lab looks at a few of the kernel's many attributes, and their enums are open"
)]

mod address;
mod link;
mod link_info;
mod neighbour;
mod refusal;
mod route;

use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage,
    NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

pub(crate) use link::{Change, End};
pub(crate) use refusal::Refusal;

pub(crate) type Answer<T> = Result<T, Refusal>;

/// How often a dump is begun again because the tables changed under it.
const DUMP_TRIES: u32 = 20;

pub(crate) struct Rtnl {
    socket: Socket,
    sequence: u32,
}

/// What came back to one request.
#[derive(Default)]
struct Replies {
    messages: Vec<RouteNetlinkMessage>,
    /// The kernel says that it does not hang together.
    interrupted: bool,
    done: bool,
}

impl Rtnl {
    /// Opens a socket in the namespace of the calling thread; it stays there for good.
    pub(crate) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        // The kernel then says in words what it did not like, and repeats only the header of the request.
        socket.set_ext_ack(true)?;
        socket.set_cap_ack(true)?;
        Ok(Self {
            socket,
            sequence: 0,
        })
    }

    /// A request that changes something, or asks for one object.
    fn request(
        &mut self,
        message: RouteNetlinkMessage,
        flags: u16,
    ) -> Answer<Vec<RouteNetlinkMessage>> {
        self.send(message, flags | NLM_F_ACK)?;
        self.receive().map(|replies| replies.messages)
    }

    /// A whole table.
    fn dump(&mut self, message: &RouteNetlinkMessage) -> Answer<Vec<RouteNetlinkMessage>> {
        for _ in 0..DUMP_TRIES {
            self.send(message.clone(), NLM_F_DUMP)?;
            let replies = self.receive()?;
            if !replies.interrupted {
                return Ok(replies.messages);
            }
        }
        Err(io::Error::other("the table changed during each of the attempts to read it").into())
    }

    fn send(&mut self, message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut header = NetlinkHeader::default();
        header.flags = flags | NLM_F_REQUEST;
        header.sequence_number = self.sequence;
        let mut packet = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(message));
        packet.finalize();
        let mut bytes = vec![0; packet.buffer_len()];
        packet.serialize(&mut bytes);
        self.socket.send(&bytes, 0).map(drop)
    }

    fn receive(&mut self) -> Answer<Replies> {
        let mut replies = Replies::default();
        while !replies.done {
            let (bytes, _) = self.socket.recv_from_full()?;
            self.take_all(&bytes, &mut replies)?;
        }
        Ok(replies)
    }

    /// One datagram holds many messages, each padded to four bytes.
    fn take_all(&self, mut bytes: &[u8], replies: &mut Replies) -> Answer<()> {
        while !bytes.is_empty() {
            let message = NetlinkMessage::deserialize(bytes)?;
            let length = (message.header.length as usize).next_multiple_of(4);
            bytes = bytes.get(length..).unwrap_or_default();
            // Left over from an exchange that a panic cut short.
            if message.header.sequence_number == self.sequence {
                take(message, replies)?;
            }
        }
        Ok(())
    }
}

fn take(message: NetlinkMessage<RouteNetlinkMessage>, replies: &mut Replies) -> Answer<()> {
    let (header, payload) = message.into_parts();
    replies.interrupted |= header.flags & NLM_F_DUMP_INTR != 0;
    if let NetlinkPayload::InnerMessage(inner) = payload {
        replies.messages.push(inner);
        return Ok(());
    }
    if let NetlinkPayload::Error(answer) = &payload
        && let Some(refusal) = Refusal::of(answer)
    {
        return Err(refusal);
    }
    if let NetlinkPayload::Done(end) = &payload
        && end.code != 0
    {
        return Err(io::Error::from_raw_os_error(end.code.abs()).into());
    }
    replies.done |= matches!(payload, NetlinkPayload::Error(_) | NetlinkPayload::Done(_));
    Ok(())
}
