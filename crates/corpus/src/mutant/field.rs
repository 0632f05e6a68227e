//! Where frames without tags claim something, and numbers that mean something there.

/// Begin and length of fields: a claim that is taken from another frame is a near miss.
pub(crate) const CLAIMS: &[(usize, usize)] = &[
    (0, 6),  // Ethernet destination
    (6, 6),  // Ethernet source
    (12, 2), // EtherType
    (14, 8), // form of ARP
    (22, 6), // ARP sender and target
    (28, 4),
    (32, 6),
    (38, 4),
    (14, 2), // IPv4
    (16, 2),
    (20, 2),
    (23, 1),
    (26, 4),
    (30, 4),
    (34, 4),
    (18, 2), // IPv6
    (20, 1),
    (21, 1),
    (22, 16),
    (38, 16),
    (54, 4),
    (62, 16), // neighbor discovery: target, options
    (58, 8),
    (78, 8),
    (86, 8),
];

/// Types, codes, protocols, ports, lengths.
pub(crate) const NUMBERS: &[u8] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0a, 0x0b, 0x10, 14, 17, 0x11, 0x12, 0x16, 0x22, 24, 0x30, 40,
    43, 44, 0x45, 0x46, 50, 51, 58, 59, 60, 0x60, 64, 67, 68, 103, 127, 128, 129, 130, 131, 132,
    133, 134, 135, 136, 137, 141, 142, 143, 151, 0x86, 0xdd, 0xe0, 0xfe, 0xff,
];

/// Types of tags, and one that is none but looks like one.
pub(crate) const TAGS: &[[u8; 2]] = &[
    [0x81, 0x00],
    [0x81, 0x00],
    [0x88, 0xa8],
    [0x91, 0x00],
    [0x92, 0x00],
];

/// Bytes of an Ethernet header.
pub(crate) const ETHERNET: usize = 14;
pub(crate) const IP4: [u8; 2] = [0x08, 0x00];
pub(crate) const IP6: [u8; 2] = [0x86, 0xdd];
/// Where an IPv6 packet's upper layer is, without extension headers.
pub(crate) const IP6_UPPER: usize = 54;

pub(crate) fn is(frame: &[u8], ethertype: [u8; 2]) -> bool {
    frame.get(12..14) == Some(&ethertype)
}
