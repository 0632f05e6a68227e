use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crate::capture::Capture;
use crate::capture_options::CaptureOptions;
use crate::captured::Captured;
use crate::error::{Error, Result};
use crate::netns::Netns;
use crate::wait::readable;

/// What got through: the frames that a device hands to the host's stack, seen *after* its guard.
///
/// Packet sockets for every EtherType are served before tc and netdev ingress; those for a single one
/// after both, together with IP and ARP themselves (`__netif_receive_skb_core`). So this is the observer
/// for the host and for routed interfaces. On a bridge port it sees nothing: the bridge takes the frame first.
///
/// Frames of one EtherType keep their order, those of different ones need not. An outer VLAN tag that
/// the host has no device for has been taken off by then, and what counts is the EtherType behind it.
#[derive(Debug)]
pub struct Delivered {
    netns: Netns,
    captures: Vec<Capture>,
}

impl Delivered {
    /// IPv4, ARP, RARP, IPv6.
    pub const USUAL: [u16; 4] = [0x0800, 0x0806, 0x8035, 0x86dd];

    /// Listens for these EtherTypes on a device; 4 stands for frames with a length field (802.2).
    pub fn on(netns: &Netns, device: &str, ethertypes: &[u16]) -> Result<Self> {
        let open = |ethertype: &u16| {
            let options = CaptureOptions {
                ethertype: Some(*ethertype),
                ..CaptureOptions::default()
            };
            Capture::with(netns, device, options)
        };
        Ok(Self {
            netns: netns.clone(),
            captures: ethertypes.iter().map(open).collect::<Result<_>>()?,
        })
    }

    /// Listens for these EtherTypes on every device of the namespace.
    pub fn anywhere(netns: &Netns, ethertypes: &[u16]) -> Result<Self> {
        let open = |ethertype: &u16| {
            let ethertype = Some(*ethertype);
            let incoming_only = true;
            let options = CaptureOptions {
                ethertype,
                incoming_only,
                ..CaptureOptions::default()
            };
            Capture::anywhere(netns, options)
        };
        Ok(Self {
            netns: netns.clone(),
            captures: ethertypes.iter().map(open).collect::<Result<_>>()?,
        })
    }

    /// Takes a frame; `None` if there is none in time.
    pub fn recv(&mut self, timeout: Duration) -> Result<Option<Captured>> {
        let deadline = Instant::now() + timeout;
        loop {
            for capture in &mut self.captures {
                if let Some(frame) = capture.recv(Duration::ZERO)? {
                    return Ok(Some(frame));
                }
            }
            let sockets: Vec<_> = self.captures.iter().map(AsFd::as_fd).collect();
            let left = deadline.saturating_duration_since(Instant::now());
            if !readable(&sockets, left).map_err(|e| self.fail(e))? {
                return Ok(None);
            }
        }
    }

    /// Everything that has arrived.
    pub fn drain(&mut self) -> Result<Vec<Captured>> {
        let mut frames = Vec::new();
        for capture in &mut self.captures {
            frames.append(&mut capture.drain()?);
        }
        Ok(frames)
    }

    /// Frames that the queues had no room for, since the last call.
    pub fn lost(&self) -> Result<u32> {
        self.captures.iter().map(Capture::lost).sum()
    }

    fn fail(&self, source: io::Error) -> Error {
        self.netns.fail("wait for delivered frames", source)
    }
}
