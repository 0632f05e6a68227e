use super::{
    BitOf, Carries, Case, EXTENSIONS, IPV4, IPV6, LENGTH_BITS, Next, OctetOf, Sight, TAGS,
};
use crate::diagram::{Diagrams, Variable};
use crate::logic::Logic;
use crate::word::Words;

/// Bytes whose place in the order of variables is chosen; the longest neighbor discovery ends before.
const ORDERED: u32 = 128;
const TCP: u64 = 6;
const TCP_HEADER: usize = 20;
/// Look-ups by a field for which there is room beside it.
const LOOKUPS: u32 = 8;

/// All frames of a kind.
#[derive(Clone, Copy)]
pub struct Any<'d> {
    diagrams: &'d Diagrams,
    case: Case,
}

impl<'d> Any<'d> {
    /// All frames of this kind.
    pub fn of(diagrams: &'d Diagrams, case: Case) -> Any<'d> {
        Any { diagrams, case }
    }

    /// The order of variables in which diagrams of frames are small: what is compared lies together.
    /// That is the length of a frame and the lengths that IPv4 and IPv6 say, behind a tag and without;
    /// and a field and what is looked up by it.
    pub fn order() -> Vec<Variable> {
        const LENGTHS: [u32; 4] = [16, 18, 20, 22];
        const IPV4_END: u32 = 34;
        let mut order = vec![Variable::Segments, Variable::Length(LENGTH_BITS - 1)];
        for bit in (0..16u8).rev() {
            order.push(Variable::Length(bit));
            let (byte, place) = (u32::from(1 - bit / 8), 7 - bit % 8);
            order.extend(LENGTHS.map(|at| Variable::Frame(at + byte, place)));
        }
        let placed = |at: u32| {
            LENGTHS
                .iter()
                .any(|field| (*field..field + 2).contains(&at))
        };
        for at in (6..ORDERED).chain(0..6) {
            if !placed(at) {
                order.extend((0..8).map(|bit| Variable::Frame(at, bit)));
            }
            if at == IPV4_END {
                order.extend((0..8).flat_map(|at| (0..8).map(move |bit| Variable::Upper(at, bit))));
            }
            order.extend((0..LOOKUPS).map(|slot| Variable::Found(at, slot)));
        }
        order
    }

    fn bytes(&self, of: fn(u32, u8) -> Variable, at: usize) -> OctetOf<Self> {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        std::array::from_fn(|i| {
            let bit = u8::try_from(i).unwrap_or(0);
            self.diagrams.variable(of(at, bit))
        })
    }
}

impl Sight for Any<'_> {
    type Logic = Diagrams;

    fn logic(&self) -> &Diagrams {
        self.diagrams
    }

    fn case(&self) -> Case {
        self.case
    }

    fn there_are(&self) -> BitOf<Self> {
        let logic = self.logic();
        let first = self.carried(0);
        let long = logic.is_at_least(&first[4..], 5);
        let proper = logic.and(&logic.is(&first[..4], 4), &long);
        let next = self.carried(6);
        let mut there = match self.case.carries {
            Carries::AnyIpv4 => proper,
            Carries::NoIpv4 => logic.not(&proper),
            Carries::Ipv6(Next::Other) => {
                let named = [Next::Icmp, Next::Udp].into_iter().filter_map(Next::number);
                let named: Vec<u64> = EXTENSIONS.into_iter().chain(named).map(u64::from).collect();
                logic.not(&logic.is_among(&next, &named))
            }
            Carries::Ipv4(_) | Carries::Ipv6(_) => logic.constant(true),
            Carries::Other => {
                let header = self.case.header();
                let ethertype = [self.octet(header - 2), self.octet(header - 1)].concat();
                let named = [IPV4, IPV6].map(u64::from);
                let named = logic.is_among(&ethertype, &named);
                let tags = logic.is_among(&ethertype, &TAGS.map(u64::from));
                let tagged = logic.constant(self.case.tag.is_some());
                logic.not(&logic.or(&named, &logic.minus(&tags, &tagged)))
            }
        };
        if self.case.tag.is_some() {
            there = logic.and(&there, &self.carries(2));
        }
        let may_be_cut = match self.case.carries {
            Carries::Ipv4(_) | Carries::AnyIpv4 => logic.is(&self.carried(9), TCP),
            Carries::Ipv6(_) => logic.is(&next, TCP),
            Carries::NoIpv4 | Carries::Other => logic.constant(false),
        };
        // A header, and more than the one byte that a segment has at least.
        let may_be_cut = logic.and(&may_be_cut, &self.upper_reaches(TCP_HEADER + 2));
        let cut = logic.minus(&self.segments(), &may_be_cut);
        logic.minus(&there, &cut)
    }

    fn octet(&self, at: usize) -> OctetOf<Self> {
        match self.case.octet(at) {
            Some(known) => self.diagrams.octet(known),
            None => self.bytes(Variable::Frame, at),
        }
    }

    fn length(&self) -> Vec<BitOf<Self>> {
        let bits = (0..LENGTH_BITS).rev();
        bits.map(|bit| self.diagrams.variable(Variable::Length(bit)))
            .collect()
    }

    fn segments(&self) -> BitOf<Self> {
        self.diagrams.variable(Variable::Segments)
    }

    fn behind(&self, header: u8) -> BitOf<Self> {
        self.diagrams.variable(Variable::Behind(header))
    }

    fn detached(&self, at: usize) -> OctetOf<Self> {
        self.bytes(Variable::Upper, at)
    }
}
