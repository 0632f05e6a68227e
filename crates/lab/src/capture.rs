use std::io::{self, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, LinkAddr, MsgFlags, RecvMsg, recvmsg};

use crate::capture_options::CaptureOptions;
use crate::captured::{Aux, Captured};
use crate::error::Result;
use crate::netns::Netns;
use crate::sys::packet;
use crate::vnet::VnetHeader;
use crate::wait::readable;

/// `PACKET_OUTGOING`.
const OUTGOING: u8 = 4;

/// An observer: the frames that a device sends and receives, tags and all.
///
/// It listens from the moment it is made, in a queue of its own. Beware where it listens: on a guarded
/// device it sees frames *before* the guard (taps of the stack come before tc and netdev ingress), so what
/// passed is observed on another port of the bridge, in the receiver's namespace, or with [`crate::Delivered`].
#[derive(Debug)]
pub struct Capture {
    socket: OwnedFd,
    netns: Netns,
    /// For messages: the device, or "every device".
    place: String,
    room: Vec<u8>,
    vnet_header: bool,
}

impl Capture {
    /// Listens on a device in both directions.
    pub fn on(netns: &Netns, device: &str) -> Result<Self> {
        Self::with(netns, device, CaptureOptions::default())
    }

    /// Listens to what a device receives.
    pub fn incoming(netns: &Netns, device: &str) -> Result<Self> {
        Self::with(
            netns,
            device,
            CaptureOptions {
                incoming_only: true,
                ..CaptureOptions::default()
            },
        )
    }

    /// Listens on a device.
    pub fn with(netns: &Netns, device: &str, options: CaptureOptions) -> Result<Self> {
        Self::open(netns, netns.link(device)?.index(), device, options)
    }

    /// Listens on every device of the namespace at once, those to come included.
    pub fn anywhere(netns: &Netns, options: CaptureOptions) -> Result<Self> {
        Self::open(netns, 0, "every device", options)
    }

    fn open(netns: &Netns, index: u32, place: &str, options: CaptureOptions) -> Result<Self> {
        let opened = netns.run(|| options.open(index))?;
        let socket = opened.map_err(|e| netns.fail(format!("open a capture on {place}"), e))?;
        let vnet_header = options.vnet_header;
        let before = if vnet_header { VnetHeader::LEN } else { 0 };
        Ok(Self {
            socket,
            netns: netns.clone(),
            place: place.to_owned(),
            room: vec![0; options.snaplen + before],
            vnet_header,
        })
    }

    /// Takes the next frame; `None` if there is none in time.
    pub fn recv(&mut self, timeout: Duration) -> Result<Option<Captured>> {
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(frame) = self.try_recv().map_err(|e| self.fail(e))? {
                return Ok(Some(frame));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !readable(&[self.socket.as_fd()], left).map_err(|e| self.fail(e))? {
                return Ok(None);
            }
        }
    }

    /// Everything that has arrived.
    pub fn drain(&mut self) -> Result<Vec<Captured>> {
        let mut frames = Vec::new();
        while let Some(frame) = self.recv(Duration::ZERO)? {
            frames.push(frame);
        }
        Ok(frames)
    }

    /// Collects frames until one is the last (a marker sent after the rest, say), which is not among them.
    ///
    /// `None` if the last does not come within the time.
    pub fn until(
        &mut self,
        timeout: Duration,
        mut is_last: impl FnMut(&Captured) -> bool,
    ) -> Result<Option<Vec<Captured>>> {
        let deadline = Instant::now() + timeout;
        let mut frames = Vec::new();
        while let Some(frame) = self.recv(deadline.saturating_duration_since(Instant::now()))? {
            if is_last(&frame) {
                return Ok(Some(frames));
            }
            frames.push(frame);
        }
        Ok(None)
    }

    /// Frames that the queue had no room for, since the last call. An observer that lost some saw nothing for certain.
    pub fn lost(&self) -> Result<u32> {
        packet::lost(self.socket.as_fd()).map_err(|e| self.fail(e))
    }

    fn try_recv(&mut self) -> io::Result<Option<Captured>> {
        let mut aside = nix::cmsg_space!([u8; Aux::LEN]);
        let mut parts = [IoSliceMut::new(&mut self.room)];
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_TRUNC;
        let fd = self.socket.as_raw_fd();
        let (length, aux, outgoing) =
            match recvmsg::<LinkAddr>(fd, &mut parts, Some(&mut aside), flags) {
                // The device went down or away; what it had delivered before is still in the queue.
                Err(Errno::EAGAIN | Errno::EINTR | Errno::ENETDOWN) => return Ok(None),
                Err(errno) => return Err(errno.into()),
                Ok(message) => (message.bytes, aux(&message), is_outgoing(&message)),
            };
        let bytes = self.room.get(..length).unwrap_or(&self.room);
        let (vnet, frame) = if self.vnet_header {
            VnetHeader::split(bytes)
        } else {
            (VnetHeader::default(), bytes)
        };
        let length = length - (bytes.len() - frame.len());
        Ok(Some(Captured::new(frame, length, aux, vnet, outgoing)))
    }

    fn fail(&self, source: io::Error) -> crate::Error {
        self.netns
            .fail(format!("capture on {}", self.place), source)
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn aux(message: &RecvMsg<'_, '_, LinkAddr>) -> Aux {
    let known = |item| {
        let ControlMessageOwned::Unknown(other) = item else {
            return None;
        };
        Aux::from_bytes(&other.data_bytes)
    };
    message
        .cmsgs()
        .ok()
        .and_then(|mut items| items.find_map(known))
        .unwrap_or_default()
}

fn is_outgoing(message: &RecvMsg<'_, '_, LinkAddr>) -> bool {
    message
        .address
        .is_some_and(|from| from.pkttype() == OUTGOING)
}
