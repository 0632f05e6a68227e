//! The contract over any logic: sections 3 to 6, for the frames that the proof speaks of.
//!
//! A second rendition of what `vifguard_verdict::decide` says, and so never an authority: a test has
//! it judge hundreds of thousands of single frames and compares verdict and reason, and no frame is
//! shown to anybody before `decide` has confirmed what is said of it.

mod arp;
mod docket;
mod ipv4;
mod ipv6;
mod nd;

use vifguard_policy::Guard;
use vifguard_verdict::{Reason, Verdict};

use crate::claims::Claims;
use crate::frame::{ARP, BitOf, Carries, IPV4, IPV6, RARP, Sight, TAGS};
use crate::logic::Logic;
use crate::word::Words;

use docket::Docket;

/// An EtherType that is a tag to the contract, though not to the kernel.
const OTHER_TAG: u16 = 0x9100;

/// All frames by their verdict.
pub fn spec<S, C>(sight: &S, claims: &C) -> Vec<(Verdict, BitOf<S>)>
where
    S: Sight,
    C: Claims<S::Logic> + ?Sized,
{
    let mut docket = Docket::new(sight.logic());
    let contract = Contract { sight, claims };
    contract.ethernet(&mut docket);
    docket.settled()
}

/// The frames, and the port that sends them.
struct Contract<'a, S: Sight, C: ?Sized> {
    sight: &'a S,
    claims: &'a C,
}

impl<S: Sight, C: Claims<S::Logic> + ?Sized> Contract<'_, S, C> {
    fn logic(&self) -> &S::Logic {
        self.sight.logic()
    }

    /// Section 3, and where it sends frames on. Shorter frames than 14 bytes do not exist here.
    fn ethernet(&self, docket: &mut Docket<'_, S::Logic>) {
        let logic = self.logic();
        if self.claims.has(Guard::Mac) {
            let source: Vec<_> = (6..12).map(|at| self.sight.octet(at)).collect();
            docket.require(Reason::Mac, &self.claims.owns_mac(&source));
        }
        let ethertype = self.sight.ethertype();
        let is = |number: u16| logic.is(&ethertype, u64::from(number));
        let tags = TAGS.map(u64::from);
        let tag = logic.or(&logic.is_among(&ethertype, &tags), &is(OTHER_TAG));
        if self.claims.has(Guard::L2) {
            docket.refuse(Reason::Vlan, &tag);
        } else {
            docket.pass(&tag);
        }
        match self.sight.case().carries {
            Carries::Ipv4(_) | Carries::AnyIpv4 => self.ipv4(&mut docket.only(&is(IPV4))),
            Carries::NoIpv4 => self.no_ipv4(&mut docket.only(&is(IPV4))),
            Carries::Ipv6(_) => self.ipv6(&mut docket.only(&is(IPV6))),
            Carries::Other => {
                self.arp(&mut docket.only(&is(ARP)));
                self.rarp(&mut docket.only(&is(RARP)));
                self.other(docket);
            }
        }
    }

    /// Rules 3.4 and 3.5.
    fn other(&self, docket: &mut Docket<'_, S::Logic>) {
        if !self.claims.has(Guard::L2) {
            docket.pass_rest();
            return;
        }
        let logic = self.logic();
        let ethertype = self.sight.ethertype();
        docket.refuse(Reason::L2, &logic.is_below(&ethertype, 0x0600));
        let field = [self.sight.octet(12), self.sight.octet(13)];
        docket.require(Reason::L2, &self.claims.lists(&field));
        docket.pass_rest();
    }
}
