//! One frame out of many: the plainest that serves.

use std::cmp::Ordering;
use std::fmt;

use oxidd::bcdd::BCDDFunction;
use vifguard_policy::Identity;

use super::{Any, Carries, Case, LENGTH_BITS, Sight};
use crate::diagram::{Assignment, Diagrams, Variable};
use crate::logic::Logic;
use crate::word::Words;

/// A frame that a difference is shown on.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// From the destination address on, the tag in its place.
    pub bytes: Vec<u8>,
    /// It must be sent as a chain of TCP segments that a card is to cut (GSO).
    pub segments: bool,
}

impl Picture {
    /// The bytes in hexadecimal digits.
    pub fn hex(&self) -> String {
        self.bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segments = if self.segments { ", in segments" } else { "" };
        write!(f, "{} bytes{segments}: {}", self.bytes.len(), self.hex())
    }
}

/// The shortest that a wire carries.
const LEAST: u64 = 46;
const MOST: u64 = 1500;
const BROADCAST: [u8; 6] = [0xff; 6];
const STRANGER: [u8; 6] = [2, 0, 0, 0, 0, 0x66];
const HOPS: u64 = 64;
const ALL_NODES: [u8; 16] = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const ANYWHERE: [u8; 4] = [198, 51, 100, 1];
/// Addresses that nobody has (RFC 5737, RFC 3849).
const FOREIGN: [u8; 4] = [203, 0, 113, 66];
const FOREIGN_V6: [u8; 16] = [
    0x20, 1, 0xd, 0xb8, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66,
];

/// One of these frames of a kind; none if there is none. A liar's has a foreign address, if it may.
pub(crate) fn picture(
    diagrams: &Diagrams,
    case: Case,
    frames: &BCDDFunction,
    identity: Option<&Identity>,
    lies: bool,
) -> Option<Picture> {
    let sight = Any::of(diagrams, case);
    let mut left = frames.clone();
    for wish in wishes(&sight, identity, lies) {
        let both = diagrams.and(&left, &wish);
        if !diagrams.is_never(&both) {
            left = both;
        }
    }
    let assignment = diagrams.example(&left)?;
    let plain = draw(case, &assignment);
    // A frame that a real stack would take, if that is one of them too.
    let mut whole = plain.clone();
    super::checksum::fill(case, &mut whole.bytes);
    let serves = diagrams.holds(frames, |variable| match *variable {
        Variable::Frame(at, bit) => {
            let byte = usize::try_from(at).ok().and_then(|at| whole.bytes.get(at));
            byte.is_some_and(|byte| byte >> (7 - bit) & 1 == 1)
        }
        Variable::Length(_)
        | Variable::Segments
        | Variable::Behind(_)
        | Variable::Upper(..)
        | Variable::Found(..) => assignment.get(variable).copied().unwrap_or(false),
    });
    Some(if serves { whole } else { plain })
}

/// What makes a frame plain, the most wanted first.
fn wishes(sight: &Any<'_>, identity: Option<&Identity>, lies: bool) -> Vec<BCDDFunction> {
    let logic = sight.logic();
    let octets = |first: usize, count: usize| -> Vec<_> {
        (first..first + count).map(|at| sight.octet(at)).collect()
    };
    let source = octets(6, 6);
    let own = identity.and_then(|identity| identity.macs.first());
    let mut wishes = vec![
        logic.not(&sight.segments()),
        // A bridge floods it, and no snooping of groups looks into it.
        logic.reads(&octets(0, 6), &BROADCAST),
        logic.reads(&source, own.map_or(&STRANGER, |mac| &mac.0)),
        // A bridge takes no frame from a group or from nobody.
        logic.is(&source[0][6..], 2),
        logic.is_below(&sight.length(), MOST),
        logic.is_at_least(&sight.length(), LEAST),
    ];
    // Who cuts segments apart looks for the end of the TCP header.
    let header = logic.is(&sight.upper(12), 0x50);
    wishes.push(logic.or(&header, &logic.not(&sight.segments())));
    match sight.case().carries {
        Carries::Ipv4(_) | Carries::AnyIpv4 | Carries::NoIpv4 => {
            wishes.push(sight.length_is(Ordering::Equal, &sight.word(2..4)));
            wishes.push(logic.is(&sight.word(8..9), HOPS));
            let own = identity.and_then(|identity| identity.v4.first());
            let own = own.map(|net| net.network().octets());
            let sources = lies.then_some(FOREIGN).into_iter().chain(own);
            wishes.extend(sources.map(|source| logic.reads(&sight.field(12..16), &source)));
            wishes.push(logic.reads(&sight.field(16..20), &ANYWHERE));
        }
        Carries::Ipv6(_) => {
            let end = logic.plus(&sight.word(4..6), 40);
            wishes.push(sight.length_is(Ordering::Equal, &end));
            wishes.push(logic.is(&sight.word(7..8), HOPS));
            let own = identity.and_then(|identity| identity.v6.first());
            let own = own.map(|net| net.network().octets());
            let sources = lies.then_some(FOREIGN_V6).into_iter().chain(own);
            wishes.extend(sources.map(|source| logic.reads(&sight.field(8..24), &source)));
            wishes.push(logic.reads(&sight.field(24..40), &ALL_NODES));
        }
        Carries::Other => {}
    }
    wishes
}

fn draw(case: Case, assignment: &Assignment) -> Picture {
    let is = |variable: Variable| assignment.get(&variable).copied().unwrap_or(false);
    let length = (0..LENGTH_BITS)
        .filter(|bit| is(Variable::Length(*bit)))
        .map(|bit| 1usize << bit)
        .sum::<usize>();
    let header = case.header();
    let mut bytes = vec![0u8; header + length];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        for bit in 0..8 {
            *byte |= u8::from(is(Variable::Frame(at, bit))) << (7 - bit);
        }
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = case.octet(at).unwrap_or(*byte);
    }
    Picture {
        bytes,
        segments: is(Variable::Segments),
    }
}
