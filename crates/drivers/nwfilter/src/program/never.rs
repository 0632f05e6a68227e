//! Addresses that nobody owns, where a prefix would own them.

use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_policy::{Ipv4Net, Ipv6Net};

const V4: [(Ipv4Addr, u8); 4] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::BROADCAST, 32),
];
const V6: [(Ipv6Addr, u8); 3] = [
    (Ipv6Addr::UNSPECIFIED, 128),
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Those that one of the prefixes covers.
pub(super) fn v4(own: &[Ipv4Net]) -> impl Iterator<Item = (Ipv4Addr, u8)> + '_ {
    V4.into_iter().filter(|(base, length)| {
        let net = Ipv4Net::new_assert(*base, *length);
        own.iter().any(|own| own.contains(&net))
    })
}

/// Those that one of the prefixes covers.
pub(super) fn v6(own: &[Ipv6Net]) -> impl Iterator<Item = (Ipv6Addr, u8)> + '_ {
    V6.into_iter().filter(|(base, length)| {
        let net = Ipv6Net::new_assert(*base, *length);
        own.iter().any(|own| own.contains(&net))
    })
}
