use std::net::Ipv4Addr;

use serde::Deserialize;

use super::Mac;
use crate::Number;

/// ARP (RFC 826) or RARP (RFC 903) for Ethernet and IPv4, 28 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arp {
    /// Operation; request in ARP, 3 in RARP by default.
    pub op: Option<Operation>,
    /// Hardware type; 1 by default.
    pub htype: Option<Number<u16>>,
    /// Protocol; 0x0800 by default.
    pub ptype: Option<Number<u16>>,
    /// Length of a hardware address; 6 by default.
    pub hlen: Option<Number<u8>>,
    /// Length of a protocol address; 4 by default.
    pub plen: Option<Number<u8>>,
    /// Sender hardware address.
    pub sender_mac: Mac,
    /// Sender protocol address.
    pub sender_ip: Ipv4Addr,
    /// Target hardware address; zero by default.
    pub target_mac: Option<Mac>,
    /// Target protocol address.
    pub target_ip: Ipv4Addr,
}

/// An ARP operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Operation {
    /// One of the two that have a name here.
    Name(OperationName),
    /// Any.
    Number(Number<u16>),
}

/// The operations of ARP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationName {
    /// 1.
    Request,
    /// 2.
    Reply,
}

impl Operation {
    fn number(self) -> u16 {
        match self {
            Operation::Name(OperationName::Request) => 1,
            Operation::Name(OperationName::Reply) => 2,
            Operation::Number(number) => number.0,
        }
    }
}

impl Arp {
    pub(super) fn encode(&self, operation: u16) -> Vec<u8> {
        let operation = self.op.map_or(operation, Operation::number);
        let target_mac = self.target_mac.map_or([0; 6], |mac| mac.0.0);
        [
            &self.htype.map_or(1, |n| n.0).to_be_bytes()[..],
            &self.ptype.map_or(0x0800, |n| n.0).to_be_bytes(),
            &[self.hlen.map_or(6, |n| n.0), self.plen.map_or(4, |n| n.0)],
            &operation.to_be_bytes(),
            &self.sender_mac.0.0,
            &self.sender_ip.octets(),
            &target_mac,
            &self.target_ip.octets(),
        ]
        .concat()
    }
}
