use std::cmp::Ordering;
use std::ops::Range;

use super::case::IPV6_HEADER;
use super::{Carries, Case, ETHERTYPE};
use crate::Logic;
use crate::word::{Octet, Words};

/// Bits of the length of what a frame carries: longer ones than 128 KiB are not spoken of.
pub const LENGTH_BITS: u8 = 17;

/// A value in the logic of a sight.
pub type BitOf<S> = <<S as Sight>::Logic as Logic>::Bit;
/// A byte in the logic of a sight.
pub type OctetOf<S> = Octet<<S as Sight>::Logic>;

/// What is known of a frame: one frame, or all of a kind.
pub trait Sight {
    /// How truth is written.
    type Logic: Logic;

    /// The logic.
    fn logic(&self) -> &Self::Logic;
    /// The kind of the frame.
    fn case(&self) -> Case;
    /// The frames that there are: that they are of the kind, as far as it is not known.
    fn there_are(&self) -> BitOf<Self>;
    /// A byte, counted from the destination address, tag included. Where the frame has ended it means
    /// nothing.
    fn octet(&self, at: usize) -> OctetOf<Self>;
    /// The length of what is behind the Ethernet header and the tag, [`LENGTH_BITS`] long.
    fn length(&self) -> Vec<BitOf<Self>>;
    /// The frame is a chain of TCP segments that the sender's card is to cut (GSO).
    fn segments(&self) -> BitOf<Self>;
    /// Behind an IPv6 authentication header stands this header.
    fn behind(&self, header: u8) -> BitOf<Self>;

    /// A byte of the upper layer, where that is bytes of its own.
    fn detached(&self, at: usize) -> OctetOf<Self>;

    /// Length of the IP header.
    fn upper_begin(&self) -> Vec<BitOf<Self>> {
        let logic = self.logic();
        let begin = match self.case().carries {
            Carries::Ipv4(words) => words * 4,
            Carries::Ipv6(_) => IPV6_HEADER.try_into().unwrap_or(u8::MAX),
            Carries::NoIpv4 | Carries::Other => 0,
            Carries::AnyIpv4 => {
                let no = logic.constant(false);
                let words = &self.carried(0)[4..];
                return [&[no.clone(), no.clone()], words, &[no.clone(), no]].concat();
            }
        };
        logic.octet(begin).to_vec()
    }

    /// A byte of the upper layer.
    fn upper(&self, at: usize) -> OctetOf<Self> {
        match self.case().carries {
            Carries::Ipv4(words) => self.carried(usize::from(words) * 4 + at),
            Carries::Ipv6(_) => self.carried(IPV6_HEADER + at),
            Carries::AnyIpv4 => self.detached(at),
            Carries::NoIpv4 | Carries::Other => self.logic().octet(0),
        }
    }

    /// At least so many bytes of the upper layer, or of what is behind it, are carried.
    fn upper_reaches(&self, bytes: usize) -> BitOf<Self> {
        let logic = self.logic();
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        if bytes >> (LENGTH_BITS - 1) != 0 {
            return logic.constant(false);
        }
        let begin = logic.widen(&self.upper_begin(), usize::from(LENGTH_BITS) - 1);
        let end = logic.plus(&begin, bytes);
        logic.not(&self.length_is(Ordering::Less, &end))
    }

    /// Bytes of the upper layer, as a number.
    fn upper_word(&self, at: Range<usize>) -> Vec<BitOf<Self>> {
        at.flat_map(|at| self.upper(at)).collect()
    }

    /// A byte of what is behind the Ethernet header and the tag.
    fn carried(&self, at: usize) -> OctetOf<Self> {
        self.octet(self.case().header() + at)
    }

    /// Bytes of what is carried.
    fn field(&self, at: Range<usize>) -> Vec<OctetOf<Self>> {
        at.map(|at| self.carried(at)).collect()
    }

    /// Bytes of what is carried, as a number.
    fn word(&self, at: Range<usize>) -> Vec<BitOf<Self>> {
        self.field(at).into_iter().flatten().collect()
    }

    /// At least so many bytes are carried.
    fn carries(&self, bytes: usize) -> BitOf<Self> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        if bytes == 0 {
            return self.logic().constant(true);
        }
        if bytes >> LENGTH_BITS != 0 {
            return self.logic().constant(false);
        }
        self.logic().is_at_least(&self.length(), bytes)
    }

    /// How the length of what is carried compares with another number of [`LENGTH_BITS`] or fewer.
    fn length_is(&self, order: Ordering, number: &[BitOf<Self>]) -> BitOf<Self> {
        let logic = self.logic();
        let number = logic.widen(number, usize::from(LENGTH_BITS));
        logic.order(&self.length(), &number).is(logic, order)
    }

    /// The EtherType in its place behind the addresses: that of the tag, if there is one.
    fn ethertype(&self) -> Vec<BitOf<Self>> {
        [self.octet(ETHERTYPE), self.octet(ETHERTYPE + 1)].concat()
    }
}
