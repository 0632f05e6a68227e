//! Neighbor discovery (RFC 4861): rules 6.3, 6.5 and 6.6.
//!
//! Only messages of a shape that every honest stack sends are let through, so that a filter without
//! loops can see every option: up to four, of 8 bytes each (link-layer addresses, the nonce of
//! RFC 7527).

use vifguard_policy::Guard;

use crate::bytes::{take, u8_at, v6_at};
use crate::ipv6::{HOP_LIMIT, Packet, SOURCE};
use crate::judgement::{Step, require, settle};
use crate::{CompiledPort, Rule};

const ROUTER_SOLICITATION: u8 = 133;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;

const SOURCE_LINK_LAYER: u8 = 1;
const TARGET_LINK_LAYER: u8 = 2;
const OPTION: usize = 8;
const MOST_OPTIONS: usize = 4;

/// A message whose options were walked to the end of the packet.
pub(crate) struct Message {
    kind: u8,
    /// Offset of the first option.
    options: usize,
    count: usize,
    has_source_option: bool,
}

/// Router solicitation, neighbor solicitation, neighbor advertisement.
pub(crate) fn is_guarded(kind: u8) -> bool {
    matches!(
        kind,
        ROUTER_SOLICITATION | NEIGHBOR_SOLICITATION | NEIGHBOR_ADVERTISEMENT
    )
}

/// Rule 6.3.
pub(crate) fn form(packet: &Packet<'_>, kind: u8) -> Step<Message> {
    let upper = packet.upper;
    // RFC 6980: never in a fragment, the atomic one included.
    require(!packet.fragmented, Rule::NdForm, upper - 8, 8)?;
    require(
        u8_at(packet.bytes, HOP_LIMIT) == Some(255),
        Rule::NdForm,
        HOP_LIMIT,
        1,
    )?;
    require(
        u8_at(packet.bytes, upper + 1) == Some(0),
        Rule::NdForm,
        upper + 1,
        1,
    )?;
    let options = upper + if kind == ROUTER_SOLICITATION { 8 } else { 24 };
    let Some(rest) = packet.bytes.get(options..) else {
        return settle(Rule::NdForm, upper, options - upper);
    };
    let count = rest.len() / OPTION;
    require(
        rest.len().is_multiple_of(OPTION) && count <= MOST_OPTIONS,
        Rule::NdForm,
        options,
        rest.len(),
    )?;
    let mut message = Message {
        kind,
        options,
        count,
        has_source_option: false,
    };
    for at in message.option_offsets() {
        require(
            u8_at(packet.bytes, at + 1) == Some(1),
            Rule::NdForm,
            at + 1,
            1,
        )?;
        message.has_source_option |= u8_at(packet.bytes, at) == Some(SOURCE_LINK_LAYER);
    }
    Ok(message)
}

impl Message {
    fn option_offsets(&self) -> impl Iterator<Item = usize> + use<> {
        let first = self.options;
        (0..self.count).map(move |i| first + i * OPTION)
    }

    /// The forms in which a host without an address may speak (rule 6.4, a and c).
    pub(crate) fn may_be_unspecified(&self, packet: &Packet<'_>) -> bool {
        let to_solicited_node =
            packet.destination.octets()[..13] == [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];
        let kind = match self.kind {
            ROUTER_SOLICITATION => true,
            NEIGHBOR_SOLICITATION => to_solicited_node,
            _ => false,
        };
        kind && !self.has_source_option
    }
}

/// Rules 6.5 and 6.6: the MACs and addresses that a message claims.
pub(crate) fn claims(port: &CompiledPort, packet: &Packet<'_>, message: &Message) -> Step {
    if port.has(Guard::Mac) {
        options(port, packet, message)?;
    }
    if port.has(Guard::Nd) {
        addresses(port, packet, message)?;
    }
    Ok(())
}

fn options(port: &CompiledPort, packet: &Packet<'_>, message: &Message) -> Step {
    for at in message.option_offsets() {
        let kind = u8_at(packet.bytes, at);
        if matches!(kind, Some(SOURCE_LINK_LAYER | TARGET_LINK_LAYER)) {
            let own = take(packet.bytes, at + 2).is_some_and(|mac| port.owns_mac(mac));
            require(own, Rule::NdOption, at + 2, 6)?;
        }
    }
    Ok(())
}

fn addresses(port: &CompiledPort, packet: &Packet<'_>, message: &Message) -> Step {
    let unspecified = packet.source.is_unspecified();
    let advertises = message.kind == NEIGHBOR_ADVERTISEMENT;
    if advertises || !unspecified {
        require(port.owns_v6(packet.source), Rule::NdSource, SOURCE, 16)?;
    }
    // From :: a solicitation is a claim too: it is how duplicate address detection is provoked.
    if advertises || message.kind == NEIGHBOR_SOLICITATION && unspecified {
        let target = packet.upper + 8;
        let own = v6_at(packet.bytes, target).is_some_and(|address| port.owns_v6(address));
        require(own, Rule::NdTarget, target, 16)?;
    }
    Ok(())
}

/// Rule 6.6, last sentence: nobody needs inverse neighbor discovery (RFC 3122) on Ethernet.
pub(crate) fn inverse(port: &CompiledPort, packet: &Packet<'_>) -> Step {
    let guarded = port.any(&[Guard::Mac, Guard::Nd]);
    let inverse = matches!(packet.icmp_type(), Some(141 | 142));
    require(!(guarded && inverse), Rule::InverseNd, packet.upper, 1)
}
