use super::coverage::Coverage;
use super::filter::Parameter;
use super::interface::Said;
use super::port::Reading;
use crate::Change;
use crate::draft::{Entry, PortDraft, Written, own_address};
use crate::note::Note;
use crate::source::Place;

/// Addresses that no parameter gives: libvirt learns them from the guest; a policy states them.
pub(super) fn read(reading: &Reading<'_>, coverage: &Coverage, port: &mut PortDraft) {
    let learning = Learning::of(reading, coverage);
    if has_v4(port) {
        if let Some(parameter) = learning.parameter {
            let was = "nothing is learned where an address is given";
            port.notes
                .push(Note::same(&parameter.place, was, "the same"));
        }
        return;
    }
    for said in reading.known_addresses(port) {
        learning.take(said, port);
    }
    if !has_v4(port) && !coverage.drops_ipv4() {
        port.notes.push(
            Note::stricter(&learning.place, learning.was(), NONE)
                .decide("which addresses the guest uses; write them under addresses"),
        );
    }
}

/// What is left to a port without IPv4 addresses.
const NONE: &str = "no IPv4 address is own: of IPv4 only a DHCP client's broadcast and IGMP pass";

fn has_v4(port: &PortDraft) -> bool {
    let mut addresses = port.addresses.iter();
    addresses.any(|entry| entry.value.addr().is_ipv4())
}

/// How libvirt comes to know the addresses of a guest.
struct Learning<'a> {
    coverage: &'a Coverage,
    parameter: Option<&'a Parameter>,
    place: Place,
}

impl<'a> Learning<'a> {
    fn of(reading: &Reading<'_>, coverage: &'a Coverage) -> Learning<'a> {
        let mut parameters = coverage.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.name == "CTRL_IP_LEARNING");
        let place = match (parameter, &reading.interface.filter) {
            (Some(parameter), _) => &parameter.place,
            (None, Some(filter)) if coverage.needs_ip() => &filter.place,
            _ => &reading.interface.place,
        };
        Learning {
            coverage,
            parameter,
            place: place.clone(),
        }
    }

    fn is_dhcp(&self) -> bool {
        self.parameter
            .is_some_and(|parameter| parameter.value == "dhcp")
    }

    fn was(&self) -> &'static str {
        match self.parameter.map(|parameter| parameter.value.as_str()) {
            _ if !self.coverage.needs_ip() => "no address is said, and any may be used",
            Some("dhcp") => "libvirt learns the addresses from DHCP",
            Some("none") => "no address is said, nor learned: libvirt does not start such a guest",
            _ => "libvirt learns one address from the guest's first packet",
        }
    }

    /// An address that is said elsewhere.
    fn take(&self, said: &Said, port: &mut PortDraft) {
        let Some(address) = own_address(&said.value, &said.place, &mut port.notes) else {
            return;
        };
        if address.addr().is_ipv6() && self.coverage.drops_ipv6() {
            return;
        }
        let was = format!("{}; this is what it is given", self.was());
        let becomes = format!("addresses: {}", address.written());
        let change = if self.is_dhcp() {
            Change::Same
        } else {
            Change::Stricter
        };
        port.notes
            .push(Note::new(&said.place, change, was, becomes));
        Entry::new(address, &said.place).add(&mut port.addresses);
    }
}
