//! What drivers hold that a run does not speak for. Where two of them guard an interface, a frame has to pass
//! both: what one keeps of an older policy, the other does not give back.

use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use vifguard_driver::{Desired, Driver, Error, State};
use vifguard_inventory::Links;
use vifguard_policy::{DevicePattern, Unknown};

use super::{Member, Title};
use crate::words::count;

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Guards of a driver that has no part in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Elsewhere {
    #[serde(flatten)]
    pub(crate) title: Title,
    /// Its ports.
    pub(crate) ports: Vec<String>,
    /// Interfaces of the policy's that it closes, having no port for them; all that it guards, if that is all
    /// that is known.
    pub(crate) devices: Vec<String>,
    /// Why no more is known.
    pub(crate) unheard: Option<String>,
    /// It holds nothing besides.
    #[serde(skip)]
    is_all: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Those that hold something.
    pub(crate) holding: Vec<Elsewhere>,
    /// Those that may, and did not answer.
    pub(crate) unheard: Vec<String>,
}

impl Others {
    /// Asks a driver that has no part in the run. What can be told at once is not asked.
    pub(super) fn ask(&mut self, mut member: Member, desired: &Desired, host: &Links) {
        let seen = member.driver.glance();
        if seen.as_ref().is_some_and(Vec::is_empty) || !member.driver.may_hold() {
            return;
        }
        match observe(member.driver) {
            Ok(state) => self
                .holding
                .extend(Elsewhere::of(member.title, &state, desired, host)),
            // Whoever may not look may not enforce either.
            Err(Error::Privilege) => {}
            Err(error) => match seen {
                Some(devices) => self.holding.push(Elsewhere {
                    title: member.title,
                    ports: Vec::new(),
                    devices,
                    unheard: Some(error.to_string()),
                    is_all: false,
                }),
                None => self.unheard.push(error.to_string()),
            },
        }
    }
}

/// What it has in force, if it says so in time: guards of ours must not wait for others to come to it.
fn observe(mut driver: Box<dyn Driver + Send>) -> Result<State, Error> {
    let name = driver.name();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(driver.observe()));
    told.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        Err(Error::Step {
            driver: name,
            step: "say what it has in force".to_owned(),
            source: format!("it gave no answer for {} seconds", PATIENCE.as_secs()).into(),
        })
    })
}

impl Elsewhere {
    fn of(title: Title, state: &State, desired: &Desired, host: &Links) -> Option<Elsewhere> {
        let asked = |port: &str| desired.ports.iter().any(|own| own.identity.port == port);
        // Of `vifguard run`, which keeps it itself for as long as its guest runs.
        let admitted = |port: &str, device: &str| {
            let mut links = host.links.iter().filter(|link| link.name == device);
            links.any(|link| link.made_for() == Some(port)) && !asked(port)
        };
        let ports = state.ports.iter();
        let ports = ports.filter(|held| !admitted(&held.port, &held.device));
        let ports: Vec<String> = ports.map(|held| held.port.clone()).collect();
        let patterns = state.guarded.iter().filter_map(|spec| spec.parse().ok());
        let patterns: Vec<DevicePattern> = patterns.collect();
        let is_closed = |device: &&str| {
            state.unknown == Unknown::Refuse
                && patterns.iter().any(|pattern| pattern.covers(device))
                && !state.ports.iter().any(|held| held.device == *device)
        };
        let devices = desired.ports.iter().map(|port| port.device.as_str());
        let devices: Vec<String> = devices.filter(is_closed).map(ToOwned::to_owned).collect();
        let found = Elsewhere {
            title,
            is_all: ports.len() == state.ports.len(),
            ports,
            devices,
            unheard: None,
        };
        (!found.ports.is_empty() || !found.devices.is_empty()).then_some(found)
    }

    /// The commands that take it away.
    pub(crate) fn release(&self) -> String {
        let driver = self.title.driver;
        if self.is_all || self.unheard.is_some() || self.ports.is_empty() {
            return format!("vifguard release --all --driver {driver}");
        }
        let each = self.ports.iter();
        let each = each.map(|port| format!("vifguard release --port {port} --driver {driver}"));
        each.collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Elsewhere {
            title,
            ports,
            devices,
            unheard,
            ..
        } = self;
        if let Some(why) = unheard {
            let devices = devices.join(", ");
            return write!(f, "{title} may guard {devices}, and does not say: {why}");
        }
        write!(f, "{title} holds ")?;
        let number = count(ports.len(), "port");
        match ports.is_empty() {
            true => write!(f, "patterns")?,
            false => write!(f, "{number}: {}", ports.join(", "))?,
        }
        match devices.is_empty() {
            true => Ok(()),
            false => write!(f, "; it closes {}, without a port", devices.join(", ")),
        }
    }
}
