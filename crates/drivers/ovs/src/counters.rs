//! Flow statistics as counters of ports.

use std::collections::BTreeMap;

use vifguard_driver::Counters;
use vifguard_verdict::Reason;

use crate::held::Held;
use crate::program::{Table, code};

/// What happened to the frames of every port.
pub(crate) fn counters(held: &Held, first_table: u8) -> Counters {
    let mut devices: BTreeMap<u32, String> = held.unknown();
    devices.extend(
        held.ports()
            .into_iter()
            .map(|(number, port)| (number, port.note.device)),
    );
    let (refuse, pass) = (
        Table::Refuse.number(first_table),
        Table::Pass.number(first_table),
    );
    let reasons: BTreeMap<String, Reason> = Reason::ALL
        .into_iter()
        .map(|reason| (format!("reg14={:#x},", code(reason)), reason))
        .collect();
    let mut counters = Counters::default();
    for device in devices.values() {
        counters
            .by_device
            .insert(device.clone(), Default::default());
    }
    for counted in held.flows() {
        let key = &counted.flow.key;
        let device = key.in_port().and_then(|number| devices.get(&number));
        let Some(port) = device.and_then(|device| counters.by_device.get_mut(device)) else {
            continue;
        };
        if key.table == pass {
            port.passed += counted.frames;
        } else if key.table == refuse && counted.frames > 0 {
            let prefix = key.matches.split_inclusive(',').next().unwrap_or_default();
            let Some(reason) = reasons.get(prefix) else {
                continue;
            };
            let audited = counted.flow.actions != "drop";
            let by_reason = if audited {
                &mut port.audited
            } else {
                &mut port.refused
            };
            *by_reason.entry(*reason).or_default() += counted.frames;
        }
    }
    counters
}
