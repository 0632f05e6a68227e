use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::libc;
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockType, sendmsg, setsockopt, socket,
    sockopt::SndBufForce,
};

use crate::error::Result;
use crate::link::Link;
use crate::netns::Netns;
use crate::sys::packet;
use crate::vnet::VnetHeader;

/// Frames given to the kernel in one call.
const BATCH: usize = 256;
/// Room for a batch, so that a sender is held up by the device and not by its own account.
const SEND_BUFFER: usize = 4 << 20;
/// Bound to no EtherType: a sender must not collect what it never reads.
const NOTHING: u16 = 0;

/// Sends whole frames out of a device, whatever they claim. It sends what it is given, and no more.
///
/// Forged sources, tags in the bytes and broken lengths go out as they are; only frames shorter than
/// an Ethernet header or longer than the MTU allows are refused by the kernel.
#[derive(Debug)]
pub struct RawSender {
    socket: OwnedFd,
    link: Link,
    vnet_header: bool,
}

impl RawSender {
    /// A sender on a device of the namespace.
    pub fn on(netns: &Netns, device: &str) -> Result<Self> {
        Self::open(netns.link(device)?, false)
    }

    /// A sender whose frames carry a virtio header, so that they can be longer than the MTU.
    pub fn with_vnet_header(netns: &Netns, device: &str) -> Result<Self> {
        Self::open(netns.link(device)?, true)
    }

    fn open(link: Link, vnet_header: bool) -> Result<Self> {
        let netns = link.netns();
        let opened = netns.run(|| open(link.index(), vnet_header))?;
        let socket =
            opened.map_err(|e| netns.fail(format!("open a sender on {}", link.name()), e))?;
        Ok(Self {
            socket,
            link,
            vnet_header,
        })
    }

    /// Sends one frame.
    pub fn send(&self, frame: &[u8]) -> Result<()> {
        self.send_with(VnetHeader::default(), frame)
    }

    /// Sends one frame with this virtio header, if the sender has them.
    pub fn send_with(&self, header: VnetHeader, frame: &[u8]) -> Result<()> {
        let header = header.to_bytes();
        let parts = [IoSlice::new(self.before(&header)), IoSlice::new(frame)];
        let sent = sendmsg::<LinkAddr>(
            self.socket.as_raw_fd(),
            &parts,
            &[],
            MsgFlags::empty(),
            None,
        );
        sent.map(drop)
            .map_err(|errno| self.fail(&format!("a frame of {} bytes", frame.len()), errno.into()))
    }

    /// Sends frames in order, with as few calls as possible; stops at the first that the kernel refuses.
    pub fn send_many(&self, frames: &[impl AsRef<[u8]>]) -> Result<()> {
        let header = VnetHeader::default().to_bytes();
        let mut done = 0;
        while let Some(rest) = frames.get(done..).filter(|rest| !rest.is_empty()) {
            let batch = rest.iter().take(BATCH);
            let parts: Vec<_> = batch
                .map(|frame| {
                    [
                        IoSlice::new(self.before(&header)),
                        IoSlice::new(frame.as_ref()),
                    ]
                })
                .collect();
            let what = || format!("frame {done} of {}", frames.len());
            done += packet::send_batch(&self.socket, &parts).map_err(|e| self.fail(&what(), e))?;
        }
        Ok(())
    }

    fn before<'a>(&self, header: &'a [u8]) -> &'a [u8] {
        if self.vnet_header { header } else { &[] }
    }

    fn fail(&self, what: &str, source: io::Error) -> crate::Error {
        self.link
            .netns()
            .fail(format!("send {what} on {}", self.link.name()), source)
    }
}

fn open(device: u32, vnet_header: bool) -> io::Result<OwnedFd> {
    let socket = socket(
        AddressFamily::Packet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    setsockopt(&socket, SndBufForce, &SEND_BUFFER)?;
    if vnet_header {
        packet::enable(socket.as_fd(), libc::PACKET_VNET_HDR)?;
    }
    packet::bind(socket.as_fd(), device, NOTHING)?;
    Ok(socket)
}
