use std::fmt;

use crate::vnet::VnetHeader;

/// Where the tag sits in a frame: after both addresses.
const TAG_AT: usize = 12;
/// The TPID of a tag that the kernel keeps without saying which (IEEE 802.1Q).
const CUSTOMER_TAG: u16 = 0x8100;

const VLAN_VALID: u32 = 1 << 4;
const VLAN_TPID_VALID: u32 = 1 << 6;

/// A frame as it was on the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct Captured {
    /// Its bytes, the outer tag in its place, cut at the capture's length.
    pub frame: Vec<u8>,
    /// How long it was before it was cut.
    pub length: usize,
    /// The device sent it; otherwise it received it.
    pub outgoing: bool,
    /// The kernel kept the outer tag beside the frame, as it does with every received one.
    pub tag_beside: bool,
    /// Its virtio header, if the capture asks for them: shows whole segments.
    pub vnet: VnetHeader,
}

/// What a packet socket tells beside a frame (`struct tpacket_auxdata`).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Aux {
    status: u32,
    tci: u16,
    tpid: u16,
}

impl Aux {
    pub(crate) const LEN: usize = 20;

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let status = bytes.first_chunk()?;
        let tci = bytes.get(16..)?.first_chunk()?;
        let tpid = bytes.get(18..)?.first_chunk()?;
        Some(Self {
            status: u32::from_ne_bytes(*status),
            tci: u16::from_ne_bytes(*tci),
            tpid: u16::from_ne_bytes(*tpid),
        })
    }

    /// The tag as it was on the wire. VID 0 is a tag too: it is the flag that tells, not the number.
    fn tag(self) -> Option<[u8; 4]> {
        let tpid = if self.status & VLAN_TPID_VALID != 0 {
            self.tpid
        } else {
            CUSTOMER_TAG
        };
        let [a, b] = tpid.to_be_bytes();
        let [c, d] = self.tci.to_be_bytes();
        (self.status & VLAN_VALID != 0).then_some([a, b, c, d])
    }
}

impl Captured {
    pub(crate) fn new(
        bytes: &[u8],
        length: usize,
        aux: Aux,
        vnet: VnetHeader,
        outgoing: bool,
    ) -> Self {
        let mut captured = Self {
            frame: bytes.to_vec(),
            length,
            outgoing,
            tag_beside: false,
            vnet,
        };
        if let Some(tag) = aux.tag() {
            let at = TAG_AT.min(captured.frame.len());
            captured.frame.splice(at..at, tag);
            captured.length += tag.len();
            captured.tag_beside = true;
        }
        captured
    }

    /// The EtherType that stands after the addresses (a tag's, if there is one); 0 if it was cut off.
    pub fn ethertype(&self) -> u16 {
        let field = self.frame.get(TAG_AT..).and_then(<[u8]>::first_chunk);
        field.map_or(0, |bytes| u16::from_be_bytes(*bytes))
    }
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.outgoing { "out" } else { "in" };
        write!(f, "{way} {} bytes:", self.length)?;
        self.frame
            .iter()
            .take(64)
            .try_for_each(|byte| write!(f, " {byte:02x}"))
    }
}
