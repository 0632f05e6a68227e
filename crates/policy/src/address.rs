use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use thiserror::Error;

/// True for addresses that no guest owns, in any field, whatever prefix it holds: 0/8, 127/8, 224/4
/// and 255.255.255.255.
pub fn never_own_v4(address: Ipv4Addr) -> bool {
    let first = address.octets()[0];
    first == 0 || first == 127 || address.is_multicast() || address.is_broadcast()
}

/// True for addresses that no guest owns, in any field, whatever prefix it holds: `::`, `::1` and
/// ff00::/8.
pub fn never_own_v6(address: Ipv6Addr) -> bool {
    address.is_unspecified() || address.is_loopback() || address.is_multicast()
}

/// True if the whole prefix lies inside fe80::/10. Only such a prefix makes link-locals own.
pub(crate) fn is_link_local(net: &Ipv6Net) -> bool {
    net.prefix_len() >= 10 && net.network().is_unicast_link_local()
}

/// Why a text is no address or prefix that a port can hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Not an address at all.
    #[error(
        "is not an address or prefix; write one such as 192.0.2.10, 192.0.2.0/28 or 2001:db8::/64"
    )]
    Syntax,
    /// Bits set behind the prefix length.
    #[error("has host bits; write {0} for the prefix or leave the length out for the one address")]
    HostBits(IpNet),
    /// Lies where no address is ever own.
    #[error("lies inside {0}, which no guest can own; remove it")]
    NeverOwn(&'static str),
}

/// Reads one entry of an address list, as a policy file may hold it.
///
/// # Errors
///
/// If no port can hold it, with what to write instead.
pub fn parse_entry(text: &str) -> Result<IpNet, EntryError> {
    let net = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse::<IpNet>().map_err(|_| EntryError::Syntax)?,
    };
    if net.addr() != net.network() {
        return Err(EntryError::HostBits(net.trunc()));
    }
    match never_own_range(net) {
        Some(range) => Err(EntryError::NeverOwn(range)),
        None => Ok(net),
    }
}

fn never_own_range(net: IpNet) -> Option<&'static str> {
    const V4: [(&str, Ipv4Addr, u8); 4] = [
        ("0.0.0.0/8", Ipv4Addr::UNSPECIFIED, 8),
        ("127.0.0.0/8", Ipv4Addr::new(127, 0, 0, 0), 8),
        ("224.0.0.0/4", Ipv4Addr::new(224, 0, 0, 0), 4),
        ("255.255.255.255", Ipv4Addr::BROADCAST, 32),
    ];
    const V6: [(&str, Ipv6Addr, u8); 3] = [
        ("::", Ipv6Addr::UNSPECIFIED, 128),
        ("::1", Ipv6Addr::LOCALHOST, 128),
        ("ff00::/8", Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
    ];
    match net {
        IpNet::V4(net) => V4
            .into_iter()
            .find(|(_, base, len)| Ipv4Net::new_assert(*base, *len).contains(&net))
            .map(|(name, ..)| name),
        IpNet::V6(net) => V6
            .into_iter()
            .find(|(_, base, len)| Ipv6Net::new_assert(*base, *len).contains(&net))
            .map(|(name, ..)| name),
    }
}
