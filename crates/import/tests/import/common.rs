//! Short ways to a source and to what became of it.

use vifguard_import::{Change, ImportError, Imported, Neutron, Remark, Source, libvirt};
use vifguard_policy::{Policy, Port};

/// A file of `tests/data`.
macro_rules! data {
    ($name:literal) => {
        vifguard_import::Source {
            name: $name,
            text: include_str!(concat!("../data/", $name)),
        }
    };
}
pub(crate) use data;

pub(crate) fn source<'a>(name: &'a str, text: &'a str) -> Source<'a> {
    Source { name, text }
}

/// What became of one XML text.
#[track_caller]
pub(crate) fn xml(text: &str) -> Imported {
    libvirt(&[source("a.xml", text)]).unwrap()
}

/// What became of the ports of an answer.
#[track_caller]
pub(crate) fn ports(objects: &str) -> Imported {
    answers(objects, "", "")
}

/// The same with networks and subnets.
#[track_caller]
pub(crate) fn answers(ports: &str, networks: &str, subnets: &str) -> Imported {
    let body = |key: &str, objects: &str| format!("{{ \"{key}\": [{objects}] }}");
    let ports = body("ports", ports);
    let networks = body("networks", networks);
    let subnets = body("subnets", subnets);
    Neutron {
        ports: vec![source("ports.json", &ports)],
        networks: vec![source("networks.json", &networks)],
        subnets: vec![source("subnets.json", &subnets)],
        host: None,
    }
    .import()
    .unwrap()
}

/// Why a text gives no policy.
#[track_caller]
pub(crate) fn xml_error(text: &str) -> ImportError {
    libvirt(&[source("a.xml", text)]).unwrap_err()
}

/// The policy, read.
#[track_caller]
pub(crate) fn policy(imported: &Imported) -> Policy {
    Policy::parse(&imported.policy, "policy.yaml").unwrap()
}

/// The one port of the policy.
#[track_caller]
pub(crate) fn only_port(imported: &Imported) -> Port {
    let policy = policy(imported);
    let [port] = policy.ports() else {
        panic!("not one port:\n{}", imported.policy);
    };
    port.clone()
}

/// Addresses as they are written, with `+` where they are shared.
pub(crate) fn addresses(port: &Port) -> Vec<String> {
    let entries = port.addresses.iter();
    let text = |entry: &vifguard_policy::Shareable<vifguard_policy::IpNet>| {
        format!("{}{}", entry.value, if entry.shared { "+" } else { "" })
    };
    entries.map(text).collect()
}

/// The remark with this change that holds this text.
#[track_caller]
pub(crate) fn remark<'i>(imported: &'i Imported, change: Change, text: &str) -> &'i Remark {
    let mut remarks = imported.remarks.iter();
    let found = remarks.find(|remark| remark.change == change && remark.to_string().contains(text));
    found.unwrap_or_else(|| panic!("no {change} remark with {text:?} in\n{}", all(imported)))
}

/// Fails if any remark holds this text.
#[track_caller]
pub(crate) fn no_remark(imported: &Imported, text: &str) {
    let said = all(imported);
    assert!(!said.contains(text), "{text:?} in\n{said}");
}

/// Every remark as a line.
pub(crate) fn all(imported: &Imported) -> String {
    let lines = imported.remarks.iter().map(|remark| format!("{remark}\n"));
    lines.collect()
}

/// What is to be decided.
pub(crate) fn decisions(imported: &Imported) -> Vec<String> {
    let remarks = imported.decisions();
    remarks.filter_map(|remark| remark.decide.clone()).collect()
}
