use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use vifguard_lab::{IpNet, Ipv6Net};
use vifguard_policy::{Guard, Identity, LinkLocal, LinkLocalRule, MacAddr, Policy, Port as Wanted};

/// What a port may claim, as a hook is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its MACs, the primary one first.
    pub macs: Vec<MacAddr>,
    /// Its IPv4 addresses and prefixes, single addresses without a length.
    pub ipv4: Vec<String>,
    /// Its IPv6 addresses and prefixes, without link-locals that follow from a MAC.
    pub ipv6: Vec<String>,
    /// Which link-locals are its own besides those listed.
    pub link_local: LinkLocal,
    /// With any link-local: those that belong to others.
    pub excepted: Vec<String>,
    /// The guards that are on.
    pub guards: Vec<Guard>,
    /// The profile that they began from.
    pub profile: &'static str,
    /// EtherTypes that pass although `l2` is on.
    pub ethertypes: Vec<u16>,
    /// An address of each family that it may send from.
    pub(crate) own: (Option<Ipv4Addr>, Option<Ipv6Addr>),
}

impl Port {
    /// The first port of a policy.
    pub(crate) fn first(policy: &Policy) -> Option<Port> {
        let port = policy.ports().first()?;
        let mac = port.macs.first()?.value;
        let (v4, v6): (Vec<_>, Vec<_>) = port
            .addresses
            .iter()
            .map(|entry| entry.value)
            .partition(|net| net.addr().is_ipv4());
        let written = |nets: &[_]| nets.iter().map(written).collect();
        // Not every address of a prefix is the port's: 0.0.0.0 is nobody's, and link-locals are apart.
        let own = policy.identities().into_iter().next()?;
        let ends = |nets: &[IpNet]| -> Vec<IpAddr> {
            let both = nets.iter().flat_map(|net| [net.network(), net.broadcast()]);
            both.collect()
        };
        let own_v4 = ends(&v4).into_iter().find_map(|address| match address {
            IpAddr::V4(address) => own.owns_v4(address).then_some(address),
            IpAddr::V6(_) => None,
        });
        let own_v6 = ends(&v6).into_iter().find_map(|address| match address {
            IpAddr::V6(address) => own.owns_v6(address).then_some(address),
            IpAddr::V4(_) => None,
        });
        let derived = mac.eui64_link_local();
        let derived = own.owns_v6(derived).then_some(derived);
        Some(Port {
            macs: port.macs.iter().map(|entry| entry.value).collect(),
            ipv4: written(&v4),
            ipv6: written(&v6),
            link_local: port.link_local,
            excepted: excepted(&own),
            guards: guards(port),
            profile: port.profile.name(),
            ethertypes: port.ethertypes.clone(),
            own: (own_v4, own_v6.or(derived)),
        })
    }

    /// The primary MAC.
    pub(crate) fn mac(&self) -> [u8; 6] {
        self.macs.first().map_or([0; 6], |mac| mac.0)
    }

    /// What the hook finds in its environment. Lists are separated by spaces.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let macs: Vec<String> = self.macs.iter().map(MacAddr::to_string).collect();
        let guards: Vec<String> = self.guards.iter().map(Guard::to_string).collect();
        let types: Vec<String> = self
            .ethertypes
            .iter()
            .map(|it| format!("{it:#06x}"))
            .collect();
        vec![
            ("VIFGUARD_MAC", macs.first().cloned().unwrap_or_default()),
            ("VIFGUARD_MACS", macs.join(" ")),
            ("VIFGUARD_IPV4", self.ipv4.join(" ")),
            ("VIFGUARD_IPV6", self.ipv6.join(" ")),
            ("VIFGUARD_LINK_LOCAL", self.link_local.name().to_owned()),
            ("VIFGUARD_EXCEPTED", self.excepted.join(" ")),
            ("VIFGUARD_GUARDS", guards.join(" ")),
            ("VIFGUARD_PROFILE", self.profile.to_owned()),
            ("VIFGUARD_ETHERTYPES", types.join(" ")),
        ]
    }
}

fn guards(port: &Wanted) -> Vec<Guard> {
    let is_on = |guard: &Guard| port.guards.has(*guard);
    Guard::ALL.into_iter().filter(is_on).collect()
}

/// Link-locals that are somebody's, but for the port's own.
fn excepted(own: &Identity) -> Vec<String> {
    let LinkLocalRule::AnyBut(others) = &own.link_local else {
        return Vec::new();
    };
    let is_own = |net: &Ipv6Net| net.prefix_len() == 128 && own.owns_v6(net.addr());
    let nets = others.prefixes().iter().filter(|net| !is_own(net));
    nets.map(|net| written(&IpNet::V6(*net))).collect()
}

/// A single address without its length.
fn written(net: &IpNet) -> String {
    match net.prefix_len() == net.max_prefix_len() {
        true => net.addr().to_string(),
        false => net.to_string(),
    }
}
