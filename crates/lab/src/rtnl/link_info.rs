use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BridgePortState, InfoBridgePort, InfoPortData, LinkAttribute, LinkFlags, LinkInfo as Info,
    State, Stats64,
};

use crate::link_info::{LinkInfo, LinkStats};

/// A device out of a reply; `None` if the reply is about something else.
pub(super) fn link(reply: RouteNetlinkMessage) -> Option<LinkInfo> {
    let RouteNetlinkMessage::NewLink(message) = reply else {
        return None;
    };
    let mut found = LinkInfo {
        index: message.header.index,
        up: message.header.flags.contains(LinkFlags::Up),
        carrier: message.header.flags.contains(LinkFlags::LowerUp),
        ..LinkInfo::default()
    };
    found.ready = found.up && found.carrier && !message.attributes.iter().any(holds_back);
    for attribute in message.attributes {
        read(attribute, &mut found);
    }
    Some(found)
}

/// Until the kernel has noticed the carrier (linkwatch, in the background), the device has no queue and
/// drops what it is told to send, its bridge does not forward, and IPv6 makes no link-local.
fn holds_back(attribute: &LinkAttribute) -> bool {
    match attribute {
        LinkAttribute::Qdisc(queue) => queue == "noop",
        LinkAttribute::OperState(state) => !matches!(state, State::Up | State::Unknown),
        LinkAttribute::LinkInfo(infos) => {
            port_state(infos).is_some_and(|state| state != BridgePortState::Forwarding)
        }
        _ => false,
    }
}

fn read(attribute: LinkAttribute, found: &mut LinkInfo) {
    match attribute {
        LinkAttribute::IfName(name) => found.name = name,
        LinkAttribute::Address(mac) => found.mac = mac.try_into().unwrap_or_default(),
        LinkAttribute::Mtu(mtu) => found.mtu = mtu,
        LinkAttribute::Controller(master) => found.master = Some(master),
        LinkAttribute::Stats64(stats) => found.stats = counters(stats),
        LinkAttribute::LinkInfo(infos) => found.kind = kind(&infos),
        _ => {}
    }
}

fn kind(infos: &[Info]) -> String {
    let kind = infos.iter().find_map(|info| {
        let Info::Kind(kind) = info else { return None };
        Some(kind.to_string())
    });
    kind.unwrap_or_default()
}

/// How far a bridge has let the port in; `None` if it is no bridge port.
fn port_state(infos: &[Info]) -> Option<BridgePortState> {
    let port = infos.iter().find_map(|info| {
        let Info::PortData(InfoPortData::BridgePort(port)) = info else {
            return None;
        };
        Some(port)
    })?;
    port.iter().find_map(|item| {
        let InfoBridgePort::State(state) = item else {
            return None;
        };
        Some(*state)
    })
}

fn counters(stats: Stats64) -> LinkStats {
    LinkStats {
        rx_packets: stats.rx_packets,
        tx_packets: stats.tx_packets,
        rx_bytes: stats.rx_bytes,
        tx_bytes: stats.tx_bytes,
        rx_dropped: stats.rx_dropped,
        tx_dropped: stats.tx_dropped,
        rx_errors: stats.rx_errors,
        tx_errors: stats.tx_errors,
    }
}
