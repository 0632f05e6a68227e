//! What no single value shows: rules between the values of a port, and between ports.

mod claim;
mod collect;
mod conflict;
mod ethertypes;
mod flat;
mod guards;
mod overlap;
mod repeated;
mod reserved;
mod unique;

use crate::faults::Faults;
use crate::read::Draft;

/// Every check of `docs/verdicts.md`, section 2. O(n log n) in ports, addresses and MACs.
pub(crate) fn all(draft: &Draft<'_>, faults: &mut Faults) {
    unique::check(draft, faults);
    for network in &draft.networks {
        repeated::in_network(network, faults);
    }
    for port in &draft.ports {
        repeated::in_port(port, faults);
        guards::check(port, faults);
        ethertypes::check(port, faults);
        if let Some(network) = port.network {
            flat::check(port, &draft.networks[network], faults);
        }
    }
    let claims = collect::of_ports(draft);
    reserved::check(draft, &claims, faults);
    overlap::check(draft, &claims, faults);
}
