//! `vifguard release`

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::{Driver, PortState, Scope};
use vifguard_inventory::Links;
use vifguard_policy::{DevicePattern, Unknown};

use super::prospect::links;
use crate::blast::Silent;
use crate::cli::ReleaseArgs;
use crate::drivers::{Crew, DriverName, Ground};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hypervisors::Hypervisors;
use crate::keeper;
use crate::output::{Output, Report, Style};
use crate::signals::Deferred;
use crate::words::{Near, bullets, count, near};

/// What was taken away.
#[derive(Debug, Serialize)]
struct Released {
    driver: String,
    released: Vec<String>,
    /// Interfaces that a pattern still guards, now without a port.
    silenced: Vec<Silent>,
    /// Why it is not known whether others held something, who may have.
    unheard: Vec<String>,
    #[serde(skip)]
    all: bool,
    /// One driver was named: of others something may remain.
    #[serde(skip)]
    alone: bool,
}

pub(super) fn run(args: &ReleaseArgs, output: &Output) -> Result<Exit> {
    let host = links()?;
    let hypervisors = Hypervisors::new(args.driver.ovsdb.as_deref());
    let ground = Ground {
        host: &host,
        hypervisors: &hypervisors,
        args: &args.driver,
    };
    let _visit = keeper::visit(&args.driver, None)?;
    let mut crew = ground.in_charge()?;
    let unheard = std::mem::take(&mut crew.unheard);
    let mut signals = Deferred::begin()?;
    let mut report = Released {
        unheard,
        driver: crew.names(),
        released: Vec::new(),
        silenced: Vec::new(),
        all: args.which.port.is_none(),
        alone: args.driver.driver != DriverName::Auto,
    };
    match &args.which.port {
        None => {
            let mut failed = None;
            for member in &mut crew.members {
                match member.driver.remove(&Scope::All) {
                    Ok(released) => report.released.extend(released),
                    // The others are released all the same.
                    Err(error) => failed = failed.or(Some((member.title.to_string(), error))),
                }
            }
            if let Some((title, error)) = failed {
                if crew.members.len() == 1 {
                    return Err(error.into());
                }
                let elsewhere = match report.released.len() {
                    0 => "no port was in force".to_owned(),
                    1 => "1 port was released".to_owned(),
                    ports => format!("{ports} ports were released"),
                };
                let what = format!("{title}: {error}; elsewhere {elsewhere}");
                return Err(Failure::halfway(error, what).into());
            }
        }
        Some(port) => release_port(&mut crew, port, &host, &mut report)?,
    }
    report.released.sort_unstable();
    report.released.dedup();
    match signals.asked() {
        None => Ok(output.show(&report)),
        Some(signal) => {
            output.note("asked to stop; what had begun was finished first");
            Ok(output.show_with(&report, Exit::Signal(signal)))
        }
    }
}

/// Wherever it is in force.
fn release_port(crew: &mut Crew, port: &str, host: &Links, report: &mut Released) -> Result<()> {
    // All are asked before any takes something away.
    let states = crew.observe()?;
    for (member, state) in crew.members.iter_mut().zip(&states) {
        let devices = state.ports.iter().filter(|state| state.port == port);
        let devices: Vec<&str> = devices.map(|state| state.device.as_str()).collect();
        if devices.is_empty() {
            continue;
        }
        let scope = Scope::Port(port.to_owned());
        match member.driver.remove(&scope) {
            Ok(released) => report.released.extend(released),
            Err(error) if report.released.is_empty() => return Err(error.into()),
            Err(error) => {
                let what = format!("{}: {error}; elsewhere it was released", member.title);
                return Err(Failure::halfway(error, what).into());
            }
        }
        for device in devices {
            if is_silent(member.driver.as_mut(), device)? {
                report.silenced.push(Silent::of(host, device));
            }
        }
    }
    if report.released.is_empty() {
        let known = states.iter().flat_map(|state| &state.ports);
        return Err(no_such_port(port, known).into());
    }
    Ok(())
}

/// A wrong name is answered with those that there are.
fn no_such_port<'s>(port: &str, known: impl Iterator<Item = &'s PortState>) -> Failure {
    let Near { question, list } = near(port, known.map(|state| state.port.as_str()));
    let what = format!("no port {port:?} is in force{question}");
    let advice = format!("ports in force: {list}; nothing was changed");
    Failure::new(Exit::No, what, advice)
}

/// Does a pattern still guard this interface, and refuse what comes from it?
fn is_silent(driver: &mut dyn Driver, device: &str) -> Result<bool> {
    let state = driver.observe()?;
    let patterns = state
        .guarded
        .iter()
        .filter_map(|text| text.parse::<DevicePattern>().ok());
    let covered = patterns.into_iter().any(|pattern| pattern.covers(device));
    Ok(covered && state.unknown == Unknown::Refuse)
}

impl Report for Released {
    fn text(&self, style: Style) -> String {
        let nothing_left = match (self.all, self.alone || !self.unheard.is_empty()) {
            (false, _) => String::new(),
            (true, false) => "; nothing of vifguard remains".to_owned(),
            (true, true) => format!("; nothing remains of what is in force by {}", self.driver),
        };
        let mut text = match self.released.len() {
            0 => format!("no port was in force{nothing_left}\n"),
            ports => format!("{} released{nothing_left}\n", count(ports, "port")),
        };
        text += &bullets(self.released.iter().map(|port| format!("- {port}")));
        text += &bullets(self.unheard.iter().map(|why| format!("not known: {why}")));
        for Silent { device, .. } in &self.silenced {
            let silent = style.alarm("silent from now on:");
            text += &format!(
                "{silent} {device}, which a pattern still guards; vifguard release --all opens it\n"
            );
        }
        text
    }

    /// It is not as asked where somebody who may hold something did not answer.
    fn exit(&self) -> Exit {
        Exit::ok_if(self.unheard.is_empty())
    }
}
