//! What a locked VIF is held to, by what the host's own scripts are published to do.
//!
//! These rules are the pool's, not ours. XAPI does not tell them, so they are known by what carries
//! frames on the host (`network_backend`); `tests/model.rs` compares a model of them with the corpus.
//! Where a guard lets pass what the contract refuses it is none, however little that is.

use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_policy::{Guard, GuardSet};

const MAC: &str = "the target link-layer option of neighbor advertisements and the options of router \
    solicitations are not compared with the VIF's MAC";
const ARP: &str = "the sender 0.0.0.0 passes in every ARP frame, whatever it asks for or answers";
const IPV4: &str = "UDP to port 67 passes from every source";
const ND: &str = "inverse neighbor discovery and the sources of solicitations that are not neighbor \
    solicitations are judged as other IPv6 only";
const IPV6: &str = "only TCP, UDP and ICMPv6 from listed addresses pass: no other protocol, and nothing \
    from :: (duplicate address detection, multicast listener reports)";
const ROUTER: &str = "ICMP redirects, IPv4 router advertisements and multicast queries of either family \
    pass from listed addresses";
const DHCP: &str = "DHCP servers' messages pass from listed addresses";
const L2: &str = "VLAN tags are not looked at";
const BRIDGE_V6: &str = "a VIF with any listed IPv6 address sends all IPv6";
const BRIDGE_ARP: &str = "the sender hardware address of ARP requests is not compared";
const BRIDGE_L2: &str = "nothing but ARP, IPv4 and IPv6 passes, so no RARP either";
const FORM: &str = "no form is looked at";
const UNKNOWN: &str = "the host does not say what carries its frames (network_backend)";

/// What carries a host's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Open vSwitch, in flows.
    OpenVSwitch,
    /// The Linux bridge, by ebtables.
    Bridge,
    /// Something that is not known here.
    Unknown,
}

impl Backend {
    /// By the name that a host gives it.
    pub fn of(name: Option<&str>) -> Backend {
        match name {
            Some("openvswitch") => Backend::OpenVSwitch,
            Some("bridge") => Backend::Bridge,
            _ => Backend::Unknown,
        }
    }
}

/// What the driver can do on a host with this backend.
pub fn capabilities(backend: Backend) -> Capabilities {
    let all = Feature::all().map(|feature| (feature, support(backend, feature)));
    Capabilities {
        features: all.collect(),
        notes: Vec::new(),
    }
}

/// What of the guards that a port asks for does not hold, one sentence each.
pub fn lacking(backend: Backend, guards: GuardSet) -> Vec<String> {
    let lacking = guards.iter().filter_map(|guard| {
        let feature = Feature::Guard(guard);
        match support(backend, feature) {
            Support::None(why) => Some(format!("{feature}: {why}")),
            Support::Full | Support::Partial(_) => None,
        }
    });
    lacking.collect()
}

fn support(backend: Backend, feature: Feature) -> Support {
    let none = |why: &str| Support::None(why.to_owned());
    let partial = |what: &str| Support::Partial(what.to_owned());
    let is_switch = backend == Backend::OpenVSwitch;
    match feature {
        Feature::Guard(guard) => self::guard(backend, guard),
        Feature::Form | Feature::NdForm => none(FORM),
        Feature::Fdb if is_switch => none(
            "the pool's flows refuse before the switch learns, but XAPI cannot be asked for them",
        ),
        Feature::Fdb => none("the bridge has learned before its rules refuse"),
        Feature::FirstFrame => none(
            "XAPI knows no patterns of interfaces; a network whose default_locking_mode is disabled \
             holds VIFs back that nobody has locked yet",
        ),
        Feature::Atomic => partial(
            "XAPI takes the VIF's interface down for each change, so frames are lost; a change of \
             both families is two changes, one after the other",
        ),
        Feature::Resident => none(
            "XAPI keeps what was set, over restarts and migrations, but the rules that carry it out \
             are the host's, and whether a restart of its switch keeps them cannot be asked",
        ),
        Feature::Drift => partial(
            "changes of the VIF's records are found, not changes of the rules that the host made of \
             them",
        ),
        Feature::Counters => none("XAPI counts no refused frames"),
        Feature::Events => none("XAPI tells of no refused frames"),
        Feature::Audit => none("XAPI has no mode that passes and counts"),
        Feature::Host if is_switch => {
            none("the pool's flows hold for frames to the host, but XAPI cannot be asked for them")
        }
        Feature::Host => none("the bridge's rules are not asked for frames to the host"),
    }
}

fn guard(backend: Backend, guard: Guard) -> Support {
    let none = |why: &str| Support::None(why.to_owned());
    let bridge = match backend {
        Backend::Unknown => return none(UNKNOWN),
        Backend::Bridge => true,
        Backend::OpenVSwitch => false,
    };
    match guard {
        Guard::Mac if bridge => none(BRIDGE_ARP),
        Guard::Mac => none(MAC),
        Guard::Arp if bridge => none("the form of ARP is not looked at"),
        Guard::Arp => none(ARP),
        Guard::Ipv4 => none(IPV4),
        Guard::Nd if bridge => none(BRIDGE_V6),
        Guard::Nd => none(ND),
        Guard::Ipv6 if bridge => none(BRIDGE_V6),
        Guard::Ipv6 => Support::Partial(IPV6.to_owned()),
        Guard::Router => none(ROUTER),
        Guard::DhcpServer => none(DHCP),
        Guard::L2 if bridge => Support::Partial(BRIDGE_L2.to_owned()),
        Guard::L2 => none(L2),
    }
}
