use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::address::family;
use super::{Answer, Rtnl};
use crate::mac::Mac;
use crate::neighbour::Reachability;

/// A row of the neighbour table or of a bridge's forwarding database, which the kernel keeps in one form.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) device: u32,
    pub(crate) master: Option<u32>,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) mac: Option<Mac>,
    pub(crate) vlan: Option<u16>,
    pub(crate) state: Reachability,
}

impl Rtnl {
    /// Who answers for which address, both families.
    pub(crate) fn neighbours(&mut self) -> Answer<Vec<Row>> {
        self.rows(AddressFamily::Unspec)
    }

    /// Which port each MAC is behind, of all bridges.
    pub(crate) fn fdb(&mut self) -> Answer<Vec<Row>> {
        self.rows(AddressFamily::Bridge)
    }

    fn rows(&mut self, family: AddressFamily) -> Answer<Vec<Row>> {
        let mut wanted = NeighbourMessage::default();
        wanted.header.family = family;
        let replies = self.dump(&RouteNetlinkMessage::GetNeighbour(wanted))?;
        Ok(replies.into_iter().filter_map(row).collect())
    }

    /// Sets an entry that no ARP or neighbor discovery can change.
    pub(crate) fn pin_neighbour(&mut self, device: u32, ip: IpAddr, mac: Mac) -> Answer<()> {
        let mut message = NeighbourMessage::default();
        message.header.family = family(ip);
        message.header.ifindex = device;
        message.header.state = NeighbourState::Permanent;
        message.attributes = vec![
            NeighbourAttribute::Destination(NeighbourAddress::from(ip)),
            NeighbourAttribute::LinkLayerAddress(mac.to_vec()),
        ];
        self.request(
            RouteNetlinkMessage::NewNeighbour(message),
            NLM_F_CREATE | NLM_F_REPLACE,
        )
        .map(drop)
    }
}

fn row(reply: RouteNetlinkMessage) -> Option<Row> {
    let RouteNetlinkMessage::NewNeighbour(message) = reply else {
        return None;
    };
    let state = reachability(message.header.state);
    let mut row = Row {
        device: message.header.ifindex,
        state,
        ..Row::default()
    };
    for attribute in message.attributes {
        read(attribute, &mut row);
    }
    Some(row)
}

fn read(attribute: NeighbourAttribute, row: &mut Row) {
    match attribute {
        NeighbourAttribute::Destination(NeighbourAddress::Inet(ip)) => row.ip = Some(ip.into()),
        NeighbourAttribute::Destination(NeighbourAddress::Inet6(ip)) => row.ip = Some(ip.into()),
        NeighbourAttribute::LinkLayerAddress(mac) => row.mac = mac.try_into().ok(),
        NeighbourAttribute::Vlan(vlan) => row.vlan = Some(vlan),
        NeighbourAttribute::Controller(master) => row.master = Some(master),
        _ => {}
    }
}

fn reachability(state: NeighbourState) -> Reachability {
    match state {
        NeighbourState::Incomplete => Reachability::Incomplete,
        NeighbourState::Reachable => Reachability::Reachable,
        NeighbourState::Stale => Reachability::Stale,
        NeighbourState::Delay => Reachability::Delay,
        NeighbourState::Probe => Reachability::Probe,
        NeighbourState::Failed => Reachability::Failed,
        NeighbourState::Noarp => Reachability::NoArp,
        NeighbourState::Permanent => Reachability::Permanent,
        _ => Reachability::None,
    }
}
