//! `vifguard release`

use anyhow::{Error, Result};
use serde::Serialize;
use vifguard_driver::{Driver, Error as DriverError, PortState, Scope};
use vifguard_policy::{DevicePattern, Unknown};

use super::prospect::links;
use crate::blast::Silent;
use crate::cli::ReleaseArgs;
use crate::drivers;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style};
use crate::signals::Deferred;
use crate::words::{Near, bullets, count, near};

/// What was taken away.
#[derive(Debug, Serialize)]
struct Released {
    driver: &'static str,
    released: Vec<String>,
    /// Interfaces that a pattern still guards, now without a port.
    silenced: Vec<Silent>,
    #[serde(skip)]
    all: bool,
}

pub(super) fn run(args: &ReleaseArgs, output: &Output) -> Result<Exit> {
    let mut driver = drivers::by_name(args.driver.driver);
    let scope = args.which.port.clone().map_or(Scope::All, Scope::Port);
    let mut signals = Deferred::begin()?;
    let ports = match &scope {
        Scope::All => Vec::new(),
        Scope::Port(_) => driver.observe()?.ports,
    };
    let released = driver
        .remove(&scope)
        .map_err(|error| with_names(error, &ports))?;
    let device = match &scope {
        Scope::All => None,
        Scope::Port(port) => ports.into_iter().find(|state| state.port == *port),
    };
    let device = device.map(|state| state.device);
    let silenced = match device {
        Some(device) if is_silent(driver.as_mut(), &device)? => {
            vec![Silent::of(&links()?, &device)]
        }
        Some(_) | None => Vec::new(),
    };
    let report = Released {
        driver: driver.name(),
        released,
        silenced,
        all: scope == Scope::All,
    };
    match signals.asked() {
        None => Ok(output.show(&report)),
        Some(signal) => {
            output.note("asked to stop; what had begun was finished first");
            Ok(output.show_with(&report, Exit::Signal(signal)))
        }
    }
}

/// A wrong name is answered with those that there are.
fn with_names(error: DriverError, ports: &[PortState]) -> Error {
    let DriverError::NoSuchPort(port) = &error else {
        return error.into();
    };
    let Near { question, list } = near(port, ports.iter().map(|state| state.port.as_str()));
    let what = format!("no port {port:?} is in force{question}");
    let advice = format!("ports in force: {list}; nothing was changed");
    Failure::new(Exit::No, what, advice).into()
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
        let nothing_left = if self.all {
            "; nothing of vifguard remains"
        } else {
            ""
        };
        let mut text = match self.released.len() {
            0 => format!("no port was in force{nothing_left}\n"),
            ports => format!("{} released{nothing_left}\n", count(ports, "port")),
        };
        text += &bullets(self.released.iter().map(|port| format!("- {port}")));
        for Silent { device, .. } in &self.silenced {
            let silent = style.alarm("silent from now on:");
            text += &format!(
                "{silent} {device}, which a pattern still guards; vifguard release --all opens it\n"
            );
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}
