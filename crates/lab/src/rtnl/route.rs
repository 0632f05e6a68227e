use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteMessage, RouteProtocol, RouteScope,
    RouteType,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::address::family;
use super::{Answer, Rtnl};
use crate::route::Route;

impl Rtnl {
    /// The main table, both families, with the index of each device; its name is left empty.
    pub(crate) fn routes(&mut self) -> Answer<Vec<(u32, Route)>> {
        let replies = self.dump(&RouteNetlinkMessage::GetRoute(RouteMessage::default()))?;
        Ok(replies.into_iter().filter_map(route).collect())
    }

    /// A route over one device; the gateway need not be inside a prefix of it.
    pub(crate) fn add_route(&mut self, device: u32, to: IpNet, via: Option<IpAddr>) -> Answer<()> {
        let message = message(device, to, via);
        self.request(
            RouteNetlinkMessage::NewRoute(message),
            NLM_F_CREATE | NLM_F_EXCL,
        )
        .map(drop)
    }

    pub(crate) fn delete_route(&mut self, device: u32, to: IpNet) -> Answer<()> {
        let mut message = message(device, to, None);
        // The kernel deletes only a route of the scope that is named.
        message.header.scope = RouteScope::NoWhere;
        self.request(RouteNetlinkMessage::DelRoute(message), 0)
            .map(drop)
    }
}

fn message(device: u32, to: IpNet, via: Option<IpAddr>) -> RouteMessage {
    let mut message = RouteMessage::default();
    message.header.address_family = family(to.addr());
    message.header.destination_prefix_length = to.prefix_len();
    message.header.table = RouteHeader::RT_TABLE_MAIN;
    message.header.protocol = RouteProtocol::Static;
    message.header.scope = if via.is_some() {
        RouteScope::Universe
    } else {
        RouteScope::Link
    };
    message.header.kind = RouteType::Unicast;
    message.attributes = vec![
        RouteAttribute::Destination(to.network().into()),
        RouteAttribute::Oif(device),
    ];
    if let Some(gateway) = via {
        // A guest with a /32, or one whose gateway is a link-local, has no prefix that covers it.
        message.header.flags = RouteFlags::Onlink;
        message
            .attributes
            .push(RouteAttribute::Gateway(gateway.into()));
    }
    message
}

fn route(reply: RouteNetlinkMessage) -> Option<(u32, Route)> {
    let RouteNetlinkMessage::NewRoute(message) = reply else {
        return None;
    };
    let header = &message.header;
    if header.table != RouteHeader::RT_TABLE_MAIN || header.kind != RouteType::Unicast {
        return None;
    }
    let (mut device, mut to, mut via) = (0, unspecified(header.address_family)?, None);
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Oif(index) => device = *index,
            RouteAttribute::Destination(address) => to = ip(address)?,
            RouteAttribute::Gateway(address) => via = ip(address),
            _ => {}
        }
    }
    let to = IpNet::new(to, header.destination_prefix_length).ok()?;
    Some((
        device,
        Route {
            to,
            via,
            device: String::new(),
        },
    ))
}

/// The kernel leaves the destination of a default route out.
fn unspecified(family: AddressFamily) -> Option<IpAddr> {
    match family {
        AddressFamily::Inet => Some(Ipv4Addr::UNSPECIFIED.into()),
        AddressFamily::Inet6 => Some(Ipv6Addr::UNSPECIFIED.into()),
        _ => None,
    }
}

fn ip(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(ip) => Some((*ip).into()),
        RouteAddress::Inet6(ip) => Some((*ip).into()),
        _ => None,
    }
}
