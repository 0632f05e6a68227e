use super::Telling;
use crate::Change;
use crate::libvirt::piece::Piece;

/// What becomes of an exception for all link-locals.
const LINK_LOCAL: &str =
    "only from the one that the MAC gives (EUI-64), unless link_local says otherwise";

/// The guards that look at addresses.
impl Telling<'_> {
    pub(super) fn arp(&mut self) {
        if self.coverage.drops_arp() {
            self.say(Change::Looser, "no ARP", "ARP for own addresses");
        } else if self.coverage.has(Piece::ArpAddress) {
            self.say(Change::Same, "ARP for IP only", "guard arp");
            self.say(
                Change::Looser,
                "ARP probes (sender 0.0.0.0) dropped",
                "they pass for own addresses: a guest may look for duplicates",
            );
        } else {
            self.newly("any address in ARP", "guard arp: own addresses only");
        }
    }

    pub(super) fn ipv4(&mut self) {
        if self.coverage.drops_ipv4() {
            self.say(
                Change::Looser,
                "no IPv4, but a DHCP client's if allow-dhcp is there",
                "IPv4 from own addresses, a DHCP client's broadcast, IGMP from 0.0.0.0",
            );
            if self.coverage.has(Piece::DhcpClient) {
                self.say(
                    Change::Stricter,
                    "a DHCP client's in fragments too",
                    "a DHCP client's broadcast only, in one piece",
                );
            }
        } else if self.coverage.has(Piece::Ipv4Source) {
            self.say(Change::Same, "IPv4 from IP only", "guard ipv4");
            self.say(
                Change::Stricter,
                "any UDP from 0.0.0.0",
                "a DHCP client's broadcast only",
            );
            self.say(
                Change::Looser,
                "no IGMP from 0.0.0.0",
                "reports pass: a guest without an address may join groups",
            );
        } else {
            self.newly("IPv4 from any source", "guard ipv4: own addresses only");
        }
    }

    pub(super) fn ipv6(&mut self) {
        if self.coverage.drops_ipv6() {
            self.say(
                Change::Same,
                "no IPv6",
                "no IPv6 address is own (link_local: none)",
            );
            self.say(
                Change::Looser,
                "no IPv6, not even from ::",
                "router solicitations and multicast reports from :: pass",
            );
        } else if self.coverage.has(Piece::Ipv6Source) {
            self.say(Change::Same, "IPv6 from IPV6 only", "guard ipv6");
            self.say(
                Change::Stricter,
                "UDP from any link-local address",
                LINK_LOCAL,
            );
            self.say(
                Change::Looser,
                "neighbor discovery only from addresses in IPV6",
                "from ::, own addresses and the own link-local (guard nd)",
            );
        } else if self.coverage.has(Piece::DropRest) && self.coverage.has(Piece::DhcpClient6) {
            self.say(
                Change::Looser,
                "no IPv6 but a DHCPv6 client's",
                "IPv6 from own addresses and the own link-local",
            );
            self.say(
                Change::Stricter,
                "that from any link-local address",
                LINK_LOCAL,
            );
        } else if self.coverage.has(Piece::ToGateway) {
            self.newly(
                "IPv6 from any source to GATEWAY_MAC",
                "guard ipv6: own addresses only",
            );
            self.say(
                Change::Looser,
                "no neighbor discovery but with GATEWAY_MAC",
                "for own addresses and the own link-local (guard nd)",
            );
        } else {
            self.newly(
                "IPv6 from any source, any neighbor discovery",
                "guards ipv6 and nd: own addresses only",
            );
        }
    }
}
