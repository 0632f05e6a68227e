//! Addresses that no port of the bridge owns, as few prefixes.
//!
//! What the [sieve](super::sieve) does for the last bits of an address, this does for the first: a look-up
//! that misses a port's own prefixes tells the switch to remember whole addresses. One that meets a prefix
//! in which nobody has anything tells it to remember that prefix. The flows are the same for all ports.

use vifguard_policy::{Identity, Ipv4Net, Ipv6Net, LinkLocalRule};
use vifguard_verdict::Reason;

use super::nd::{ADVERTISEMENT, SOLICITATION, message};
use super::word::UNSPECIFIED;
use super::{Builder, Table};
use crate::flow::{Field, Match};

/// More flows than these are worth less than what they save.
const MOST: usize = 1024;
/// Of the guards' tables only the first question, whether there is one, comes before.
const FIRST: u16 = 1200;

/// The first bits of an address, at the top, and how many count.
type Prefix = (u128, u8);

/// Prefixes in which none of some ports has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    v4: Vec<Prefix>,
    v6: Vec<Prefix>,
}

impl Elsewhere {
    /// Where none of these ports has any.
    pub fn of<'a>(ports: impl Iterator<Item = &'a Identity> + Clone) -> Elsewhere {
        let v4 = |most: u8| -> Vec<Prefix> {
            let cut = |net: &Ipv4Net| {
                (
                    u128::from(net.network().to_bits()) << 96,
                    net.prefix_len().min(most),
                )
            };
            let nets = ports.clone().flat_map(|port| &port.v4).map(cut);
            // A probe claims no address.
            nets.chain([(0, 32)]).collect()
        };
        let v6 = |most: u8| -> Vec<Prefix> {
            let cut = |net: &Ipv6Net| (net.network().to_bits(), net.prefix_len().min(most));
            let nets = ports.clone().flat_map(|port| &port.v6).map(cut);
            let any = ports
                .clone()
                .any(|port| port.link_local != LinkLocalRule::Listed);
            nets.chain(any.then_some((0xfe80 << 112, 10))).collect()
        };
        Elsewhere {
            v4: few([24, 16, 8].into_iter().map(|most| around(v4(most)))),
            v6: few([64, 48, 32].into_iter().map(|most| around(v6(most)))),
        }
    }

    pub(crate) fn flows(&self, build: &mut Builder) {
        let arp = Match::protocol("arp");
        for (bits, length) in &self.v4 {
            let first = u32::try_from(bits >> 96).unwrap_or(u32::MAX);
            let net = Ipv4Net::new_assert(first.into(), *length);
            let priority = FIRST - u16::from(*length);
            let fields = [
                (Table::ArpSpa, Field::ArpSpa),
                (Table::ArpProbe, Field::ArpTpa),
            ];
            for (table, field) in fields {
                build.refuse(table, priority, &arp.clone().v4(field, net), Reason::ArpIp);
            }
        }
        for (bits, length) in &self.v6 {
            let net = Ipv6Net::new_assert((*bits).into(), *length);
            let priority = FIRST - u16::from(*length);
            let source = Match::protocol("ipv6").v6(Field::Ipv6Src, net);
            build.go(Table::Ip6Source, priority, &source, Table::Ip6Foreign);
            for claims in [
                message(SOLICITATION).found(UNSPECIFIED),
                message(ADVERTISEMENT),
            ] {
                let target = claims.v6(Field::NdTarget, net);
                build.refuse(Table::NdTarget, priority, &target, Reason::NdTarget);
            }
        }
    }
}

/// The first that is few, or nothing.
fn few(mut tries: impl Iterator<Item = Vec<Prefix>>) -> Vec<Prefix> {
    tries.find(|found| found.len() <= MOST).unwrap_or_default()
}

/// All that lies around these prefixes, in as few as can be.
fn around(mut prefixes: Vec<Prefix>) -> Vec<Prefix> {
    prefixes
        .iter_mut()
        .for_each(|(bits, length)| *bits &= mask(*length));
    prefixes.sort_unstable();
    prefixes.dedup();
    let mut found = Vec::new();
    let mut open = vec![(0, 0)];
    while let Some((bits, length)) = open.pop() {
        let inside = |(other, longer): &Prefix| *longer >= length && other & mask(length) == bits;
        let covers =
            |(other, shorter): &Prefix| *shorter <= length && bits & mask(*shorter) == *other;
        if prefixes.iter().any(covers) {
            continue;
        }
        let from = prefixes.partition_point(|(other, _)| *other < bits);
        if prefixes.get(from).is_some_and(inside) {
            let half = 1 << (127 - length);
            open.extend([(bits | half, length + 1), (bits, length + 1)]);
        } else if length > 0 {
            found.push((bits, length));
        }
    }
    found
}

fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
