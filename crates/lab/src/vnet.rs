/// The segmentation that a frame asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum GsoKind {
    /// None.
    #[default]
    None = 0,
    /// TCP over IPv4.
    Tcp4 = 1,
    /// TCP over IPv6.
    Tcp6 = 4,
    /// UDP, cut into datagrams of the same size.
    UdpL4 = 5,
}

/// The header that a virtio guest puts before a frame (`struct virtio_net_hdr`, virtio 1.2 section 5.1.6).
///
/// Guests send frames of up to 64 KiB this way and leave cutting and checksums to the host; so a guard
/// meets them whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VnetHeader {
    /// The segmentation asked for.
    pub gso: GsoKind,
    /// Ethernet to the end of the TCP or UDP header, as a hint.
    pub header_len: u16,
    /// Payload bytes in each segment.
    pub segment: u16,
    /// Where the checksum of the rest starts and how far in it is to be stored; `None` if it is complete.
    pub checksum: Option<(u16, u16)>,
}

impl VnetHeader {
    /// Its length on tap devices and packet sockets.
    pub const LEN: usize = 10;
    const NEEDS_CHECKSUM: u8 = 1;
    /// The sender saw congestion (ECN); it says nothing about the kind.
    const ECN: u8 = 0x80;

    /// TCP segments of this payload size; Ethernet, `ip_len` bytes of IP header and 20 of TCP come first.
    pub fn tcp(gso: GsoKind, ip_len: u16, segment: u16) -> Self {
        let start = ip_len.saturating_add(14);
        Self {
            gso,
            header_len: start.saturating_add(20),
            segment,
            checksum: Some((start, 16)),
        }
    }

    /// As the kernel reads it: both take the machine's own byte order.
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        let flags = if self.checksum.is_some() {
            Self::NEEDS_CHECKSUM
        } else {
            0
        };
        let (start, offset) = self.checksum.unwrap_or_default();
        let [a, b] = self.header_len.to_ne_bytes();
        let [c, d] = self.segment.to_ne_bytes();
        let [e, f] = start.to_ne_bytes();
        let [g, h] = offset.to_ne_bytes();
        [flags, self.gso as u8, a, b, c, d, e, f, g, h]
    }

    /// Reads one off the front; a kind that the lab does not send is shown as none.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let [flags, kind, a, b, c, d, e, f, g, h] = bytes;
        let gso = match kind & !Self::ECN {
            1 => GsoKind::Tcp4,
            4 => GsoKind::Tcp6,
            5 => GsoKind::UdpL4,
            _ => GsoKind::None,
        };
        let checksum = (u16::from_ne_bytes([e, f]), u16::from_ne_bytes([g, h]));
        Self {
            gso,
            header_len: u16::from_ne_bytes([a, b]),
            segment: u16::from_ne_bytes([c, d]),
            checksum: (flags & Self::NEEDS_CHECKSUM != 0).then_some(checksum),
        }
    }

    /// Splits what a packet socket or a tap gave into header and frame.
    pub(crate) fn split(bytes: &[u8]) -> (Self, &[u8]) {
        match bytes.split_first_chunk() {
            Some((header, frame)) => (Self::from_bytes(*header), frame),
            None => (Self::default(), &[]),
        }
    }
}
