//! The counts of ebtables' rules as counters of ports.

use vifguard_driver::{Counters, PortCounters};
use vifguard_verdict::Reason;

use crate::filter::Action;
use crate::held::Held;
use crate::program;

/// What happened to the frames of every interface that is bound to a filter of ours.
pub(crate) fn counters(held: &Held) -> Counters {
    let mut counters = Counters::default();
    for (device, _, note) in held.bound() {
        let is_closed = note.is_some_and(|note| note.guards.is_none());
        let end = if is_closed {
            Reason::UnknownPort
        } else {
            Reason::L2
        };
        let mut port = PortCounters::default();
        for (chain, rules) in held.kernel.chains_of(device) {
            let reason = program::reason(chain).unwrap_or(end);
            for rule in rules {
                if rule.target == Action::Accept.target() {
                    port.passed += rule.frames;
                } else if rule.target == Action::Drop.target() && rule.frames > 0 {
                    *port.refused.entry(reason).or_default() += rule.frames;
                }
            }
        }
        counters.by_device.insert(device.clone(), port);
    }
    counters
}
