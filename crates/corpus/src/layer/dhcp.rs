use std::net::Ipv4Addr;

use serde::Deserialize;

use super::Mac;
use crate::Hex;

/// A BOOTP body with the DHCP message type option (RFC 2131).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dhcp {
    /// 1 from a client, 2 from a server.
    pub op: u8,
    /// 1 discover, 2 offer, 3 request, 5 acknowledgement, and so on.
    pub message: u8,
    /// The client's hardware address.
    pub chaddr: Mac,
    /// The client's address, if it has one.
    pub ciaddr: Option<Ipv4Addr>,
    /// The address that the server gives.
    pub yiaddr: Option<Ipv4Addr>,
    /// Further options, without the closing 255.
    #[serde(default)]
    pub options: Hex,
}

impl Dhcp {
    pub(super) fn encode(&self) -> Vec<u8> {
        let address = |address: Option<Ipv4Addr>| address.unwrap_or(Ipv4Addr::UNSPECIFIED).octets();
        let mut bytes = vec![self.op, 1, 6, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        bytes.extend(address(self.ciaddr));
        bytes.extend(address(self.yiaddr));
        bytes.extend([0; 8]);
        bytes.extend(self.chaddr.0.0);
        bytes.resize(236, 0);
        bytes.extend([0x63, 0x82, 0x53, 0x63, 53, 1, self.message]);
        bytes.extend(&self.options.0);
        bytes.push(255);
        bytes
    }
}

/// A DHCPv6 body (RFC 8415).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dhcpv6 {
    /// 1 solicit, 2 advertise, 3 request, 7 reply, and so on.
    pub message: u8,
    /// Options.
    #[serde(default)]
    pub options: Hex,
}

impl Dhcpv6 {
    pub(super) fn encode(&self) -> Vec<u8> {
        [&[self.message, 0, 0, 1], &self.options.0[..]].concat()
    }
}
