//! Section 5.

use std::cmp::Ordering;

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::Contract;
use super::docket::Docket;
use crate::claims::Claims;
use crate::frame::{BitOf, Sight};
use crate::logic::Logic;
use crate::word::Words;

const ICMP: u64 = 1;
const IGMP: u64 = 2;
const UDP: u64 = 17;
const PIM: u64 = 103;

impl<S: Sight, C: Claims<S::Logic> + ?Sized> Contract<'_, S, C> {
    fn opens_ipv4(&self) -> bool {
        let guards = [Guard::Ipv4, Guard::Router, Guard::DhcpServer];
        self.claims.any(&guards)
    }

    pub(super) fn no_ipv4(&self, docket: &mut Docket<'_, S::Logic>) {
        if self.opens_ipv4() {
            docket.refuse(Reason::Ipv4Malformed, &self.logic().constant(true));
        }
        docket.pass_rest();
    }

    pub(super) fn ipv4(&self, docket: &mut Docket<'_, S::Logic>) {
        if !self.opens_ipv4() {
            docket.pass_rest();
            return;
        }
        let (logic, sight, claims) = (self.logic(), self.sight, self.claims);
        let protocol = sight.word(9..10);
        let is = |number| logic.is(&protocol, number);
        let head = logic.is(&sight.word(6..8)[3..], 0);
        self.ipv4_form(docket, &head);

        let kind = sight.upper_word(0..1);
        let typed = |number, kinds: &[u64]| logic.and(&is(number), &logic.is_among(&kind, kinds));
        if claims.has(Guard::Router) {
            // A redirect, a router advertisement; a membership query, a multicast router advertisement.
            let speaks = logic.or(&typed(ICMP, &[5, 9]), &typed(IGMP, &[0x11, 0x30]));
            let speaks = logic.and(&head, &speaks);
            docket.refuse(Reason::Router, &logic.or(&speaks, &is(PIM)));
        }
        let (from, to) = (sight.upper_word(0..2), sight.upper_word(2..4));
        if claims.has(Guard::Ipv4) {
            let destination = sight.word(16..20);
            let client = logic.all(&[
                logic.is(&destination, 0xffff_ffff),
                is(UDP),
                logic.is(&from, 68),
                logic.is(&to, 67),
            ]);
            let report = logic.and(
                &logic.is(&destination[..4], 0xe),
                &typed(IGMP, &[0x12, 0x16, 0x17, 0x22]),
            );
            let nobody = logic.is(&sight.word(12..16), 0);
            let unfragmented = logic.is(&sight.word(6..8)[2..], 0);
            let excepted = logic.or(&client, &report);
            docket.pass(&logic.all(&[nobody, unfragmented, excepted]));
            docket.require(Reason::Ipv4, &claims.owns_v4(&sight.field(12..16)));
        }
        if claims.has(Guard::DhcpServer) {
            let ports = logic.or(&logic.is(&from, 67), &logic.is(&to, 68));
            docket.refuse(Reason::DhcpServer, &logic.all(&[head, is(UDP), ports]));
        }
        docket.pass_rest();
    }

    /// Rule 5.1.
    fn ipv4_form(&self, docket: &mut Docket<'_, S::Logic>, head: &BitOf<S>) {
        let (logic, sight) = (self.logic(), self.sight);
        let total = sight.word(2..4);
        let upper = logic.widen(&sight.upper_begin(), 15);
        let below = |bytes| logic.order(&total, &logic.plus(&upper, bytes)).less;
        let opened = logic.is_among(&sight.word(9..10), &[ICMP, IGMP, UDP]);
        let opened = logic.and(head, &opened);
        let malformed = [
            sight.length_is(Ordering::Less, &total),
            below(0),
            logic.and(&opened, &below(8)),
        ];
        docket.refuse(Reason::Ipv4Malformed, &logic.any(&malformed));
    }
}
