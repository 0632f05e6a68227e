use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use thiserror::Error;

/// An Ethernet address, in the order of the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr(pub [u8; 6]);

/// Why a text is no Ethernet address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a MAC address; write six pairs of hexadecimal digits, such as 02:00:00:00:00:01")]
pub struct MacAddrError;

impl MacAddr {
    /// True for broadcast and multicast addresses (IEEE 802, the I/G bit), which nobody owns.
    pub fn is_group(self) -> bool {
        self.0[0] & 1 != 0
    }

    /// True for 00:00:00:00:00:00.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }

    /// The link-local address that a stack forms from this MAC (RFC 4291, appendix A: modified EUI-64).
    pub fn eui64_link_local(self) -> Ipv6Addr {
        let [a, b, c, d, e, f] = self.0;
        Ipv6Addr::from([
            0xfe,
            0x80,
            0,
            0,
            0,
            0,
            0,
            0,
            a ^ 2,
            b,
            c,
            0xff,
            0xfe,
            d,
            e,
            f,
        ])
    }
}

impl FromStr for MacAddr {
    type Err = MacAddrError;

    fn from_str(text: &str) -> Result<Self, MacAddrError> {
        let bytes = text.as_bytes();
        if bytes.len() != 17 {
            return Err(MacAddrError);
        }
        let mut mac = [0; 6];
        for (i, octet) in mac.iter_mut().enumerate() {
            let at = i * 3;
            if i > 0 && bytes[at - 1] != bytes[2] {
                return Err(MacAddrError);
            }
            *octet = hex(bytes[at])? << 4 | hex(bytes[at + 1])?;
        }
        match bytes[2] {
            b':' | b'-' => Ok(MacAddr(mac)),
            _ => Err(MacAddrError),
        }
    }
}

/// Why a text is no MAC that anybody can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum OwnMacError {
    #[error("is {0}")]
    Syntax(#[from] MacAddrError),
    #[error(
        "is a group address: its first byte is odd, and no NIC sends from it; write the NIC's MAC"
    )]
    Group,
    #[error("is zero, which is nobody's MAC; write the NIC's MAC")]
    Zero,
}

/// Reads a MAC of a port, or one that is reserved.
pub(crate) fn parse_own(text: &str) -> Result<MacAddr, OwnMacError> {
    match text.parse::<MacAddr>()? {
        mac if mac.is_group() => Err(OwnMacError::Group),
        mac if mac.is_zero() => Err(OwnMacError::Zero),
        mac => Ok(mac),
    }
}

fn hex(digit: u8) -> Result<u8, MacAddrError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(MacAddrError),
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
