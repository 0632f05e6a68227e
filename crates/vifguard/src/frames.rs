//! Frames to judge, from arguments or from a capture.

#[cfg(test)]
mod tests;

use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};
use pcap_file::{DataLink, PcapError};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_file;

/// The first bytes of a pcapng file, in any byte order: its section header.
const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) bytes: Vec<u8>,
    /// Its length on the wire, of which a capture may hold less.
    pub(crate) length: usize,
}

impl Frame {
    fn new(bytes: Vec<u8>, length: u32) -> Frame {
        let length = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .max(bytes.len());
        Frame { bytes, length }
    }

    /// Does the capture hold only its beginning? Then no verdict on it is worth anything.
    pub(crate) fn is_cut(&self) -> bool {
        self.bytes.len() < self.length
    }
}

/// A frame in hexadecimal digits, however they are grouped.
pub(crate) fn from_hex(text: &str) -> Result<Frame, Failure> {
    let mut digits = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | ',' | '.')) {
        let word = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        for c in word.chars() {
            let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            digits
                .push(digit.ok_or_else(|| not_hex(&format!("{c:?} is not a hexadecimal digit")))?);
        }
    }
    if digits.len() % 2 != 0 {
        return Err(not_hex(&format!(
            "{} hexadecimal digits are not whole bytes",
            digits.len()
        )));
    }
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let length = bytes.len();
    Ok(Frame { bytes, length })
}

fn not_hex(what: &str) -> Failure {
    Failure::new(
        Exit::Data,
        format!("--hex: {what}"),
        "give two digits a byte, such as --hex 'ff ff ff ff ff ff 02 00 00 00 00 01 08 06 …'",
    )
}

/// The frames of a capture, pcap or pcapng.
pub(crate) fn from_capture(path: &Path) -> Result<Vec<Frame>, Failure> {
    let (mut file, name) = policy_file::open(path)?;
    let mut magic = Vec::new();
    file.by_ref()
        .take(4)
        .read_to_end(&mut magic)
        .map_err(|error| policy_file::unreadable(&name, &error))?;
    // A pipe cannot be wound back.
    let is_new = magic == PCAPNG;
    let file = Cursor::new(magic).chain(BufReader::new(file));
    let frames = if is_new {
        from_pcapng(file)
    } else {
        from_pcap(file)
    };
    frames.map_err(|wrong| match wrong {
        Wrong::File(error) => Failure::new(
            Exit::Data,
            format!("{name} is not a whole pcap or pcapng file: {error}"),
            "write it again, such as with tcpdump -w",
        ),
        Wrong::Link(link) => Failure::new(
            Exit::Data,
            format!("{name} holds frames of the link type {link:?}, not Ethernet"),
            "capture on the port's interface itself, not on \"any\"",
        ),
    })
}

/// Why a capture cannot be used.
enum Wrong {
    File(PcapError),
    Link(DataLink),
}

impl From<PcapError> for Wrong {
    fn from(error: PcapError) -> Wrong {
        Wrong::File(error)
    }
}

fn from_pcap(file: impl Read) -> Result<Vec<Frame>, Wrong> {
    let mut reader = PcapReader::new(file)?;
    ethernet(reader.header().datalink)?;
    let mut frames = Vec::new();
    while let Some(packet) = reader.next_packet() {
        let packet = packet?;
        frames.push(Frame::new(packet.data.into_owned(), packet.orig_len));
    }
    Ok(frames)
}

fn from_pcapng(file: impl Read) -> Result<Vec<Frame>, Wrong> {
    let mut reader = PcapNgReader::new(file)?;
    let mut frames = Vec::new();
    // A new section begins to number its interfaces anew; all of them must be Ethernet.
    while let Some(block) = reader.next_block() {
        match block? {
            Block::InterfaceDescription(interface) => ethernet(interface.linktype)?,
            Block::EnhancedPacket(packet) => {
                frames.push(Frame::new(packet.data.into_owned(), packet.original_len));
            }
            Block::SimplePacket(packet) => {
                frames.push(Frame::new(packet.data.into_owned(), packet.original_len));
            }
            Block::Packet(packet) => {
                frames.push(Frame::new(packet.data.into_owned(), packet.original_len));
            }
            Block::SectionHeader(_)
            | Block::NameResolution(_)
            | Block::InterfaceStatistics(_)
            | Block::SystemdJournalExport(_)
            | Block::Unknown(_) => {}
        }
    }
    Ok(frames)
}

fn ethernet(link: DataLink) -> Result<(), Wrong> {
    if link == DataLink::ETHERNET {
        Ok(())
    } else {
        Err(Wrong::Link(link))
    }
}
