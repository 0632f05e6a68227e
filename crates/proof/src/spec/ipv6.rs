//! Section 6, without extension headers: rules 1, 2, 4 and 7.

use std::cmp::Ordering;

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::Contract;
use super::docket::Docket;
use super::nd::Discovery;
use crate::claims::Claims;
use crate::frame::{BitOf, IPV6_HEADER, Sight};
use crate::logic::Logic;
use crate::word::Words;

const UDP: u64 = 17;
const AH: u64 = 51;
const ICMPV6: u64 = 58;
const NO_NEXT: u64 = 59;
const PIM: u64 = 103;

impl<S: Sight, C: Claims<S::Logic> + ?Sized> Contract<'_, S, C> {
    pub(super) fn ipv6(&self, docket: &mut Docket<'_, S::Logic>) {
        let (logic, sight, claims) = (self.logic(), self.sight, self.claims);
        let identity = [Guard::Ipv6, Guard::Nd, Guard::Mac];
        if !claims.any(&identity) && !claims.any(&[Guard::Router, Guard::DhcpServer]) {
            docket.pass_rest();
            return;
        }
        let discovery = Discovery::of(self);
        self.ipv6_form(docket, &discovery.any);
        if claims.has(Guard::Router) {
            // Advertisement, redirect, multicast listener query, multicast router advertisement.
            let speaks = self.icmp(&[134, 137, 130, 151]);
            let pim = logic.is(&sight.word(6..7), PIM);
            docket.refuse(Reason::Router, &logic.or(&speaks, &pim));
        }
        if claims.any(&identity) {
            docket.refuse(Reason::NdMalformed, &discovery.malformed);
        }
        if claims.has(Guard::Ipv6) {
            docket.require(Reason::Ipv6, &self.may_be_source(&discovery));
        }
        if claims.has(Guard::Mac) {
            docket.require(Reason::NdMac, &discovery.owns_options(self));
        }
        if claims.has(Guard::Nd) {
            docket.require(Reason::NdSource, &discovery.owns_source(self));
            docket.require(Reason::NdTarget, &discovery.owns_target(self));
        }
        if claims.any(&[Guard::Mac, Guard::Nd]) {
            docket.refuse(Reason::NdTarget, &self.icmp(&[141, 142]));
        }
        if claims.has(Guard::DhcpServer) {
            let (from, to) = (sight.upper_word(0..2), sight.upper_word(2..4));
            let ports = logic.or(&logic.is(&from, 547), &logic.is(&to, 546));
            let udp = logic.is(&sight.word(6..7), UDP);
            docket.refuse(Reason::DhcpServer, &logic.and(&udp, &ports));
        }
        docket.pass_rest();
    }

    /// Is it ICMPv6 of one of these types?
    pub(super) fn icmp(&self, kinds: &[u64]) -> BitOf<S> {
        let kind = self.sight.upper_word(0..1);
        let icmp = self.logic().is(&self.sight.word(6..7), ICMPV6);
        self.logic()
            .and(&icmp, &self.logic().is_among(&kind, kinds))
    }

    /// Rule 6.1.
    fn ipv6_form(&self, docket: &mut Docket<'_, S::Logic>, discovery: &BitOf<S>) {
        let (logic, sight) = (self.logic(), self.sight);
        let (length, next) = (sight.word(4..6), sight.word(6..7));
        let end = logic.plus(&length, IPV6_HEADER as u64);
        let headed = logic.is_among(&next, &[UDP, AH, ICMPV6]);
        let empty = logic.is(&length, 0);
        let malformed = [
            logic.not(&sight.carries(IPV6_HEADER)),
            logic.not(&logic.is(&sight.word(0..1)[..4], 6)),
            logic.minus(&empty, &logic.is(&next, NO_NEXT)),
            sight.length_is(Ordering::Less, &end),
            logic.and(&headed, &logic.is_below(&length, 8)),
            logic.minus(discovery, &sight.length_is(Ordering::Equal, &end)),
        ];
        docket.refuse(Reason::Ipv6Malformed, &logic.any(&malformed));
    }

    /// Rule 6.4.
    fn may_be_source(&self, discovery: &Discovery<S::Logic>) -> BitOf<S> {
        let (logic, sight) = (self.logic(), self.sight);
        let group = logic.is(&sight.word(24..25), 0xff);
        let report = logic.and(&self.icmp(&[131, 132, 143]), &group);
        let solicited = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];
        let solicited = logic.reads(&sight.field(24..37), &solicited);
        let asks = logic.and(&discovery.solicitation, &solicited);
        let asks = logic.or(&asks, &discovery.router_solicitation);
        let asks = logic.minus(&asks, &discovery.has_source_option);
        let nobody = logic.or(&report, &asks);
        logic.choose(
            &discovery.unspecified,
            &nobody,
            &self.claims.owns_v6(&sight.field(8..24)),
        )
    }
}
