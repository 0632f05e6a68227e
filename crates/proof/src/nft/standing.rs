//! How a port stands in the sets: does the kernel hold of it what the policy says?

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use vifguard_netlink::nft::Element;
use vifguard_nft::contents::{Entry, Tenant};
use vifguard_nft::names::{PASSED, SHORT, SHORT_IP4, SHORT_IP6, WAYS, taken};
use vifguard_policy::{
    Guard, Identity, Ipv4Net, Ipv6Net, LinkLocalRule, MacAddr, NetworkLinkLocals, never_own_v4,
    never_own_v6,
};

use super::interface::Interface;
use super::table::Table;
use crate::frame::{IPV4, IPV6};

/// What was found in the sets about a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    /// The sets in which it has something, by the kernel or by the policy.
    pub(super) present: BTreeSet<String>,
    /// The interface leads to a counter of passed frames.
    pub(super) is_counted: bool,
    /// Element by element it is as the policy says. Otherwise it may still be, as a whole.
    pub(super) is_regular: bool,
}

/// Compares ports with what the kernel holds.
pub(super) struct Standings<'h> {
    table: &'h Table<'h>,
    /// A set holds what no port says.
    catches_all: bool,
    claims: HashMap<u32, Vec<(&'h str, &'h Element)>>,
    /// By the network's place in the policy and its number in the kernel.
    others: RefCell<HashMap<(usize, u32), Rc<Others>>>,
}

/// Link-locals of others, in the sets that hold them.
struct Others {
    sets: BTreeSet<String>,
    /// Element by element they are as the policy says.
    are_regular: bool,
}

impl<'h> Standings<'h> {
    pub(super) fn new(table: &'h Table<'h>) -> Standings<'h> {
        Standings {
            table,
            claims: table.held().claims(),
            catches_all: table.claims_catch_all(),
            others: RefCell::default(),
        }
    }

    /// An interface without a port: nothing must be there that lets its frames through.
    pub(super) fn of_nobody(&self, interface: &Interface<'_>) -> Standing {
        let present = self.ways(interface);
        Standing {
            is_counted: self.is_counted(interface),
            is_regular: present.is_empty() && interface.entry.is_none() && !self.catches_all,
            present,
        }
    }

    pub(super) fn of(&self, interface: &Interface<'_>, tenant: &Tenant<'_>) -> Standing {
        let identity = tenant.identity;
        let mut wanted = tenant.keys();
        let mut held = self.held(interface.entry);
        wanted.sort_unstable();
        held.sort_unstable();
        let mut present: BTreeSet<String> = [&wanted, &held]
            .into_iter()
            .flatten()
            .map(|(set, _)| set.clone())
            .collect();
        present.extend(self.ways(interface));
        let others = self.others(interface, identity);
        present.extend(others.sets.iter().cloned());
        Standing {
            present,
            is_counted: self.is_counted(interface),
            is_regular: !self.catches_all
                && wanted == held
                && others.are_regular
                && !self.has_odd(interface)
                && owns_singles(identity)
                && self.ways_are_own(interface, identity),
        }
    }

    /// Set and key behind the port's number of all that stands under it.
    fn held(&self, entry: Option<&Entry>) -> Vec<(String, Vec<u8>)> {
        let claims = entry.and_then(|entry| self.claims.get(&entry.number));
        let rest = |element: &Element| element.key.get(4..).unwrap_or_default().to_vec();
        let claims = claims.into_iter().flatten();
        claims
            .map(|(set, element)| ((*set).to_owned(), rest(element)))
            .collect()
    }

    /// What belongs to others on the port's network; the same for all ports of the network that ask.
    fn others(&self, interface: &Interface<'_>, identity: &Identity) -> Rc<Others> {
        let (Some(entry), LinkLocalRule::AnyBut(others)) = (interface.entry, &identity.link_local)
        else {
            return Rc::new(Others {
                sets: BTreeSet::new(),
                are_regular: true,
            });
        };
        let key = (identity.network, entry.network);
        let mut known = self.others.borrow_mut();
        let compare = || Rc::new(self.compare_others(entry.network, others));
        Rc::clone(known.entry(key).or_insert_with(compare))
    }

    fn compare_others(&self, network: u32, others: &NetworkLinkLocals) -> Others {
        let wanted = others.prefixes().iter();
        let wanted = wanted.map(|net| (taken(net.prefix_len()), net.network().octets().to_vec()));
        let number = network.to_ne_bytes();
        let (mut held, mut odd) = (Vec::new(), false);
        for set in (0..=128).map(taken) {
            for element in self.table.elements(&set, &number).unwrap_or_default() {
                held.push((set.clone(), element.key[4..].to_vec()));
                odd |= element.odd;
            }
        }
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_unstable();
        held.sort_unstable();
        Others {
            sets: wanted
                .iter()
                .chain(&held)
                .map(|(set, _)| set.clone())
                .collect(),
            are_regular: wanted == held && !odd,
        }
    }

    fn has_odd(&self, interface: &Interface<'_>) -> bool {
        let entry = interface.entry;
        let claims = entry.and_then(|entry| self.claims.get(&entry.number));
        let mut claims = claims.into_iter().flatten();
        let way = |set: &&str| {
            let elements = self.table.elements(set, interface.key());
            elements
                .unwrap_or_default()
                .iter()
                .any(|element| element.odd)
        };
        entry.is_some_and(|entry| entry.element.odd)
            || claims.any(|(_, element)| element.odd)
            || WAYS.iter().any(way)
    }

    fn is_counted(&self, interface: &Interface<'_>) -> bool {
        self.table.element(PASSED, interface.key()).is_some()
    }

    /// The sets of the short way that have something of the interface's.
    fn ways(&self, interface: &Interface<'_>) -> BTreeSet<String> {
        let ways = [SHORT, SHORT_IP4, SHORT_IP6].into_iter();
        let there = |set: &&str| {
            let elements = self.table.elements(set, interface.key());
            elements.is_some_and(|elements| !elements.is_empty())
        };
        ways.filter(there).map(ToOwned::to_owned).collect()
    }

    /// Every way of the interface's claims what is own, and no more is asked of its frames.
    fn ways_are_own(&self, interface: &Interface<'_>, identity: &Identity) -> bool {
        let ways = [SHORT, SHORT_IP4, SHORT_IP6].into_iter();
        let mut keys = ways.flat_map(|set| {
            let elements = self.table.elements(set, interface.key());
            let elements = elements.unwrap_or_default().iter();
            elements.map(move |element| (set, &element.key[interface.key().len()..]))
        });
        keys.all(|(set, key)| way_is_own(set, key, identity))
    }
}

fn way_is_own(set: &str, key: &[u8], identity: &Identity) -> bool {
    let Some((mac, rest)) = key.split_first_chunk::<6>() else {
        return false;
    };
    let Some((ethertype, address)) = rest.split_first_chunk::<2>() else {
        return false;
    };
    let ethertype = u16::from_be_bytes(*ethertype);
    let open = |guard| !identity.guards.has(guard);
    let allowed = match (set, ethertype) {
        (SHORT, IPV4) => open(Guard::Ipv4) && address.is_empty(),
        (SHORT, IPV6) => open(Guard::Ipv6) && address.is_empty(),
        (SHORT_IP4, IPV4) => address.try_into().is_ok_and(|address: [u8; 4]| {
            identity
                .v4
                .contains(&Ipv4Net::from(std::net::Ipv4Addr::from(address)))
        }),
        (SHORT_IP6, IPV6) => address.try_into().is_ok_and(|address: [u8; 16]| {
            identity
                .v6
                .contains(&Ipv6Net::from(std::net::Ipv6Addr::from(address)))
        }),
        _ => false,
    };
    allowed && identity.owns_mac(MacAddr(*mac))
}

/// Single addresses are of the kind that can be own; the policy saw to that.
fn owns_singles(identity: &Identity) -> bool {
    let whole4 = identity.v4.iter().filter(|net| net.prefix_len() == 32);
    let whole6 = identity.v6.iter().filter(|net| net.prefix_len() == 128);
    whole4
        .map(|net| net.network())
        .all(|address| !never_own_v4(address))
        && whole6
            .map(|net| net.network())
            .all(|address| !never_own_v6(address))
}
