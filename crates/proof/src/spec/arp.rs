//! Section 4.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::Contract;
use super::docket::Docket;
use crate::claims::Claims;
use crate::frame::{BitOf, Sight};
use crate::logic::Logic;
use crate::word::Words;

const LEN: usize = 28;

impl<S: Sight, C: Claims<S::Logic> + ?Sized> Contract<'_, S, C> {
    /// Whole, hardware Ethernet, protocol IPv4, lengths 6 and 4.
    fn is_message(&self) -> BitOf<S> {
        let head = self
            .logic()
            .reads(&self.sight.field(0..6), &[0, 1, 8, 0, 6, 4]);
        self.logic().and(&self.sight.carries(LEN), &head)
    }

    pub(super) fn arp(&self, docket: &mut Docket<'_, S::Logic>) {
        let (logic, sight, claims) = (self.logic(), self.sight, self.claims);
        if !claims.any(&[Guard::Mac, Guard::Arp]) {
            docket.pass_rest();
            return;
        }
        let operation = sight.word(6..8);
        let known = logic.is_among(&operation, &[1, 2]);
        docket.require(Reason::ArpMalformed, &logic.and(&self.is_message(), &known));
        if claims.has(Guard::Mac) {
            docket.require(Reason::ArpMac, &claims.owns_mac(&sight.field(8..14)));
        }
        if claims.has(Guard::Arp) {
            let none = logic.is(&sight.word(14..18), 0);
            let owns_target = claims.owns_v4(&sight.field(24..28));
            let probe = logic.and(&logic.is(&operation, 1), &owns_target);
            let owns_sender = claims.owns_v4(&sight.field(14..18));
            docket.require(Reason::ArpIp, &logic.choose(&none, &probe, &owns_sender));
        }
        docket.pass_rest();
    }

    pub(super) fn rarp(&self, docket: &mut Docket<'_, S::Logic>) {
        let (logic, sight, claims) = (self.logic(), self.sight, self.claims);
        if !claims.any(&[Guard::Mac, Guard::Arp]) {
            docket.pass_rest();
            return;
        }
        let mut good = vec![
            self.is_message(),
            logic.is(&sight.word(6..8), 3),
            logic.is(&sight.word(14..18), 0),
            logic.is(&sight.word(24..28), 0),
        ];
        if claims.has(Guard::Mac) {
            good.push(claims.owns_mac(&sight.field(8..14)));
            good.push(claims.owns_mac(&sight.field(18..24)));
        }
        docket.require(Reason::Rarp, &logic.all(&good));
        docket.pass_rest();
    }
}
