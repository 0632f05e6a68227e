//! A plan and a change, for people.

use std::fmt::Write;

use crate::change::{Change, Wanted};
use crate::edit::{Edit, Op};
use crate::names::{show_device, show_element};
use crate::program::Program;

/// The whole plan: rules, then ports.
pub(crate) fn plan(wanted: Wanted<'_>) -> String {
    let Wanted {
        tenants,
        bases,
        gate,
    } = wanted;
    let mut program = Program::of(&tenants.shape);
    for (name, base) in bases {
        program.add_base(name, base.clone());
    }
    let mut text = program.to_string();
    for tenant in &tenants.ports {
        let identity = tenant.identity;
        let _ = writeln!(
            text,
            "port {} on {}: {}",
            identity.port, tenant.device, tenant.class
        );
        for (set, element) in tenant.elements(0) {
            let _ = writeln!(text, "    {set} {}", &show_element(&element)[8..]);
        }
    }
    if let Some(gate) = gate {
        let _ = write!(
            text,
            "gate in each of the families bridge, inet and arp:\n{}",
            gate.program()
        );
    }
    text
}

/// What would change, one line each.
pub(crate) fn difference(change: &Change) -> Vec<String> {
    let applied = &change.applied;
    let ports = |sign: char, ports: &[String]| {
        ports
            .iter()
            .map(|port| format!("{sign} port {port}"))
            .collect::<Vec<_>>()
    };
    let mut lines = ports('+', &applied.added);
    lines.extend(ports('~', &applied.changed));
    lines.extend(ports('-', &applied.removed));
    lines.extend(applied.repaired.iter().map(|what| format!("! {what}")));
    lines.extend(change.steps().flat_map(|Edit(ops)| ops).flat_map(show));
    let gates = change.loosen.iter().chain(&change.tighten);
    for (family, Edit(ops)) in gates {
        let gate = format!(" (gate in the {} family)", family.name());
        lines.extend(ops.iter().flat_map(show).map(|line| line + &gate));
    }
    lines
}

fn show(op: &Op) -> Vec<String> {
    let devices = |sign: char, devices: &[vifguard_netlink::nft::DeviceSpec]| {
        devices
            .iter()
            .map(|device| format!("{sign} guard {}", show_device(device)))
            .collect()
    };
    match op {
        Op::AddTable => vec!["+ table".to_owned()],
        Op::DeleteTable => vec!["- table".to_owned()],
        Op::AddSet(set) => vec![format!("+ set {}", set.name)],
        Op::DeleteSet(name) => vec![format!("- set {name}")],
        Op::AddChain(name) => vec![format!("+ chain {name}")],
        Op::AddBase(_, base) => devices('+', &base.devices),
        Op::SetRules(name, _, true) => vec![format!("~ chain {name}")],
        Op::SetRules(..) => Vec::new(),
        Op::DeleteChain(name) => vec![format!("- chain {name}")],
        Op::SetPolicy(name, policy) => vec![format!("~ chain {name} policy {policy:?}")],
        Op::AddDevices(_, _, more) => devices('+', more),
        Op::DeleteDevices(_, _, gone) => devices('-', gone),
        // They come and go with the elements that lead to them.
        Op::AddCounter(_) | Op::DeleteCounter(_) => Vec::new(),
        Op::AddElements(set, elements) => {
            vec![format!("+ {} elements of set {set}", elements.len())]
        }
        Op::DeleteElements(set, elements) => {
            vec![format!("- {} elements of set {set}", elements.len())]
        }
    }
}
