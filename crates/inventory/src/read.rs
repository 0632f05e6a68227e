use std::io;

use crate::rtnl::{attributes, dump};
use crate::{DefaultRoute, Link, Links};

// linux/rtnetlink.h, linux/if_link.h, linux/if.h
const RTM_GETLINK: u16 = 18;
const RTM_GETROUTE: u16 = 26;
/// `struct ifinfomsg`.
const LINK_BODY: usize = 16;
/// `struct rtmsg`.
const ROUTE_BODY: usize = 12;
/// `struct rtnexthop`.
const NEXT_HOP: usize = 8;

const IFLA_IFNAME: u16 = 3;
const IFLA_LINK: u16 = 5;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_EXT_MASK: u16 = 29;
const IFLA_LINK_NETNSID: u16 = 37;
const IFLA_PHYS_PORT_NAME: u16 = 38;
const IFLA_PROP_LIST: u16 = 52;
const IFLA_ALT_IFNAME: u16 = 53;
const IFLA_PARENT_DEV_NAME: u16 = 56;
const IFLA_PARENT_DEV_BUS_NAME: u16 = 57;
/// Counting every interface's packets is most of the work of a dump.
const SKIP_STATISTICS: u32 = 1 << 3;

const UP: u32 = 1;
const LOOPBACK: u32 = 1 << 3;
const LOWER_UP: u32 = 1 << 16;

const RTA_OIF: u16 = 4;
const RTA_MULTIPATH: u16 = 9;
const RTA_TABLE: u16 = 15;
const MAIN: u32 = 254;
const UNICAST: u8 = 1;
const INET: u8 = 2;
const INET6: u8 = 10;

pub(crate) fn read() -> io::Result<Links> {
    let mut question = vec![0; LINK_BODY];
    question.extend_from_slice(&8u16.to_ne_bytes());
    question.extend_from_slice(&IFLA_EXT_MASK.to_ne_bytes());
    question.extend_from_slice(&SKIP_STATISTICS.to_ne_bytes());
    Ok(Links {
        links: dump(RTM_GETLINK, &question, |body| {
            link(body).into_iter().collect()
        })?,
        // All families at once: a kernel without IPv6 knows no question about it alone.
        default_routes: dump(RTM_GETROUTE, &[0; ROUTE_BODY], default_routes)?,
    })
}

fn link(body: &[u8]) -> Option<Link> {
    let flags = u32_at(body, 8)?;
    let mut link = Link {
        index: u32_at(body, 4)?,
        up: flags & UP != 0,
        carrier: flags & LOWER_UP != 0,
        loopback: flags & LOOPBACK != 0,
        ..Link::default()
    };
    let mut lower_is_elsewhere = false;
    for (kind, value) in attributes(body.get(LINK_BODY..)?) {
        match kind {
            IFLA_IFNAME => link.name = text(value),
            IFLA_LINK => link.lower = u32_at(value, 0).filter(|lower| *lower != link.index),
            IFLA_LINK_NETNSID => lower_is_elsewhere = true,
            IFLA_MASTER => link.master = u32_at(value, 0).filter(|master| *master != 0),
            IFLA_LINKINFO => {
                let kind = attributes(value).find(|(kind, _)| *kind == IFLA_INFO_KIND);
                link.kind = kind.map(|(_, kind)| text(kind)).unwrap_or_default();
            }
            IFLA_PARENT_DEV_BUS_NAME => link.bus = text(value),
            IFLA_PARENT_DEV_NAME => link.parent = text(value),
            IFLA_PHYS_PORT_NAME => link.port_name = text(value),
            IFLA_PROP_LIST => {
                let names = attributes(value).filter(|(kind, _)| *kind == IFLA_ALT_IFNAME);
                link.other_names = names.map(|(_, name)| text(name)).collect();
            }
            _ => {}
        }
    }
    // A veth's other end is no foundation.
    if lower_is_elsewhere || link.kind == "veth" {
        link.lower = None;
    }
    Some(link)
}

/// The interfaces of a route, if it is a default route of the main table.
fn default_routes(body: &[u8]) -> Vec<DefaultRoute> {
    let family = match body.first() {
        Some(&INET) => "IPv4",
        Some(&INET6) => "IPv6",
        _ => return Vec::new(),
    };
    let (Some(0), Some(&table), Some(&UNICAST)) = (body.get(1), body.get(4), body.get(7)) else {
        return Vec::new();
    };
    let (mut table, mut devices) = (u32::from(table), Vec::new());
    for (kind, value) in attributes(body.get(ROUTE_BODY..).unwrap_or_default()) {
        match kind {
            RTA_TABLE => table = u32_at(value, 0).unwrap_or(table),
            RTA_OIF => devices.extend(u32_at(value, 0)),
            RTA_MULTIPATH => devices.append(&mut next_hops(value)),
            _ => {}
        }
    }
    devices.retain(|_| table == MAIN);
    devices
        .into_iter()
        .map(|device| DefaultRoute { device, family })
        .collect()
}

/// The interfaces of a route with several next hops.
fn next_hops(mut bytes: &[u8]) -> Vec<u32> {
    let mut devices = Vec::new();
    while let (Some(length), Some(device)) = (bytes.first_chunk(), u32_at(bytes, 4)) {
        devices.push(device);
        let length = usize::from(u16::from_ne_bytes(*length)).max(NEXT_HOP);
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    devices
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|bytes| u32::from_ne_bytes(*bytes))
}

/// A string of the kernel's, with or without its closing NUL.
fn text(value: &[u8]) -> String {
    let end = value
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(value.len());
    String::from_utf8_lossy(&value[..end]).into_owned()
}
