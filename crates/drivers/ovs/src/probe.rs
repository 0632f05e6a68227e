//! What this switch lets the driver do.

use std::collections::BTreeMap;

use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_policy::Guard;

use crate::ovsdb::Bridge;
use crate::program::Sight;

const FORM: &str = "the switch does not show the version of a packet, bytes behind it, LLC and SNAP, where the \
    extension headers of IPv6 end, nor that a head of ICMP is too short; such frames pass if what they claim is \
    own";
const ND_FORM: &str = "the switch does not show the options of router solicitations, nor of neighbor \
    solicitations and advertisements more than the first source or target link-layer option, nor that there \
    is an atomic fragment header; such frames pass if what they claim is own";

/// What it lets a driver do that may have to begin (then what fails open is not safe), or that guards the bridge
/// already.
pub(crate) fn capabilities(bridge: &Bridge, sight: Sight, is_guarded: bool) -> Capabilities {
    let partial = |text: &str| Support::Partial(text.to_owned());
    let mut features: BTreeMap<Feature, Support> = Feature::all()
        .map(|feature| (feature, Support::Full))
        .collect();
    let mut set = |feature, support| features.insert(feature, support);
    let mut router =
        "IGMP is refused whole: OpenFlow does not show its type, so a report cannot be told \
                      from a query; what AH carries is judged, which the contract leaves alone"
            .to_owned();
    let mut ports = "what AH carries is judged, which the contract leaves alone".to_owned();
    let mut form =
        "UDP, TCP and SCTP from port 0 to port 0, ICMPv6 type 0 and packets without a next header \
                    are refused with what is too short"
            .to_owned();
    if !sight.first_fragments {
        let first = "; so are first fragments of UDP and ICMP, whose ports the switch hides unless \
                     somebody says ovs-ofctl set-frags BRIDGE nx-match";
        for text in [&mut router, &mut ports, &mut form] {
            text.push_str(first);
        }
    }
    let igmp = "; IGMP from 0.0.0.0 is refused, since its type is not shown";
    set(Feature::Guard(Guard::Router), Support::Partial(router));
    set(Feature::Guard(Guard::DhcpServer), Support::Partial(ports));
    set(
        Feature::Guard(Guard::Ipv4),
        Support::Partial(format!("{form}{igmp}")),
    );
    set(Feature::Guard(Guard::Ipv6), Support::Partial(form));
    set(
        Feature::Guard(Guard::Mac),
        partial(
            "of the two kinds of link-layer options only one is shown in each message of neighbor discovery: \
             one with an own MAC in the other kind alone is refused",
        ),
    );
    set(
        Feature::Guard(Guard::Nd),
        partial("neighbor discovery behind AH is judged, which the contract leaves alone"),
    );
    set(
        Feature::Counters,
        partial(
            "what is refused because the switch does not show it is counted under the reason of what it hides \
             behind",
        ),
    );
    set(Feature::Form, Support::None(FORM.to_owned()));
    set(Feature::NdForm, Support::None(ND_FORM.to_owned()));
    set(
        Feature::FirstFrame,
        partial(
            "an interface that comes later stays closed, whatever its name, until enforce runs again",
        ),
    );
    set(Feature::Resident, resident(bridge, is_guarded));
    set(
        Feature::Events,
        Support::None("refused frames are counted, not sampled".to_owned()),
    );
    set(
        Feature::Host,
        partial("only interfaces of the bridge are judged; a port on any other is refused"),
    );
    let datapath = match bridge.datapath_type.as_str() {
        "netdev" => "userspace datapath",
        _ => "kernel datapath, which looks at lengths less closely than the one in userspace",
    };
    let mut notes = vec![format!("OpenFlow 1.4; {datapath}")];
    notes.extend(mirrored(bridge));
    Capabilities { features, notes }
}

fn resident(bridge: &Bridge, is_guarded: bool) -> Support {
    match fails_open(bridge) {
        None => Support::Full,
        // Refused for that, ports that are guarded would be so by yesterday's policy.
        Some(why) if is_guarded => Support::Partial(why),
        Some(why) => Support::None(why),
    }
}

/// What somebody wants to see of all frames, good or not.
pub(crate) fn mirrored(bridge: &Bridge) -> Option<String> {
    (!bridge.mirrors.is_empty()).then(|| {
        format!(
            "frames are copied before they are judged, and forged ones reach whoever gets the copies: mirror {}",
            bridge.mirrors.join(", ")
        )
    })
}

/// Why the bridge forwards what no flow lets through, if it does.
pub(crate) fn fails_open(bridge: &Bridge) -> Option<String> {
    (bridge.fail_mode.as_deref() != Some("secure")).then(|| {
        "its fail_mode is not secure: when its flows are gone it forwards everything by itself"
            .to_owned()
    })
}
