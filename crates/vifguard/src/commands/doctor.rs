//! `vifguard doctor`

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::{Capabilities, Feature, Support};
use vifguard_inventory::vifs::ovs::Switch;
use vifguard_inventory::vifs::{libvirt, xen};
use vifguard_inventory::{Links, ProgramError};

use super::prospect::links;
use crate::drivers::{DriverArgs, Ground, Member};
use crate::exit::Exit;
use crate::hypervisors::{Hypervisors, LIBVIRT, OVS, XEN};
use crate::output::{Output, Report, Style};
use crate::words::count;

/// What this host can do: a scheduler may read it to choose one.
#[derive(Debug, Serialize)]
struct Found {
    kernel: String,
    /// Interfaces of this host, by kind; hardware has none.
    interfaces: BTreeMap<String, usize>,
    hypervisors: Vec<Hypervisor>,
    drivers: Vec<Examined>,
}

/// Who knows guests' interfaces.
#[derive(Debug, Serialize)]
struct Hypervisor {
    name: &'static str,
    /// It answers: ports may be bound by what it knows.
    answers: bool,
    /// Guests' interfaces that it has here.
    vifs: usize,
    /// Why it does not answer.
    cause: Option<String>,
    /// What would help.
    remedy: Option<&'static str>,
}

/// A driver, as it was found here.
#[derive(Debug, Serialize)]
struct Examined {
    name: &'static str,
    /// The bridge that it guards, if it is a switch's.
    bridge: Option<String>,
    /// It can be used at all.
    usable: bool,
    /// Why not, and what to do.
    cause: Option<String>,
    features: BTreeMap<&'static str, Degree>,
    notes: Vec<String>,
}

/// How far a feature is supported.
#[derive(Debug, Serialize)]
struct Degree {
    /// `full`, `partial` (it refuses more than it must) or `none`.
    support: &'static str,
    /// What is missing.
    cause: Option<String>,
}

pub(super) fn run(args: &DriverArgs, output: &Output) -> Result<Exit> {
    let host = links()?;
    let hypervisors = Hypervisors::new(args.ovsdb.as_deref());
    let ground = Ground {
        host: &host,
        hypervisors: &hypervisors,
        args,
    };
    let switch = Switch::read(args.ovsdb.as_deref());
    Ok(output.show(&Found {
        kernel: kernel(),
        interfaces: kinds(&host),
        hypervisors: vec![
            Hypervisor::of("libvirt", LIBVIRT, libvirt::vifs().map(|vifs| vifs.len())),
            Hypervisor::of("Open vSwitch", OVS, switch.map(|switch| guests(&switch))),
            Hypervisor::of("Xen", XEN, xen::vifs().map(|vifs| vifs.len())),
        ],
        drivers: ground.all().into_iter().map(Examined::of).collect(),
    }))
}

/// Interfaces of which somebody noted whose they are.
fn guests(switch: &Switch) -> usize {
    let vifs = switch.vifs.iter();
    vifs.filter(|vif| !vif.external_ids.is_empty()).count()
}

fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease");
    release.map_or_else(|_| String::new(), |text| text.trim().to_owned())
}

fn kinds(host: &Links) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for link in &host.links {
        let kind = match link.kind.as_str() {
            "" if link.loopback => "loopback",
            "" => "hardware",
            kind => kind,
        };
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    kinds
}

impl Hypervisor {
    fn of(
        name: &'static str,
        remedy: &'static str,
        vifs: Result<usize, ProgramError>,
    ) -> Hypervisor {
        Hypervisor {
            name,
            answers: vifs.is_ok(),
            vifs: *vifs.as_ref().unwrap_or(&0),
            remedy: vifs.is_err().then_some(remedy),
            cause: vifs.err().map(|error| error.to_string()),
        }
    }
}

impl Examined {
    fn of(mut member: Member) -> Examined {
        let title = member.title.clone();
        match member.probe() {
            Ok(can) => Examined {
                name: title.driver,
                bridge: title.bridge,
                usable: true,
                cause: None,
                features: degrees(&can),
                notes: can.notes,
            },
            Err(error) => Examined {
                name: title.driver,
                bridge: title.bridge,
                usable: false,
                cause: Some(error.to_string()),
                features: BTreeMap::new(),
                notes: Vec::new(),
            },
        }
    }

    fn guards(&self) -> bool {
        let is_guard = |feature: &Feature| matches!(feature, Feature::Guard(_));
        let mut guards = Feature::all().filter(is_guard);
        guards.any(|guard| {
            let degree = self.features.get(guard.name());
            degree.is_some_and(|degree| degree.support != "none")
        })
    }

    fn text(&self, style: Style) -> String {
        let on = self.bridge.as_ref().map(|bridge| format!(" on {bridge}"));
        let head = style.head(&format!("driver {}{}", self.name, on.unwrap_or_default()));
        if let Some(cause) = &self.cause {
            return format!("{head}: cannot be used here: {cause}\n");
        }
        let mut text = head + "\n";
        let with = |support: &str| -> Vec<&str> {
            let all = Feature::all().map(Feature::name);
            all.filter(|name| {
                let degree = self.features.get(name);
                degree.is_some_and(|degree| degree.support == support)
            })
            .collect()
        };
        let full = with("full");
        if !full.is_empty() {
            text += &format!("  full: {}\n", full.join(", "));
        }
        for support in ["partial", "none"] {
            text += &self.grouped(support, &with(support));
        }
        self.notes
            .iter()
            .fold(text, |text, note| text + &format!("  {note}\n"))
    }

    /// Features that share a cause, in one line.
    fn grouped(&self, support: &str, names: &[&str]) -> String {
        let mut by_cause: Vec<(&str, Vec<&str>)> = Vec::new();
        for name in names {
            let cause = self.features[name].cause.as_deref().unwrap_or_default();
            match by_cause.iter_mut().find(|(known, _)| *known == cause) {
                Some((_, names)) => names.push(name),
                None => by_cause.push((cause, vec![name])),
            }
        }
        let line = |(cause, names): (&str, Vec<&str>)| {
            format!("  {support}: {}: {cause}\n", names.join(", "))
        };
        by_cause.into_iter().map(line).collect()
    }
}

fn degrees(can: &Capabilities) -> BTreeMap<&'static str, Degree> {
    let degree = |feature: Feature| {
        let (support, cause) = match can.of(feature) {
            Support::Full => ("full", None),
            Support::Partial(cause) => ("partial", Some(cause)),
            Support::None(cause) => ("none", Some(cause)),
        };
        (feature.name(), Degree { support, cause })
    };
    Feature::all().map(degree).collect()
}

impl Report for Found {
    fn text(&self, style: Style) -> String {
        let kinds = self.interfaces.iter();
        let kinds: Vec<String> = kinds.map(|(kind, n)| format!("{n} {kind}")).collect();
        let mut text = format!(
            "Linux {}; interfaces: {}\n\n",
            self.kernel,
            kinds.join(", ")
        );
        for Hypervisor {
            name,
            vifs,
            cause,
            remedy,
            ..
        } in &self.hypervisors
        {
            text += &match (cause, remedy) {
                (Some(cause), Some(remedy)) => {
                    format!("{name}: ports cannot be bound by it: {cause}; {remedy}\n")
                }
                _ => format!("{name}: {}\n", count(*vifs, "guest's interface")),
            };
        }
        for driver in &self.drivers {
            text += "\n";
            text += &driver.text(style);
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.drivers.iter().any(Examined::guards))
    }
}
