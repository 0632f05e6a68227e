use crate::faults::{Faults, Place};
use crate::object::Object;
use crate::yaml::Node;
use crate::{Guard, GuardSet, Profile};

use super::draft::GuardsDraft;
use super::fields::fields;
use super::value::word;

pub(super) const NAMES: [&str; Guard::ALL.len()] = {
    let mut names = [""; Guard::ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = Guard::ALL[i].name();
        i += 1;
    }
    names
};

/// How an error names the switch of one guard.
pub(crate) const fn switch_field(guard: Guard) -> &'static str {
    match guard {
        Guard::Mac => "guards.mac",
        Guard::Arp => "guards.arp",
        Guard::Ipv4 => "guards.ipv4",
        Guard::Nd => "guards.nd",
        Guard::Ipv6 => "guards.ipv6",
        Guard::Router => "guards.router",
        Guard::DhcpServer => "guards.dhcp-server",
        Guard::L2 => "guards.l2",
    }
}

/// Reads the profile and the single guards switched over it.
pub(super) fn read<'t>(
    object: Object<'t>,
    profile: Option<Node<'t>>,
    guards: Option<Node<'t>>,
    faults: &mut Faults,
) -> GuardsDraft<'t> {
    let chosen = match profile {
        None => Some(Profile::default()),
        Some(node) => word(
            node,
            object.field("profile"),
            &Profile::ALL,
            Profile::name,
            faults,
        ),
    };
    let place = object.field("guards");
    let switches = guards.map_or(Some([None; _]), |node| fields(node, &NAMES, place, faults));
    let mut set = chosen.map(Profile::guards).filter(|_| switches.is_some());
    let switches = switches.unwrap_or([None; _]);
    for (guard, node) in Guard::ALL.into_iter().zip(switches) {
        if let Some(node) = node {
            let on = switch(node, object.field(switch_field(guard)), faults);
            set = set
                .zip(on)
                .map(|(set, on): (GuardSet, bool)| set.with(guard, on));
        }
    }
    GuardsDraft {
        profile: chosen.unwrap_or_default(),
        profile_node: profile,
        set,
        switches: guards,
    }
}

/// `on` or `off` and nothing else: in YAML 1.2 they are words, and true is not one of them.
fn switch(node: Node<'_>, place: Place<'_>, faults: &mut Faults) -> Option<bool> {
    let name = |on| if on { "on" } else { "off" };
    word(node, place, &[true, false], name, faults)
}
