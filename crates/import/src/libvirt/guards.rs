//! What each guard changes for a guest with a given filter.

mod addresses;

use super::coverage::Coverage;
use super::filter::FilterRef;
use super::piece::Piece;
use crate::Change;
use crate::note::Note;
use crate::quote::shown;

/// The notes of one filter, as they come together.
struct Telling<'a> {
    filter: &'a FilterRef,
    coverage: &'a Coverage,
    notes: &'a mut Vec<Note>,
}

/// Says what becomes of everything that the filter does and of what it does not do, in the order of the
/// guards.
pub(super) fn explain(filter: &FilterRef, coverage: &Coverage, notes: &mut Vec<Note>) {
    let mut telling = Telling {
        filter,
        coverage,
        notes,
    };
    telling.unknown();
    telling.mac();
    telling.arp();
    telling.ipv4();
    telling.ipv6();
    telling.servers();
    telling.form();
    telling.layer2();
    telling.destinations();
    telling.arrivals();
}

impl Telling<'_> {
    fn say(&mut self, change: Change, was: &str, becomes: &str) {
        self.notes
            .push(Note::new(&self.filter.place, change, was, becomes));
    }

    /// Says what is new, unless a rule that cannot be read may have done it all along.
    fn newly(&mut self, was: &str, becomes: &str) {
        if self.coverage.is_whole() {
            self.say(Change::Stricter, was, becomes);
        }
    }

    fn unknown(&mut self) {
        for unknown in &self.coverage.unknown {
            let name = shown(&unknown.name);
            let was = format!("filter {name} is not one that libvirt ships");
            let note = Note::dropped(&unknown.place, was, "every guard (profile strict)");
            self.notes.push(note.decide(format!(
                "what {name} lets pass or drops besides; import it too (virsh nwfilter-dumpxml {name})"
            )));
        }
        for rule in &self.coverage.rules {
            let note = Note::dropped(rule, "a rule of your own", "every guard (profile strict)");
            self.notes.push(note);
        }
    }

    fn mac(&mut self) {
        let (ether, arp) = (
            self.coverage.has(Piece::EtherSource),
            self.coverage.has(Piece::ArpMac),
        );
        match (ether, arp) {
            (true, true) => {
                self.say(
                    Change::Same,
                    "the guest's MAC as Ethernet source and in ARP",
                    "guard mac",
                );
                if !self.coverage.drops_ipv6() {
                    self.newly(
                        "any MAC in neighbor discovery",
                        "guard mac: its own there too",
                    );
                }
            }
            (true, false) => {
                self.say(
                    Change::Same,
                    "the guest's MAC as Ethernet source",
                    "guard mac",
                );
                self.newly(
                    "any MAC in ARP and neighbor discovery",
                    "guard mac: its own there too",
                );
            }
            (false, true) => self.newly(
                "the guest's MAC in ARP, any as Ethernet source",
                "guard mac: its own there too",
            ),
            (false, false) => self.newly("any MAC", "guard mac: its own only"),
        }
    }

    fn servers(&mut self) {
        self.newly(
            "router advertisements, redirects and queries; answers of a DHCP server",
            "refused (guards router and dhcp-server)",
        );
    }

    /// What no rule of libvirt's looks at, so that none of the operator's own does so either.
    fn form(&mut self) {
        self.say(
            Change::Stricter,
            "lengths, operations and options are not looked at",
            "malformed ARP, RARP, IPv4, IPv6 and neighbor discovery is refused",
        );
    }

    fn layer2(&mut self) {
        let has = |piece| self.coverage.has(piece);
        let (rest, announces) = (has(Piece::DropRest), has(Piece::Announce));
        let no_rarp = rest || has(Piece::NoRarp);
        match (announces, no_rarp) {
            (true, true) => self.say(
                Change::Same,
                "RARP only to announce the guest's MAC",
                "the same (section 4 of the verdicts)",
            ),
            (false, true) => {
                self.say(Change::Looser, "no RARP", "RARP that announces an own MAC");
            }
            (_, false) => self.newly("any RARP", "only what announces an own MAC"),
        }
        if rest && has(Piece::ToGateway) {
            self.say(
                Change::Stricter,
                "other EtherTypes, VLAN tags and 802.3 to GATEWAY_MAC only",
                "refused (guard l2; ethertypes lists exceptions)",
            );
        } else if rest {
            self.say(
                Change::Same,
                "other EtherTypes, VLAN tags and 802.3 dropped",
                "guard l2",
            );
        } else {
            self.newly(
                "other EtherTypes, VLAN tags and 802.3",
                "refused (guard l2; ethertypes lists exceptions)",
            );
        }
    }

    fn destinations(&mut self) {
        let free = "passes: a policy does not look at destinations";
        for (piece, was) in [
            (Piece::ToGateway, "IPv4 and IPv6 only to GATEWAY_MAC"),
            (Piece::NoIpv4Multicast, "no IPv4 to multicast groups"),
            (Piece::NoIpv6Multicast, "no IPv6 to multicast groups"),
            (Piece::NoBroadcast, "no IPv4 to the broadcast MAC"),
        ] {
            if self.coverage.has(piece) {
                self.say(Change::Looser, was, free);
            }
        }
    }

    fn arrivals(&mut self) {
        let to_guest = "no word for it: what a guest receives is not judged";
        for (piece, was) in [
            (
                Piece::DropRest,
                "what no rule accepts does not reach the guest either",
            ),
            (
                Piece::ServerOnly,
                "DHCP answers reach the guest from DHCPSERVER only",
            ),
        ] {
            if self.coverage.has(piece) {
                self.say(Change::NotCarriedOver, was, to_guest);
            }
        }
    }
}
