use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::address::{
    AddressAttribute, AddressFlags, AddressHeaderFlags, AddressMessage,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{Answer, Rtnl};
use crate::address::{Address, AddressOptions};

impl Rtnl {
    /// Every address of every device; the device's name is left empty.
    pub(crate) fn addresses(&mut self) -> Answer<Vec<(u32, Address)>> {
        let replies = self.dump(&RouteNetlinkMessage::GetAddress(AddressMessage::default()))?;
        Ok(replies.into_iter().filter_map(address).collect())
    }

    pub(crate) fn add_address(
        &mut self,
        index: u32,
        net: IpNet,
        options: AddressOptions,
    ) -> Answer<()> {
        let mut message = message(index, net);
        // The same bits say other things about an IPv4 address.
        if net.addr().is_ipv6() {
            message
                .header
                .flags
                .set(AddressHeaderFlags::Nodad, options.nodad);
            message
                .header
                .flags
                .set(AddressHeaderFlags::Optimistic, options.optimistic);
        }
        if let IpNet::V4(v4) = net {
            message.attributes.extend(broadcast(v4));
        }
        self.request(
            RouteNetlinkMessage::NewAddress(message),
            NLM_F_CREATE | NLM_F_EXCL,
        )
        .map(drop)
    }

    pub(crate) fn delete_address(&mut self, index: u32, net: IpNet) -> Answer<()> {
        self.request(RouteNetlinkMessage::DelAddress(message(index, net)), 0)
            .map(drop)
    }
}

fn message(index: u32, net: IpNet) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = family(net.addr());
    message.header.prefix_len = net.prefix_len();
    message.header.index = index;
    message.attributes = vec![
        AddressAttribute::Local(net.addr()),
        AddressAttribute::Address(net.addr()),
    ];
    message
}

/// Netlink sets none by itself, and DHCP clients and some daemons want one.
fn broadcast(net: Ipv4Net) -> Option<AddressAttribute> {
    (net.prefix_len() < 31).then(|| AddressAttribute::Broadcast(net.broadcast()))
}

pub(super) fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    }
}

fn address(reply: RouteNetlinkMessage) -> Option<(u32, Address)> {
    let RouteNetlinkMessage::NewAddress(message) = reply else {
        return None;
    };
    let mut flags = AddressFlags::from_bits_retain(u32::from(message.header.flags.bits()));
    let (mut local, mut remote) = (None, None);
    for attribute in message.attributes {
        match attribute {
            AddressAttribute::Local(ip) => local = Some(ip),
            AddressAttribute::Address(ip) => remote = Some(ip),
            AddressAttribute::Flags(all) => flags = all,
            _ => {}
        }
    }
    // IPv6 has the local address as "address" unless it is point-to-point.
    let net = IpNet::new(local.or(remote)?, message.header.prefix_len).ok()?;
    let found = Address {
        device: String::new(),
        net,
        tentative: flags.contains(AddressFlags::Tentative),
        dad_failed: flags.contains(AddressFlags::Dadfailed),
        optimistic: flags.contains(AddressFlags::Optimistic),
        nodad: flags.contains(AddressFlags::Nodad),
    };
    Some((message.header.index, found))
}
