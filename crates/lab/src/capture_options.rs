use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::libc;
use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, setsockopt, socket, sockopt::RcvBufForce,
};

use crate::sys::packet;

/// Room for a flood of 100,000 frames that nobody reads until it is over; the kernel fills it as needed.
const RECEIVE_BUFFER: usize = 256 << 20;
/// Every EtherType (`ETH_P_ALL`).
const EVERYTHING: u16 = 3;

/// What a capture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureOptions {
    /// Bytes kept of each frame.
    pub snaplen: usize,
    /// Leave out what the device itself sends.
    pub incoming_only: bool,
    /// One EtherType only, which moves the capture *behind* netdev ingress hooks and tc: see [`crate::Delivered`].
    pub ethertype: Option<u16>,
    /// Have a bridge hand up frames that are not for the host.
    pub promiscuous: bool,
    /// Ask for virtio headers.
    pub vnet_header: bool,
}

impl Default for CaptureOptions {
    fn default() -> Self {
        Self {
            // The longest frame with segmentation offload, its Ethernet header and two tags.
            snaplen: 65536 + 64,
            incoming_only: false,
            ethertype: None,
            promiscuous: false,
            vnet_header: false,
        }
    }
}

impl CaptureOptions {
    /// A socket that listens; to be called on a thread inside the device's namespace.
    pub(crate) fn open(self, device: u32) -> io::Result<OwnedFd> {
        // Without an EtherType until it is bound: it would collect from every device meanwhile.
        let socket = socket(
            AddressFamily::Packet,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC,
            None,
        )?;
        setsockopt(&socket, RcvBufForce, &RECEIVE_BUFFER)?;
        packet::enable(socket.as_fd(), libc::PACKET_AUXDATA)?;
        if self.incoming_only {
            packet::enable(socket.as_fd(), libc::PACKET_IGNORE_OUTGOING)?;
        }
        if self.vnet_header {
            packet::enable(socket.as_fd(), libc::PACKET_VNET_HDR)?;
        }
        packet::bind(socket.as_fd(), device, self.ethertype.unwrap_or(EVERYTHING))?;
        if self.promiscuous {
            packet::promiscuous(socket.as_fd(), device)?;
        }
        Ok(socket)
    }
}
