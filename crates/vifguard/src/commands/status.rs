//! `vifguard status`

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::{Counters, PortCounters, PortState, State};
use vifguard_inventory::Links;
use vifguard_inventory::vifs::ovs::{Bridge, Switch};
use vifguard_policy::DevicePattern;
use vifguard_verdict::Reason;

use super::prospect::links;
use crate::drivers::{DriverArgs, Ground, Title};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fit::show_degraded;
use crate::hypervisors::Hypervisors;
use crate::output::{Output, Report, Style, Table};
use crate::words::{bullets, count, guards};

/// What is in force.
#[derive(Debug, Serialize)]
struct Status {
    /// Those that have something in force, in words; if none has, the one that was asked first.
    driver: String,
    present: bool,
    ports: Vec<PortStatus>,
    /// Patterns and names of interfaces on which nothing passes without a port.
    guarded: Vec<String>,
    /// What happens to frames from those: `refuse` or `audit`.
    unknown: &'static str,
    /// Interfaces without a port that sent something.
    strangers: Vec<Stranger>,
    drift: Vec<DriftStatus>,
    /// What sees frames before they are judged, by the operator's own will.
    caveats: Vec<String>,
    /// Why it is not known what others hold, who may hold something.
    unheard: Vec<String>,
    /// The drivers that have something in force.
    #[serde(skip)]
    holding: Vec<Title>,
}

#[derive(Debug, Serialize)]
struct PortStatus {
    port: String,
    device: String,
    #[serde(flatten)]
    title: Title,
    /// The guards that are on.
    guards: Vec<&'static str>,
    #[serde(skip)]
    profile: String,
    mode: &'static str,
    degraded: Vec<String>,
    /// No interface of this name is there now.
    absent: bool,
    #[serde(flatten)]
    frames: Frames,
}

#[derive(Debug, Serialize)]
struct Stranger {
    device: String,
    #[serde(flatten)]
    title: Title,
    #[serde(flatten)]
    frames: Frames,
}

/// Frames by what became of them.
#[derive(Debug, Serialize)]
struct Frames {
    passed: u64,
    refused: BTreeMap<&'static str, u64>,
    /// Passed in audit mode; would have been refused.
    audited: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Serialize)]
struct DriftStatus {
    #[serde(flatten)]
    title: Title,
    port: Option<String>,
    what: String,
}

pub(super) fn run(args: &DriverArgs, output: &Output) -> Result<Exit> {
    let there = links()?;
    let hypervisors = Hypervisors::new(args.ovsdb.as_deref());
    let ground = Ground {
        host: &there,
        hypervisors: &hypervisors,
        args,
    };
    let mut status: Option<Status> = None;
    let mut crew = ground.in_charge()?;
    for member in &mut crew.members {
        let mut state = member.driver.observe()?;
        if status.is_some() && !state.present {
            continue;
        }
        // A driver that cannot be asked now, because of what others did, says so as drift.
        if state.present
            && let Ok(can) = member.probe()
        {
            state
                .ports
                .iter_mut()
                .for_each(|port| show_degraded(port, &can));
        }
        let counters = member.driver.counters()?;
        let present = state.present;
        let mut one = Status::of(&member.title, state, &counters);
        if present {
            one.caveats = member.driver.caveats()?;
        }
        status = Some(match status {
            Some(before) if before.present => before.and(one),
            Some(_) | None => one,
        });
    }
    let Some(mut status) = status else {
        let what = "no driver could have anything in force here";
        return Err(Failure::new(Exit::Unavailable, what, "vifguard doctor says why").into());
    };
    status.unheard = crew.unheard;
    status.note_absent(&there);
    if let Some(switch) = ground.before_all()? {
        status.note_passed_by(switch, &there);
    }
    Ok(output.show(&status))
}

impl Status {
    fn of(title: &Title, state: State, counters: &Counters) -> Status {
        let ports: HashSet<&str> = state
            .ports
            .iter()
            .map(|port| port.device.as_str())
            .collect();
        let strangers = counters.by_device.iter();
        let strangers = strangers.filter(|(device, _)| !ports.contains(device.as_str()));
        Status {
            driver: title.to_string(),
            present: state.present,
            holding: state.present.then(|| title.clone()).into_iter().collect(),
            strangers: strangers
                .map(|(device, frames)| Stranger {
                    device: device.clone(),
                    title: title.clone(),
                    frames: Frames::of(frames),
                })
                .collect(),
            ports: state
                .ports
                .iter()
                .map(|port| PortStatus::of(title, port, counters))
                .collect(),
            guarded: state.guarded,
            unknown: state.unknown.name(),
            caveats: Vec::new(),
            unheard: Vec::new(),
            drift: state
                .drift
                .into_iter()
                .map(|drift| DriftStatus {
                    title: title.clone(),
                    port: drift.port,
                    what: drift.what,
                })
                .collect(),
        }
    }

    /// With what another driver has in force.
    fn and(mut self, other: Status) -> Status {
        self.driver = format!("{} and {}", self.driver, other.driver);
        self.present |= other.present;
        self.ports.extend(other.ports);
        self.ports.sort_by(|a, b| a.port.cmp(&b.port));
        let new = other.guarded.into_iter();
        let new: Vec<String> = new.filter(|spec| !self.guarded.contains(spec)).collect();
        self.guarded.extend(new);
        self.strangers.extend(other.strangers);
        self.holding.extend(other.holding);
        self.drift.extend(other.drift);
        self.caveats.extend(other.caveats);
        self
    }
}

impl Status {
    fn note_absent(&mut self, there: &Links) {
        let names: HashSet<&str> = there.links.iter().map(|link| link.name.as_str()).collect();
        for port in &mut self.ports {
            // What a bridge has need not be an interface of the host's.
            port.absent = port.title.bridge.is_none() && !names.contains(port.device.as_str());
        }
    }

    /// A switch in userspace, or with tc, takes frames before they are judged at netdev ingress: where it holds no guards
    /// for such a port (it was started anew, or somebody took them away), nothing guards it.
    fn note_passed_by(&mut self, switch: &Switch, there: &Links) {
        let names: HashSet<&str> = there.links.iter().map(|link| link.name.as_str()).collect();
        let takes_from =
            |bridge: &Bridge, device: &str| bridge.takes_from(device, names.contains(device));
        let judged: HashSet<(Title, String)> = self
            .ports
            .iter()
            .map(|port| (port.title.clone(), port.device.clone()))
            .collect();
        let patterns = self.guarded.iter().filter_map(|spec| spec.parse().ok());
        let patterns: Vec<DevicePattern> = patterns.collect();
        for bridge in switch
            .bridges
            .iter()
            .filter(|bridge| bridge.is_before_ingress())
        {
            let title = Ground::title(bridge);
            if self.holding.contains(&title) {
                continue;
            }
            let covers = |device: &&String| {
                takes_from(bridge, device) && patterns.iter().any(|spec| spec.covers(device))
            };
            let covered = bridge.interfaces.iter().filter(covers);
            let covered: Vec<&str> = covered.map(String::as_str).collect();
            if !covered.is_empty() {
                self.drift.push(DriftStatus {
                    title,
                    port: None,
                    what: format!(
                        "a pattern guards {}, which bridge {} takes frames of before netdev ingress, and it \
                         holds no guards",
                        covered.join(", "),
                        bridge.name
                    ),
                });
            }
        }
        for port in &self.ports {
            let bridge = switch.bridge_of(&port.device);
            let takes =
                |bridge: &&Bridge| bridge.is_before_ingress() && takes_from(bridge, &port.device);
            let Some(bridge) = bridge.filter(takes) else {
                continue;
            };
            let title = Ground::title(bridge);
            if !judged.contains(&(title.clone(), port.device.clone())) {
                self.drift.push(DriftStatus {
                    title,
                    port: Some(port.port.clone()),
                    what: format!(
                        "its bridge {} takes frames before netdev ingress, and holds no guards for it",
                        bridge.name
                    ),
                });
            }
        }
    }

    /// Ports whose interface is not there, and will not be guarded by a pattern when it comes under
    /// another name: it may have been renamed, and be unguarded now.
    fn lost(&self) -> impl Iterator<Item = &PortStatus> {
        let covers = |device: &str| {
            let mut patterns = self
                .guarded
                .iter()
                .filter_map(|spec| spec.strip_suffix('*'));
            patterns.any(|prefix| device.starts_with(prefix))
        };
        let absent = self.ports.iter().filter(|port| port.absent);
        absent.filter(move |port| !covers(&port.device))
    }
}

impl PortStatus {
    fn of(title: &Title, port: &PortState, counters: &Counters) -> PortStatus {
        PortStatus {
            title: title.clone(),
            port: port.port.clone(),
            device: port.device.clone(),
            guards: port.guards.iter().map(|guard| guard.name()).collect(),
            profile: guards(port.guards),
            mode: port.mode.name(),
            degraded: port.degraded.clone(),
            absent: false,
            frames: Frames::of(&counters.of(&port.device)),
        }
    }
}

impl Frames {
    fn of(counters: &PortCounters) -> Frames {
        let named = |frames: &BTreeMap<Reason, u64>| {
            let some = frames.iter().filter(|(_, count)| **count > 0);
            some.map(|(reason, count)| (reason.name(), *count))
                .collect()
        };
        Frames {
            passed: counters.passed,
            refused: named(&counters.refused),
            audited: named(&counters.audited),
        }
    }

    /// `arp-ip 3, mac 1`; what was only counted is marked.
    fn refusals(&self) -> String {
        let refused = self
            .refused
            .iter()
            .map(|(reason, count)| format!("{reason} {count}"));
        let audited = self
            .audited
            .iter()
            .map(|(reason, count)| format!("({reason} {count})"));
        let all: Vec<String> = refused.chain(audited).collect();
        if all.is_empty() {
            "-".to_owned()
        } else {
            all.join(", ")
        }
    }
}

impl Report for Status {
    fn text(&self, style: Style) -> String {
        let unheard = bullets(self.unheard.iter().map(|why| format!("not known: {why}")));
        if !self.present {
            let driver = &self.driver;
            return format!(
                "nothing is in force by {driver}: vifguard enforce -f FILE changes that\n{unheard}"
            );
        }
        let mut text = self.port_table(style);
        if !self.guarded.is_empty() {
            let guarded = self
                .guarded
                .iter()
                .take(20)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let more = match self.guarded.len().saturating_sub(20) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let fate = if self.unknown == "refuse" {
                "refused"
            } else {
                "passed and counted"
            };
            text += &format!("\nguarded: {guarded}{more}; without a port, frames are {fate}\n");
        }
        text += &self.stranger_table(style);
        if !self.drift.is_empty() {
            let head = format!("changed behind our back ({}):", self.drift.len());
            text += &format!("\n{}\n", style.alarm(&head));
            text += &bullets(self.drift.iter().map(DriftStatus::line));
            text += "vifguard enforce -f FILE puts it right\n";
        }
        text += &bullets(self.caveats.iter().map(|what| format!("note: {what}")));
        text + &unheard
    }

    fn exit(&self) -> Exit {
        let degraded = self.ports.iter().any(|port| !port.degraded.is_empty());
        let lost = self.lost().next().is_some();
        let known = self.unheard.is_empty();
        Exit::ok_if(self.present && self.drift.is_empty() && !degraded && !lost && known)
    }
}

impl Status {
    fn port_table(&self, style: Style) -> String {
        let mut table = Table::new(&[
            "PORT", "DEVICE", "DRIVER", "GUARDS", "MODE", ">PASSED", "REFUSED",
        ]);
        for port in &self.ports {
            table.row(vec![
                port.port.clone(),
                port.device.clone(),
                port.title.to_string(),
                port.profile.clone(),
                port.mode.to_owned(),
                port.frames.passed.to_string(),
                port.frames.refusals(),
            ]);
        }
        let mut text = table.text(style);
        for port in &self.ports {
            for why in &port.degraded {
                text += &format!("{} port {}: {why}\n", style.alarm("degraded:"), port.port);
            }
        }
        let mut names: Vec<&str> = self.ports.iter().map(|port| port.port.as_str()).collect();
        // One that two drivers guard, at two places, is one.
        names.sort_unstable();
        names.dedup();
        let in_force = count(names.len(), "port");
        text += &format!("{in_force} in force\n");
        for port in self.lost() {
            text += &format!(
                "{} port {}: there is no interface {}; if it was renamed, it is not guarded any more\n",
                style.alarm("gone:"),
                port.port,
                port.device
            );
        }
        match self.ports.iter().filter(|port| port.absent).count() - self.lost().count() {
            0 => text,
            awaited => {
                let interfaces = count(awaited, "interface");
                text + &format!("{interfaces} yet to come, guarded from the first frame\n")
            }
        }
    }

    fn stranger_table(&self, style: Style) -> String {
        let mut table = Table::new(&["WITHOUT A PORT", ">PASSED", "REFUSED"]);
        for stranger in &self.strangers {
            table.row(vec![
                stranger.device.clone(),
                stranger.frames.passed.to_string(),
                stranger.frames.refusals(),
            ]);
        }
        if table.is_empty() {
            String::new()
        } else {
            format!("\n{}", table.text(style))
        }
    }
}

impl DriftStatus {
    fn line(&self) -> String {
        match &self.port {
            Some(port) => format!("port {port}: {}", self.what),
            None => self.what.clone(),
        }
    }
}
