use std::io;

use crate::bytes::{text, u32_at};
use crate::rtnl::{attributes, dump};
use crate::{Link, Links, routes};

// linux/rtnetlink.h, linux/if_link.h, linux/if.h
const RTM_GETLINK: u16 = 18;
/// `struct ifinfomsg`.
const LINK_BODY: usize = 16;

const IFLA_IFNAME: u16 = 3;
const IFLA_LINK: u16 = 5;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_IFALIAS: u16 = 20;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_EXT_MASK: u16 = 29;
const IFLA_LINK_NETNSID: u16 = 37;
const IFLA_CARRIER: u16 = 33;
const IFLA_PHYS_PORT_NAME: u16 = 38;
const IFLA_PROP_LIST: u16 = 52;
const IFLA_ALT_IFNAME: u16 = 53;
const IFLA_PARENT_DEV_NAME: u16 = 56;
const IFLA_PARENT_DEV_BUS_NAME: u16 = 57;
/// Counting every interface's packets is most of the work of a dump.
const SKIP_STATISTICS: u32 = 1 << 3;

/// `ARPHRD_ETHER`.
const ETHERNET: u16 = 1;
const UP: u32 = 1;
const LOOPBACK: u32 = 1 << 3;
const LOWER_UP: u32 = 1 << 16;

pub(crate) fn read() -> io::Result<Links> {
    let mut question = vec![0; LINK_BODY];
    question.extend_from_slice(&8u16.to_ne_bytes());
    question.extend_from_slice(&IFLA_EXT_MASK.to_ne_bytes());
    question.extend_from_slice(&SKIP_STATISTICS.to_ne_bytes());
    Ok(Links {
        links: dump(RTM_GETLINK, &question, |body| {
            link(body).into_iter().collect()
        })?,
        default_routes: routes::read()?,
    })
}

fn link(body: &[u8]) -> Option<Link> {
    let flags = u32_at(body, 8)?;
    let mut link = Link {
        index: u32_at(body, 4)?,
        up: flags & UP != 0,
        carrier: flags & LOWER_UP != 0,
        loopback: flags & LOOPBACK != 0,
        ethernet: body.get(2..4) == Some(&ETHERNET.to_ne_bytes()),
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
            IFLA_CARRIER => link.attached = value.first() == Some(&1),
            IFLA_IFALIAS => link.alias = text(value),
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
