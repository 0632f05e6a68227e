//! What libvirt's filters can do, as far as it is known from trying the corpus on them.

use std::collections::BTreeMap;

use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_policy::Guard;

use crate::options::NeighborDiscovery;

const FORM: &str = "libvirt's filters see neither versions nor lengths nor IPv4 fragments, and no extension \
    headers of IPv6 but where these lead: packets that are malformed so pass if what they claim is own";
const ND_FORM: &str = "libvirt's filters see no options of neighbor discovery, nor that it is in a fragment: \
    what is malformed so passes where it is not refused whole";
const DISCOVERY: &str = "solicitations and advertisements of neighbor discovery are refused whole, since \
    their targets and options are not seen: a guest has no IPv6 but by static neighbor entries";
const SOURCES: &str = "later fragments are refused, and upper layers other than TCP, UDP, ICMPv6 and some that \
    are known; so are solicitations from ::, whose options are not seen; what AH carries is judged";
const UNSPECIFIED: &str =
    "solicitations from :: pass with a source link-layer option, which is not seen";
const TRUSTED: &str =
    "neighbor discovery passes with an own source; its targets and options are not seen";

pub(crate) fn capabilities(discovery: NeighborDiscovery, version: &str) -> Capabilities {
    let partial = |text: &str| Support::Partial(text.to_owned());
    let none = |text: &str| Support::None(text.to_owned());
    let claims = match discovery {
        NeighborDiscovery::Refuse => partial(DISCOVERY),
        NeighborDiscovery::Trust => none(TRUSTED),
    };
    let guards = [
        (Guard::Mac, claims.clone()),
        (
            Guard::Arp,
            partial(
                "without mac, ARP and RARP are refused whole: hardware addresses may have any length",
            ),
        ),
        (
            Guard::Ipv4,
            partial("IGMP from 0.0.0.0 is refused: its type is not seen"),
        ),
        (Guard::Nd, claims),
        (
            Guard::Ipv6,
            match discovery {
                NeighborDiscovery::Refuse => partial(SOURCES),
                NeighborDiscovery::Trust => none(UNSPECIFIED),
            },
        ),
        (
            Guard::Router,
            partial("ICMP and IGMP over IPv4 are refused whole: their types are not seen"),
        ),
        (
            Guard::DhcpServer,
            partial("what AH carries is judged, which the contract leaves alone"),
        ),
        (Guard::L2, Support::Full),
    ];
    let properties = [
        (Feature::Form, none(FORM)),
        (Feature::NdForm, none(ND_FORM)),
        (
            Feature::Fdb,
            none(
                "a bridge learns from frames to the groups that it keeps to itself \
                 (01:80:c2:00:00:00 to 0f) before any rule of libvirt's",
            ),
        ),
        (
            Feature::FirstFrame,
            none(
                "an interface is open until it is bound to its filter, and while it is called otherwise, \
                 since rules go by its name; only domains that name a filter in their XML have it from the \
                 first frame on",
            ),
        ),
        (
            Feature::Atomic,
            partial(
                "a change takes seconds, and until it is done frames pass both the old and the new rules",
            ),
        ),
        (Feature::Resident, Support::Full),
        (
            Feature::Drift,
            partial(
                "drift is heard from nf_tables; where ebtables is the older one, it is found when asked for \
                 (status, plan, enforce)",
            ),
        ),
        (
            Feature::Counters,
            none(
                "they begin anew with every change of the port and every start of libvirtd, and frames from \
                 a group or nobody are dropped by the bridge before any rule counts them; what is refused \
                 beyond the contract is counted under the nearest reason",
            ),
        ),
        (
            Feature::Events,
            none("refused frames are counted, not sampled"),
        ),
        (
            Feature::Audit,
            none("libvirt's rules cannot count what they would refuse and let it pass"),
        ),
        (
            Feature::Host,
            none(
                "only ports of a Linux bridge are judged; a port on any other interface is refused",
            ),
        ),
    ];
    let guards = guards.map(|(guard, support)| (Feature::Guard(guard), support));
    let features: BTreeMap<Feature, Support> = guards.into_iter().chain(properties).collect();
    Capabilities {
        features,
        notes: vec![version.to_owned()],
    }
}
