use vifguard_policy::Guard;

use crate::bytes::{take, u16_at};
use crate::judgement::{Step, require, settle};
use crate::{CompiledPort, Judgement, Rule, Verdict, VlanTag, arp, ipv4, ipv6};

/// Offset of the Ethernet source address.
const SOURCE: usize = 6;
/// Offset of the EtherType or length field.
const ETHERTYPE: usize = 12;
/// Length of an Ethernet header, and offset of what it carries.
pub(crate) const PAYLOAD: usize = 14;

/// May this port send this frame?
///
/// `frame` is the frame as it leaves the guest, from the destination address on; `tag` is the VLAN
/// tag that the kernel took out of it, if it did.
pub fn decide(port: &CompiledPort, frame: &[u8], tag: Option<VlanTag>) -> Verdict {
    judge(port, frame, tag).verdict()
}

/// Like [`decide`], with the rule and the field that decided.
pub fn judge(port: &CompiledPort, frame: &[u8], tag: Option<VlanTag>) -> Judgement {
    match settle_frame(port, frame, tag) {
        Err(judgement) => judgement,
        Ok(never) => match never {},
    }
}

/// Every way through the rules ends in one that settles the frame.
pub(crate) enum Never {}

fn settle_frame(port: &CompiledPort, frame: &[u8], tag: Option<VlanTag>) -> Step<Never> {
    let (Some(source), Some(ethertype)) = (take::<6>(frame, SOURCE), u16_at(frame, ETHERTYPE))
    else {
        return settle(Rule::Runt, 0, frame.len());
    };
    if port.has(Guard::Mac) {
        require(port.owns_mac(source), Rule::EthernetSource, SOURCE, 6)?;
    }
    if tag.is_some() || matches!(ethertype, 0x8100 | 0x88a8 | 0x9100) {
        let rule = if port.has(Guard::L2) {
            Rule::Tag
        } else {
            Rule::TagOpen
        };
        return settle(rule, ETHERTYPE, 2);
    }
    match ethertype {
        0x0806 => arp::arp(port, frame),
        0x8035 => arp::rarp(port, frame),
        0x0800 => ipv4::ipv4(port, frame),
        0x86dd => ipv6::ipv6(port, frame),
        _ if !port.has(Guard::L2) => settle(Rule::EtherTypeOpen, ETHERTYPE, 2),
        0..0x0600 => settle(Rule::Length, ETHERTYPE, 2),
        _ if port.lists(ethertype) => settle(Rule::EtherTypeListed, ETHERTYPE, 2),
        _ => settle(Rule::EtherType, ETHERTYPE, 2),
    }
}
