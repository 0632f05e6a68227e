//! The routes that a host cannot do without.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::DefaultRoute;
use crate::bytes::u32_at;
use crate::rtnl::{attributes, dump};

// linux/rtnetlink.h, linux/nexthop.h
const RTM_GETROUTE: u16 = 26;
const RTM_GETNEXTHOP: u16 = 106;
/// `struct rtmsg`.
const ROUTE_BODY: usize = 12;
/// `struct nhmsg`.
const OBJECT_BODY: usize = 8;
/// `struct rtnexthop`.
const NEXT_HOP: usize = 8;
/// `struct nexthop_grp`.
const GROUP_ENTRY: usize = 8;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_MULTIPATH: u16 = 9;
const RTA_TABLE: u16 = 15;
const RTA_NH_ID: u16 = 30;
const NHA_ID: u16 = 1;
const NHA_GROUP: u16 = 2;
const NHA_OIF: u16 = 5;

/// The kernel's own table: what is delivered here, not sent.
const LOCAL: u32 = 255;
const UNICAST: u8 = 1;
const INET: u8 = 2;
const INET6: u8 = 10;
/// A default route that shall not be touched is often laid over by its two halves, as VPNs do.
const LONGEST: u8 = 1;

/// A route with what it says about its way out.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    to: IpAddr,
    length: u8,
    table: u32,
    devices: Vec<u32>,
    /// The next-hop object (since Linux 5.3) that knows its interfaces.
    object: Option<u32>,
}

/// A next-hop object: one way, or several others by their numbers.
#[derive(Debug, PartialEq, Eq)]
struct Object {
    id: u32,
    device: Option<u32>,
    group: Vec<u32>,
}

/// The routes to everything or to half of it, in all tables but the local one: an `ip rule` or a VRF may
/// lead anywhere.
pub(crate) fn read() -> io::Result<Vec<DefaultRoute>> {
    // All families at once: a kernel without IPv6 knows no question about it alone.
    let mut routes = dump(RTM_GETROUTE, &[0; ROUTE_BODY], |body| {
        route(body).into_iter().collect()
    })?;
    // With net.ipv4.nexthop_compat_mode the kernel names the interfaces itself; a kernel that does not
    // know the question has no such routes.
    if routes.iter().any(Route::is_open) {
        let objects = dump(RTM_GETNEXTHOP, &[0; OBJECT_BODY], |body| {
            object(body).into_iter().collect()
        })?;
        resolve(&mut routes, objects);
    }
    Ok(routes.iter().flat_map(Route::ways).collect())
}

fn route(body: &[u8]) -> Option<Route> {
    let unspecified = match *body.first()? {
        INET => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        INET6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => return None,
    };
    let mut route = Route {
        to: unspecified,
        length: *body.get(1)?,
        table: u32::from(*body.get(4)?),
        devices: Vec::new(),
        object: None,
    };
    if route.length > LONGEST || *body.get(7)? != UNICAST {
        return None;
    }
    for (kind, value) in attributes(body.get(ROUTE_BODY..)?) {
        match kind {
            RTA_DST => route.to = address(value).unwrap_or(route.to),
            RTA_TABLE => route.table = u32_at(value, 0).unwrap_or(route.table),
            RTA_OIF => route.devices.extend(u32_at(value, 0)),
            RTA_MULTIPATH => route.devices.append(&mut next_hops(value)),
            RTA_NH_ID => route.object = u32_at(value, 0),
            _ => {}
        }
    }
    (route.table != LOCAL).then_some(route)
}

impl Route {
    /// Does only its next-hop object know where it goes?
    fn is_open(&self) -> bool {
        self.devices.is_empty() && self.object.is_some()
    }

    fn ways(&self) -> impl Iterator<Item = DefaultRoute> {
        self.devices.iter().map(|device| DefaultRoute {
            device: *device,
            to: self.to,
            length: self.length,
            table: self.table,
        })
    }
}

fn address(value: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(value).map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(value).map(IpAddr::from);
    v4().or_else(|_| v6()).ok()
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

fn object(body: &[u8]) -> Option<Object> {
    let (mut id, mut device, mut group) = (None, None, Vec::new());
    for (kind, value) in attributes(body.get(OBJECT_BODY..)?) {
        match kind {
            NHA_ID => id = u32_at(value, 0),
            NHA_OIF => device = u32_at(value, 0),
            NHA_GROUP => {
                let entries = value.chunks_exact(GROUP_ENTRY);
                group = entries.filter_map(|entry| u32_at(entry, 0)).collect();
            }
            _ => {}
        }
    }
    Some(Object {
        id: id?,
        device,
        group,
    })
}

/// Groups hold single ways only, never groups.
fn resolve(routes: &mut [Route], objects: Vec<Object>) {
    let by_id: BTreeMap<u32, Object> = objects
        .into_iter()
        .map(|object| (object.id, object))
        .collect();
    let device = |id: &u32| by_id.get(id).and_then(|object| object.device);
    for route in routes.iter_mut().filter(|route| route.is_open()) {
        let Some(object) = route.object.and_then(|id| by_id.get(&id)) else {
            continue;
        };
        route.devices.extend(object.device);
        route.devices.extend(object.group.iter().filter_map(device));
    }
}
