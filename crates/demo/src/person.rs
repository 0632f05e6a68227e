use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use vifguard_lab::{Dad, GuestSpec, IpNet, Mac};

/// Somebody on the bridge: everything about them follows from their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The host's end of their cable.
    pub(crate) device: &'static str,
    number: u8,
}

/// The honest router; its port is the uplink, which is not guarded.
pub(crate) const GATEWAY: Person = Person {
    device: "uplink",
    number: 1,
};
/// Whom the attacks are aimed at.
pub(crate) const VICTIM: Person = Person {
    device: "tap-victim",
    number: 2,
};
/// A guest that lies.
pub(crate) const ATTACKER: Person = Person {
    device: "tap-attacker",
    number: 3,
};

impl Person {
    pub(crate) const fn mac(self) -> Mac {
        [0x02, 0, 0, 0, 0, self.number]
    }

    pub(crate) const fn v4(self) -> Ipv4Addr {
        Ipv4Addr::new(192, 0, 2, self.number)
    }

    pub(crate) const fn v6(self) -> Ipv6Addr {
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, self.number as u16)
    }

    /// EUI-64 of the MAC.
    pub(crate) const fn link_local(self) -> Ipv6Addr {
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, self.number as u16)
    }

    /// Both addresses.
    pub(crate) fn addresses(self) -> [IpAddr; 2] {
        [self.v4().into(), self.v6().into()]
    }

    /// Their stack before it has any address but the link-local.
    pub(crate) fn bare(self) -> GuestSpec {
        GuestSpec::new(self.device, self.mac()).dad(Dad::Off)
    }

    /// Their stack.
    pub(crate) fn spec(self) -> GuestSpec {
        self.bare()
            .address(v4_net(self.v4()))
            .address(v6_net(self.v6()))
    }
}

pub(crate) fn v4_net(address: Ipv4Addr) -> IpNet {
    IpNet::new_assert(address.into(), 24)
}

pub(crate) fn v6_net(address: Ipv6Addr) -> IpNet {
    IpNet::new_assert(address.into(), 64)
}
