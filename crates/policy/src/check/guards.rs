use crate::Guard;
use crate::faults::Faults;
use crate::quote::all_of;
use crate::read::{PortDraft, switch_field};

/// The guards that look inside a frame, and that a tag or a tunnel therefore evades.
pub(super) const INNER: [Guard; 6] = [
    Guard::Arp,
    Guard::Ipv4,
    Guard::Nd,
    Guard::Ipv6,
    Guard::Router,
    Guard::DhcpServer,
];

/// `l2` may be off only where no guard is on that encapsulation evades.
pub(super) fn check(port: &PortDraft<'_>, faults: &mut Faults) {
    let guards = &port.guards;
    if !guards.lacks(Guard::L2) {
        return;
    }
    let on: Vec<Guard> = INNER
        .into_iter()
        .filter(|guard| guards.has(*guard))
        .collect();
    if on.is_empty() {
        return;
    }
    // Where the writer said it: the switch of l2, or that of a guard over an open profile.
    let said = [Guard::L2].iter().chain(&on).find_map(|guard| {
        guards
            .switched(*guard)
            .map(|node| (node, switch_field(*guard)))
    });
    let said = said.or(guards.profile_node.map(|node| (node, "profile")));
    let Some((node, field)) = said else { return };
    let names = all_of(on.iter().map(|guard| guard.name()));
    let verb = if on.len() == 1 { "is" } else { "are" };
    let message = format!(
        "l2 is off while {names} {verb} on, which a VLAN tag or a tunnel would evade; \
         switch l2 on, or {names} off too"
    );
    faults.value(node, port.object.field(field), message);
}
