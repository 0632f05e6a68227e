//! Is an address own? Chains that return if it is and refuse if it is not.
//!
//! Prefixes of each length have a hash set of their own, looked up with the address cut to that
//! length: what a look-up costs depends on how many lengths are in use, not on how many prefixes,
//! and one more prefix is one more element (interval sets over concatenations are rebuilt whole).

use std::collections::BTreeSet;

use vifguard_netlink::nft::Rule;
use vifguard_verdict::Reason;

use super::steps::{Field, Steps};
use super::{Program, Shape};
use crate::class::Court;
use crate::names;

/// The claim that a chain checks.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    /// Where it stands.
    pub(crate) field: Field,
    /// Why the frame is refused if it is a lie.
    pub(crate) reason: Reason,
    /// The sentence of the contract.
    pub(crate) comment: &'static str,
}

/// A chain that returns if the IPv4 address is own.
pub(crate) fn v4(program: &mut Program, name: String, court: Court, shape: &Shape, claim: Claim) {
    let Claim {
        field,
        reason,
        comment,
    } = claim;
    let mut rules = Vec::new();
    if shape.v4_lengths.contains(&32) {
        rules.push(Steps::new().owns(court, field, &names::v4(32)).back(""));
    }
    let (first, whole) = (field.first(1), field.first(4));
    // Nobody owns these, whatever prefix is listed; single addresses of theirs cannot be listed.
    for never in [
        Steps::new().eq(first, &[0]),
        Steps::new().eq(first, &[127]),
        Steps::new().eq_masked(first, &[0xf0], &[0xe0]),
        Steps::new().eq(whole, &[255; 4]),
    ] {
        rules.push(never.refuse(court.fate(), reason, comment));
    }
    for len in below(&shape.v4_lengths, 32) {
        let mask = mask::<4>(len);
        rules.push(
            Steps::new()
                .owns_prefix(court, field, &mask, &names::v4(len))
                .back(""),
        );
    }
    rules.push(
        Steps::new()
            .port_of(court)
            .refuse(court.fate(), reason, comment),
    );
    program.chain(name, rules);
}

/// A chain that returns if the IPv6 address is own.
pub(crate) fn v6(program: &mut Program, name: String, court: Court, shape: &Shape, claim: Claim) {
    let Claim {
        field,
        reason,
        comment,
    } = claim;
    let mut rules = Vec::new();
    if shape.v6_lengths.contains(&128) {
        rules.push(Steps::new().owns(court, field, &names::v6(128)).back(""));
    }
    let mut loopback = [0xff; 16];
    loopback[15] = 0xfe;
    rules.push(
        Steps::new()
            .eq(field.first(1), &[0xff])
            .refuse(court.fate(), reason, comment),
    );
    rules.push(Steps::new().eq_masked(field, &loopback, &[0; 16]).refuse(
        court.fate(),
        reason,
        comment,
    ));
    let prefix = |len| {
        Steps::new()
            .owns_prefix(court, field, &mask::<16>(len), &names::v6(len))
            .back("")
    };
    let (short, long): (Vec<u8>, Vec<u8>) =
        below(&shape.v6_lengths, 128).partition(|len| *len < 10);
    rules.extend(long.into_iter().map(prefix));
    // A prefix that merely covers fe80::/10, such as ::/0, owns no link-local.
    let link_local = || Steps::new().eq_masked(field.first(2), &[0xff, 0xc0], &[0xfe, 0x80]);
    if court.class.any_link_local {
        let any = format!("{name}.any");
        program.chain(any.clone(), any_link_local(court, shape, claim));
        rules.push(link_local().goto(any, "any link-local that is not taken"));
    } else {
        let foreign = link_local().port_of(court);
        rules.push(foreign.refuse(court.fate(), reason, comment));
    }
    rules.extend(short.into_iter().map(prefix));
    rules.push(
        Steps::new()
            .port_of(court)
            .refuse(court.fate(), reason, comment),
    );
    program.chain(name, rules);
}

fn any_link_local(court: Court, shape: &Shape, claim: Claim) -> Vec<Rule> {
    let taken = |len: u8| {
        let mask = mask::<16>(len);
        let mask = (len < 128).then_some(mask.as_slice());
        Steps::new().taken(court, claim.field, mask).refuse(
            court.fate(),
            claim.reason,
            claim.comment,
        )
    };
    shape
        .taken_lengths
        .iter()
        .rev()
        .map(|len| taken(*len))
        .collect()
}

/// The longest prefix first: what guests send most comes from the most special one.
fn below(lengths: &BTreeSet<u8>, whole: u8) -> impl Iterator<Item = u8> + '_ {
    lengths.range(..whole).rev().copied()
}

fn mask<const BYTES: usize>(len: u8) -> [u8; BYTES] {
    std::array::from_fn(|i| {
        let before = u8::try_from(i * 8).unwrap_or(u8::MAX);
        let bits = u32::from(len.saturating_sub(before).min(8));
        0xffu8.checked_shl(8 - bits).unwrap_or(0)
    })
}
