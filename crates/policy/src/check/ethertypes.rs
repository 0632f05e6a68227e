use crate::faults::Faults;
use crate::read::PortDraft;

use super::guards::INNER;

/// EtherTypes that have guards of their own: IPv4, ARP, RARP, IPv6.
const GUARDED: [u16; 4] = [0x0800, 0x0806, 0x8035, 0x86dd];

/// EtherTypes that carry frames or packets, and so carry them past the guards that are on: VLAN tags,
/// MPLS, PPPoE, PPP, MACsec, provider backbone bridges, HSR and PRP, NSH, TRILL, batman-adv and the
/// like. Loopback (0x9000) asks a neighbor to send the rest of the frame on.
const CARRIERS: [u16; 20] = [
    0x8100, 0x88a8, 0x9100, 0x9200, 0x9300, 0x8847, 0x8848, 0x8863, 0x8864, 0x880b, 0x88e5, 0x88e7,
    0x893f, 0x894f, 0x892f, 0x88fb, 0x6558, 0x22f3, 0x4305, 0x9000,
];

/// Extra EtherTypes may not be a way round a guard.
pub(super) fn check(port: &PortDraft<'_>, faults: &mut Faults) {
    for entry in &port.ethertypes {
        let (number, node) = (entry.value, entry.node);
        let message = if GUARDED.contains(&number) {
            let name = node.quoted();
            format!(
                "{name} is judged by guards of its own; remove it, and switch those off if need be"
            )
        } else if CARRIERS.contains(&number)
            && let Some(guard) = INNER.into_iter().find(|guard| port.guards.has(*guard))
        {
            let name = node.quoted();
            format!("{name} carries other frames or packets past {guard}, which is on; remove it")
        } else {
            continue;
        };
        faults.value(node, port.object.field("ethertypes"), message);
    }
}
