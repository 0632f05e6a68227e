//! Section 6, rules 3, 5 and 6: neighbor discovery.

use super::Contract;
use crate::claims::Claims;
use crate::frame::{BitOf, IPV6_HEADER, Sight};
use crate::logic::Logic;
use crate::word::Words;

const OPTION: usize = 8;
const MOST_OPTIONS: usize = 4;
const ROUTER_SOLICITATION: u64 = 133;
const SOLICITATION: u64 = 135;
const ADVERTISEMENT: u64 = 136;

/// What the rules ask of a message.
pub(super) struct Discovery<L: Logic> {
    pub(super) any: L::Bit,
    pub(super) router_solicitation: L::Bit,
    pub(super) solicitation: L::Bit,
    advertisement: L::Bit,
    /// The source address is `::`.
    pub(super) unspecified: L::Bit,
    /// By rule 6.3.
    pub(super) malformed: L::Bit,
    pub(super) has_source_option: L::Bit,
}

/// A place where an option may stand.
struct Place<L: Logic> {
    /// There is an option.
    there: L::Bit,
    /// Where it begins, in what the frame carries.
    at: usize,
}

fn bytes(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl<L: Logic> Discovery<L> {
    pub(super) fn of<S, C>(contract: &Contract<'_, S, C>) -> Discovery<L>
    where
        S: Sight<Logic = L>,
        C: Claims<L> + ?Sized,
    {
        let (logic, sight) = (contract.logic(), contract.sight);
        let [router_solicitation, solicitation, advertisement] =
            [ROUTER_SOLICITATION, SOLICITATION, ADVERTISEMENT].map(|kind| contract.icmp(&[kind]));
        let neighbor = logic.or(&solicitation, &advertisement);
        let length = sight.word(4..6);
        let mut discovery = Discovery {
            any: logic.or(&router_solicitation, &neighbor),
            router_solicitation,
            solicitation,
            advertisement,
            unspecified: logic.is(&sight.word(8..24), 0),
            malformed: logic.constant(false),
            has_source_option: logic.constant(false),
        };
        let mut wrong = vec![
            logic.not(&logic.is(&sight.word(7..8), 255)),
            logic.not(&logic.is(&sight.word(41..42), 0)),
            logic.and(&neighbor, &logic.is_below(&length, 24)),
            // Both fixed parts are of whole words of eight bytes.
            logic.not(&logic.is(&length[13..], 0)),
        ];
        for (which, fixed) in [(&discovery.router_solicitation, 8), (&neighbor, 24)] {
            let most = bytes(fixed + MOST_OPTIONS * OPTION);
            wrong.push(logic.minus(which, &logic.is_below(&length, most + 1)));
        }
        for place in discovery.places(contract) {
            let octet = |at: usize| sight.word(place.at + at..place.at + at + 1);
            wrong.push(logic.minus(&place.there, &logic.is(&octet(1), 1)));
            let source = logic.and(&place.there, &logic.is(&octet(0), 1));
            discovery.has_source_option = logic.or(&discovery.has_source_option, &source);
        }
        discovery.malformed = logic.and(&discovery.any, &logic.any(&wrong));
        discovery
    }

    fn places<S, C>(&self, contract: &Contract<'_, S, C>) -> Vec<Place<L>>
    where
        S: Sight<Logic = L>,
        C: Claims<L> + ?Sized,
    {
        let (logic, sight) = (contract.logic(), contract.sight);
        let length = sight.word(4..6);
        let neighbor = logic.or(&self.solicitation, &self.advertisement);
        let kinds = [(&self.router_solicitation, 8), (&neighbor, 24)];
        let mut places = Vec::new();
        for (which, fixed) in kinds {
            for i in 0..MOST_OPTIONS {
                let at = fixed + i * OPTION;
                let reaches = logic.is_at_least(&length, bytes(at + OPTION));
                places.push(Place {
                    there: logic.and(which, &reaches),
                    at: IPV6_HEADER + at,
                });
            }
        }
        places
    }

    /// Rule 6.5.
    pub(super) fn owns_options<S, C>(&self, contract: &Contract<'_, S, C>) -> BitOf<S>
    where
        S: Sight<Logic = L>,
        C: Claims<L> + ?Sized,
    {
        let (logic, sight) = (contract.logic(), contract.sight);
        let mut all = logic.constant(true);
        for Place { there, at } in self.places(contract) {
            let claims = logic.is_among(&sight.word(at..at + 1), &[1, 2]);
            let own = contract.claims.owns_mac(&sight.field(at + 2..at + 8));
            let lie = logic.minus(&logic.and(&there, &claims), &own);
            all = logic.minus(&all, &lie);
        }
        all
    }

    /// Rule 6.6, first half.
    pub(super) fn owns_source<S, C>(&self, contract: &Contract<'_, S, C>) -> BitOf<S>
    where
        S: Sight<Logic = L>,
        C: Claims<L> + ?Sized,
    {
        let logic = contract.logic();
        let speaks = logic.minus(&self.any, &self.unspecified);
        let asked = logic.or(&self.advertisement, &speaks);
        let own = contract.claims.owns_v6(&contract.sight.field(8..24));
        logic.not(&logic.minus(&asked, &own))
    }

    /// Rule 6.6, second half.
    pub(super) fn owns_target<S, C>(&self, contract: &Contract<'_, S, C>) -> BitOf<S>
    where
        S: Sight<Logic = L>,
        C: Claims<L> + ?Sized,
    {
        let logic = contract.logic();
        let detects = logic.and(&self.solicitation, &self.unspecified);
        let asked = logic.or(&self.advertisement, &detects);
        let own = contract.claims.owns_v6(&contract.sight.field(48..64));
        logic.not(&logic.minus(&asked, &own))
    }
}
