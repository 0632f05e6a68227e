//! ARP (RFC 826) and RARP (RFC 903): rules 4.1 to 4.4.

use std::net::Ipv4Addr;

use vifguard_policy::Guard;

use crate::bytes::{take, u16_at, v4_at};
use crate::judge::{Never, PAYLOAD};
use crate::judgement::{Step, require, settle};
use crate::{CompiledPort, Rule};

const LEN: usize = 28;
const OPERATION: usize = PAYLOAD + 6;
const SENDER_MAC: usize = PAYLOAD + 8;
const SENDER_IP: usize = PAYLOAD + 14;
const TARGET_MAC: usize = PAYLOAD + 18;
const TARGET_IP: usize = PAYLOAD + 24;

const REQUEST: u16 = 1;
const REPLY: u16 = 2;
const REVERSE_REQUEST: u16 = 3;

/// The fields that make a claim.
struct Message {
    operation: u16,
    sender_mac: [u8; 6],
    sender_ip: Ipv4Addr,
    target_mac: [u8; 6],
    target_ip: Ipv4Addr,
}

impl Message {
    /// The message, if it is Ethernet and IPv4 and whole.
    fn read(frame: &[u8]) -> Option<Message> {
        // Hardware Ethernet, protocol IPv4, 6 and 4 bytes long.
        if take(frame, PAYLOAD)? != [0, 1, 8, 0, 6, 4] {
            return None;
        }
        Some(Message {
            operation: u16_at(frame, OPERATION)?,
            sender_mac: take(frame, SENDER_MAC)?,
            sender_ip: v4_at(frame, SENDER_IP)?,
            target_mac: take(frame, TARGET_MAC)?,
            target_ip: v4_at(frame, TARGET_IP)?,
        })
    }
}

pub(crate) fn arp(port: &CompiledPort, frame: &[u8]) -> Step<Never> {
    if !port.any(&[Guard::Mac, Guard::Arp]) {
        return settle(Rule::ArpUnguarded, PAYLOAD, LEN);
    }
    let Some(message) = Message::read(frame) else {
        return settle(Rule::ArpForm, PAYLOAD, LEN);
    };
    require(
        matches!(message.operation, REQUEST | REPLY),
        Rule::ArpForm,
        OPERATION,
        2,
    )?;
    if port.has(Guard::Mac) {
        require(
            port.owns_mac(message.sender_mac),
            Rule::ArpSenderMac,
            SENDER_MAC,
            6,
        )?;
    }
    if port.has(Guard::Arp) {
        if message.sender_ip.is_unspecified() {
            // RFC 5227: a probe asks for the address that the sender is about to take.
            let probe = message.operation == REQUEST && port.owns_v4(message.target_ip);
            require(probe, Rule::ArpSenderIp, SENDER_IP, 4)?;
            return settle(Rule::ArpProbe, TARGET_IP, 4);
        }
        require(
            port.owns_v4(message.sender_ip),
            Rule::ArpSenderIp,
            SENDER_IP,
            4,
        )?;
    }
    settle(Rule::ArpOwn, SENDER_MAC, 10)
}

/// What a hypervisor sends for its guest after a live migration, so that switches learn the new place.
pub(crate) fn rarp(port: &CompiledPort, frame: &[u8]) -> Step<Never> {
    if !port.any(&[Guard::Mac, Guard::Arp]) {
        return settle(Rule::RarpUnguarded, PAYLOAD, LEN);
    }
    let Some(message) = Message::read(frame) else {
        return settle(Rule::Rarp, PAYLOAD, LEN);
    };
    require(
        message.operation == REVERSE_REQUEST,
        Rule::Rarp,
        OPERATION,
        2,
    )?;
    require(message.sender_ip.is_unspecified(), Rule::Rarp, SENDER_IP, 4)?;
    require(message.target_ip.is_unspecified(), Rule::Rarp, TARGET_IP, 4)?;
    if port.has(Guard::Mac) {
        require(port.owns_mac(message.sender_mac), Rule::Rarp, SENDER_MAC, 6)?;
        require(port.owns_mac(message.target_mac), Rule::Rarp, TARGET_MAC, 6)?;
    }
    settle(Rule::RarpOwn, SENDER_MAC, 16)
}
