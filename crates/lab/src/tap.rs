use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use nix::libc;

use crate::error::Result;
use crate::link::Link;
use crate::netns::Netns;
use crate::sys::tun;
use crate::vnet::VnetHeader;
use crate::wait::readable;

/// Room for the longest frame that segmentation offload hands over, with its header.
const LONGEST: usize = 65536 + 256;

/// How a tap is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TapOptions {
    /// Frames carry a virtio header in both directions, as QEMU's do.
    pub vnet_header: bool,
    /// The guest takes whole segments and unfinished checksums (only with `vnet_header`).
    pub segments: bool,
}

/// A tap device, held as a hypervisor holds it: writing is the guest sending. It goes when this is dropped.
#[derive(Debug)]
pub struct Tap {
    file: File,
    link: Link,
    vnet_header: bool,
}

impl Netns {
    /// A new tap, down, without a virtio header.
    pub fn tap(&self, name: &str) -> Result<Tap> {
        self.tap_with(name, TapOptions::default())
    }

    /// A new tap, down.
    pub fn tap_with(&self, name: &str, options: TapOptions) -> Result<Tap> {
        // The device belongs to the namespace that the file was opened in.
        let made = self.run(|| make(name, options))?;
        let file = made.map_err(|e| self.fail(format!("make tap {name} from /dev/net/tun"), e))?;
        Ok(Tap {
            file,
            link: self.link(name)?,
            vnet_header: options.vnet_header,
        })
    }
}

fn make(name: &str, options: TapOptions) -> io::Result<File> {
    let flags = libc::O_NONBLOCK | libc::O_CLOEXEC;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open("/dev/net/tun")?;
    tun::make_tap(&file, name, options.vnet_header)?;
    if options.segments {
        tun::accept_segments(&file)?;
    }
    Ok(file)
}

impl Tap {
    /// The device, as the host sees it.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Sends a frame as the guest. The kernel takes none shorter than an Ethernet header, and none while
    /// the device is down.
    pub fn write(&self, frame: &[u8]) -> Result<()> {
        self.write_with(VnetHeader::default(), frame)
    }

    /// Sends a frame as the guest, with this virtio header if the tap has them.
    pub fn write_with(&self, header: VnetHeader, frame: &[u8]) -> Result<()> {
        let header = header.to_bytes();
        let before: &[u8] = if self.vnet_header { &header } else { &[] };
        let written = (&self.file).write_vectored(&[IoSlice::new(before), IoSlice::new(frame)]);
        written
            .map(drop)
            .map_err(|e| self.fail(format!("send {} bytes as the guest behind", frame.len()), e))
    }

    /// Throws away what the guest would have received until now, without looking at it.
    pub fn discard(&self) -> Result<()> {
        // The kernel cuts a frame to the room there is, and it is gone all the same; a virtio header it
        // does not cut.
        let mut room = [0; 64];
        loop {
            match (&self.file).read(&mut room) {
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) => {
                    return Err(self.fail("discard what is for the guest behind".to_owned(), e));
                }
            }
        }
    }

    /// Takes the next frame that the guest would receive; `None` if there is none in time.
    ///
    /// The device keeps 1000 frames that nobody reads, and drops what comes after.
    pub fn read(&self, timeout: Duration) -> Result<Option<Vec<u8>>> {
        Ok(self.read_with(timeout)?.map(|(_, frame)| frame))
    }

    /// The same, with its virtio header (an empty one if the tap has none).
    pub fn read_with(&self, timeout: Duration) -> Result<Option<(VnetHeader, Vec<u8>)>> {
        let mut room = vec![0; LONGEST];
        let read = readable(&[self.file.as_fd()], timeout).and_then(|ready| {
            if ready {
                (&self.file).read(&mut room)
            } else {
                Ok(0)
            }
        });
        let length = match read {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => 0,
            other => other.map_err(|e| self.fail("receive as the guest behind".to_owned(), e))?,
        };
        let bytes = room.get(..length).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(None);
        }
        let (header, frame) = if self.vnet_header {
            VnetHeader::split(bytes)
        } else {
            (VnetHeader::default(), bytes)
        };
        Ok(Some((header, frame.to_vec())))
    }

    /// Everything that is waiting.
    pub fn drain(&self) -> Result<Vec<Vec<u8>>> {
        let mut frames = Vec::new();
        while let Some(frame) = self.read(Duration::ZERO)? {
            frames.push(frame);
        }
        Ok(frames)
    }

    fn fail(&self, step: String, source: io::Error) -> crate::Error {
        self.link
            .netns()
            .fail(format!("{step} tap {}", self.link.name()), source)
    }
}

impl AsFd for Tap {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
