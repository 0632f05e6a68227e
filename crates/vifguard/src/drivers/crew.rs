use std::collections::HashSet;
use std::fmt;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::{
    Applied, BoundPort, Capabilities, Desired, Driver, Error as DriverError,
    Result as DriverResult, State,
};
use vifguard_policy::{DevicePattern, Policy, Unknown};

use super::DriverName;
use crate::devices::Unfit;
use crate::failure::Failure;

/// The drivers that guard the ports of a host together, each those that are its own.
#[derive(Default)]
pub(crate) struct Crew {
    /// In the order in which they are asked and told.
    pub(crate) members: Vec<Member>,
    /// Those that may hold something and did not answer, each with the cause.
    pub(crate) unheard: Vec<String>,
}

/// A driver, where it works, and what is asked of it.
pub(crate) struct Member {
    pub(crate) title: Title,
    pub(crate) driver: Box<dyn Driver + Send>,
    /// What it is to put in force.
    pub(crate) desired: Desired,
    /// The ports whose promises rest on it; it may guard others too, beside the one that they rest on.
    pub(crate) answers_for: Vec<String>,
    /// Those of them whose interfaces it cannot guard.
    pub(crate) unfit: Vec<Unfit>,
    /// Ports that it would not take, while it took the others: their interfaces are closed.
    closed: Vec<String>,
    /// It works nowhere here, and only says which ports it cannot guard.
    is_nowhere: bool,
    can: Option<Capabilities>,
}

/// What becomes of a port that a driver does not take.
enum Way {
    /// Its interface is closed to all others, and it is tried again.
    Held,
    /// Its interface is closed.
    Closed,
}

/// What a member is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Title {
    /// The driver.
    pub(crate) driver: &'static str,
    /// The bridge that it guards, if that is what it guards.
    pub(crate) bridge: Option<String>,
}

impl Member {
    pub(crate) fn new(title: Title, driver: Box<dyn Driver + Send>) -> Member {
        Member {
            title,
            driver,
            desired: Desired::default(),
            answers_for: Vec::new(),
            unfit: Vec::new(),
            closed: Vec::new(),
            is_nowhere: false,
            can: None,
        }
    }

    /// Asks this of it, and that it answer for all of it.
    pub(crate) fn take(&mut self, desired: Desired) {
        let ports = desired.ports.iter();
        self.answers_for = ports.map(|port| port.identity.port.clone()).collect();
        self.desired = desired;
    }

    /// One that works nowhere here: it says of these ports that it cannot guard them.
    pub(crate) fn nowhere(mut self, unfit: Vec<Unfit>) -> Member {
        (self.unfit, self.is_nowhere) = (unfit, true);
        self
    }

    /// What the driver can do here; found out once.
    pub(crate) fn probe(&mut self) -> DriverResult<Capabilities> {
        if let Some(can) = &self.can {
            return Ok(can.clone());
        }
        let can = self.driver.probe()?;
        self.can = Some(can.clone());
        Ok(can)
    }

    /// Puts in force what it takes. A port that it does not take is closed, where the driver can close an
    /// interface: so no port keeps the others from being put right, and none is open for it.
    fn apply_rest(&mut self, errors: &mut Vec<DriverError>) -> DriverResult<Applied> {
        loop {
            match self.driver.apply(&self.desired) {
                Err(DriverError::Port {
                    port,
                    cause,
                    remedy,
                }) => match self.give_way(&port) {
                    Some(Way::Held) => {}
                    Some(Way::Closed) => errors.push(DriverError::Port {
                        port,
                        cause,
                        remedy,
                    }),
                    None => {
                        return Err(DriverError::Port {
                            port,
                            cause,
                            remedy,
                        });
                    }
                },
                done => return done,
            }
        }
    }

    /// First its place is held: the interface may have gone a moment ago. Then the port goes without guards of
    /// its own, if what is unknown is refused.
    fn give_way(&mut self, port: &str) -> Option<Way> {
        let Desired { host, ports, .. } = &mut self.desired;
        let is_it = |own: &BoundPort| own.identity.port == port;
        if !self.driver.closes(host) || !ports.iter().any(is_it) {
            return None;
        }
        let devices = ports.iter().filter(|own| is_it(own));
        let open = devices.filter(|own| !host.guards(own.device.as_str()));
        let open: Vec<DevicePattern> = open
            .map(|own| DevicePattern::Name(own.device.clone()))
            .collect();
        if !open.is_empty() {
            host.guarded_interfaces.extend(open);
            return Some(Way::Held);
        }
        if host.unknown != Unknown::Refuse {
            return None;
        }
        ports.retain(|own| !is_it(own));
        self.closed.push(port.to_owned());
        Some(Way::Closed)
    }

    /// Has it nothing in force? If that cannot be told, it may have.
    pub(crate) fn is_bare(&mut self) -> bool {
        self.driver.observe().is_ok_and(|state| !state.present)
    }
}

impl Crew {
    pub(crate) fn of(members: Vec<Member>) -> Crew {
        Crew {
            members,
            unheard: Vec::new(),
        }
    }

    /// One that is chosen by name only has a say where it was chosen before, and holds something since.
    pub(crate) fn add_if_holding(&mut self, mut member: Member) {
        match member.driver.observe() {
            Ok(state) if state.present => self.members.push(member),
            Ok(_) => {}
            // What is not there holds nothing; what does not answer may.
            Err(_) if !member.driver.may_hold() => {}
            Err(error) => self.unheard.push(error.to_string()),
        }
    }

    /// Those that have to do something, or that have something in force.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Those that work somewhere: they can be asked and told.
    pub(crate) fn working(&mut self) -> impl Iterator<Item = &mut Member> {
        self.members.iter_mut().filter(|member| !member.is_nowhere)
    }

    /// What is asked of each.
    pub(crate) fn asked(&self) -> Vec<(Title, Desired)> {
        let members = self.members.iter();
        let asked = members.map(|member| (member.title.clone(), member.desired.clone()));
        asked.collect()
    }

    /// Asks each what it was asked before, and nothing of those that were not.
    pub(crate) fn ask_again(&mut self, before: &[(Title, Desired)]) {
        for member in &mut self.members {
            let mut before = before.iter();
            let own = before.find(|(title, _)| *title == member.title);
            member.desired = own.map(|(_, desired)| desired.clone()).unwrap_or_default();
        }
    }

    /// Changes the drivers that are in both, with what was found out about them: one that has guarded a bridge
    /// knows so, and goes on where a new one would be barred.
    pub(crate) fn swap_drivers(&mut self, other: &mut Crew) {
        for member in &mut self.members {
            let same = |it: &&mut Member| it.title == member.title;
            if let Some(it) = other.members.iter_mut().find(same) {
                std::mem::swap(&mut member.driver, &mut it.driver);
                std::mem::swap(&mut member.can, &mut it.can);
            }
        }
    }

    /// Takes over what was found out about drivers that are in both.
    pub(crate) fn succeed(&mut self, before: Crew) {
        for old in before.members {
            let same = |new: &&mut Member| new.title == old.title;
            if let Some(new) = self.members.iter_mut().find(same) {
                (new.driver, new.can) = (old.driver, old.can);
            }
        }
    }

    /// Somebody must answer for ports whose guests are not here, too: what they need cannot be had later
    /// either. The first does.
    pub(crate) fn answer_for_all(&mut self, policy: &Policy) {
        let answered = self.members.iter().flat_map(|member| &member.answers_for);
        let answered: HashSet<String> = answered.cloned().collect();
        let ports = policy.ports().iter().map(|port| &port.name);
        let others = ports.filter(|port| !answered.contains(*port)).cloned();
        if let Some(first) = self.working().next() {
            first.answers_for.extend(others);
        }
    }

    /// All of them, in words: `nft`, `nft and ovs on br0`.
    pub(crate) fn names(&self) -> String {
        let names: Vec<String> = self.members.iter().map(|m| m.title.to_string()).collect();
        match names.as_slice() {
            [] => "no driver".to_owned(),
            [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
            _ => names.concat(),
        }
    }

    /// What each has in force.
    pub(crate) fn observe(&mut self) -> DriverResult<Vec<State>> {
        self.working()
            .map(|member| member.driver.observe())
            .collect()
    }

    /// Puts it in force, driver by driver. What each does is whole or nothing, and no port's guards are in
    /// parts: an error says how far it came.
    pub(crate) fn apply(&mut self) -> Result<Applied> {
        let mut all = Applied::default();
        let mut done: Vec<String> = Vec::new();
        // The first says it by itself, and nothing was touched then.
        for member in self.working().skip(1) {
            member.driver.check(&member.desired)?;
        }
        for member in self.working() {
            match member.driver.apply(&member.desired) {
                Ok(applied) => join(&mut all, applied),
                Err(error) if done.is_empty() => return Err(error.into()),
                Err(error) => {
                    let done = done.join(" and ");
                    let what = format!("{error}; the policy is in force by {done} already");
                    return Err(Failure::halfway(error, what).into());
                }
            }
            done.push(member.title.to_string());
        }
        all.unchanged = self.unchanged(&all);
        Ok(all)
    }

    /// The same, where one that cannot does not keep the others from their part.
    pub(crate) fn apply_each(&mut self) -> (Applied, Vec<DriverError>) {
        let mut all = Applied::default();
        let mut errors = Vec::new();
        for member in self.working() {
            match member.apply_rest(&mut errors) {
                Ok(applied) => join(&mut all, applied),
                Err(error) => errors.push(error),
            }
        }
        all.unchanged = self.unchanged(&all);
        (all, errors)
    }

    /// Is in force what is asked of them, and nothing else?
    pub(crate) fn stands(&mut self) -> bool {
        self.working().all(|member| {
            let Ok(state) = member.driver.observe() else {
                return false;
            };
            let held = state.ports.iter();
            let held = held.map(|port| (port.port.as_str(), port.device.as_str()));
            let held: HashSet<(&str, &str)> = held.collect();
            let asked = member.desired.ports.iter();
            let mut asked = asked.map(|port| (port.identity.port.as_str(), port.device.as_str()));
            member.closed.is_empty()
                && state.drift.is_empty()
                && asked.all(|port| held.contains(&port))
        })
    }

    fn unchanged(&self, all: &Applied) -> usize {
        let changed = all.added.len() + all.changed.len();
        self.ports().saturating_sub(changed)
    }

    /// How many ports they guard; one that two of them guard is one.
    pub(crate) fn ports(&self) -> usize {
        let all = self.members.iter().flat_map(|member| &member.desired.ports);
        let mut names: Vec<&str> = all.map(|port| port.identity.port.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }
}

/// A port that two drivers did something about is one port: what is new to one of them was changed if the
/// other had it.
fn join(all: &mut Applied, more: Applied) {
    let kept = |list: &mut Vec<String>, more: Vec<String>| {
        list.extend(more);
        list.sort_unstable();
        list.dedup();
    };
    kept(&mut all.added, more.added);
    kept(&mut all.changed, more.changed);
    kept(&mut all.removed, more.removed);
    all.note_moves();
    let changed: Vec<String> = all.changed.clone();
    all.added.retain(|port| !changed.contains(port));
    all.repaired.extend(more.repaired);
    all.in_the_way.extend(more.in_the_way);
    all.otherwise |= more.otherwise;
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.driver)?;
        match &self.bridge {
            Some(bridge) => write!(f, " on {bridge}"),
            None => Ok(()),
        }
    }
}

impl Title {
    pub(crate) fn of(driver: DriverName) -> Title {
        Title {
            driver: driver.name(),
            bridge: None,
        }
    }

    pub(crate) fn on(driver: DriverName, bridge: &str) -> Title {
        Title {
            bridge: Some(bridge.to_owned()),
            ..Title::of(driver)
        }
    }
}

#[cfg(test)]
mod tests;
