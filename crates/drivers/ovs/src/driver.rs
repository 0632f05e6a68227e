use std::collections::{BTreeMap, HashSet};
use std::thread;

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Drift, Driver, Error, PortState, Preview, Result,
    Scope, State, Tell,
};
use vifguard_policy::Unknown;
use vifguard_programs::ProgramError;

use crate::apply::{Task, read};
use crate::bind::Bound;
use crate::change::Change;
use crate::cookie::{all_of_ours, in_table};
use crate::held::Held;
use crate::intruder::{self, Census, Intruder};
use crate::obstacle::{self, Obstacle};
use crate::ovsdb::{self, Bridge};
use crate::plan::{Ground, Plan};
use crate::port::{Place, parse_ports};
use crate::probe;
use crate::program::{Sight, Table};
use crate::tool::{OFCTL, Tools, unreadable};
use crate::{Options, counters, release};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "ovs";

/// Open vSwitch.
#[derive(Debug)]
pub struct Ovs {
    options: Options,
    tools: Tools,
    /// This has put guards in force on the bridge, and nobody asked it to take them away.
    guards: bool,
}

/// What is read before anything is done.
struct Seen {
    bridge: Bridge,
    places: Vec<Place>,
}

impl Ovs {
    /// A driver for a bridge.
    pub fn new(options: Options) -> Ovs {
        let tools = Tools::new(&options);
        Ovs {
            options,
            tools,
            guards: false,
        }
    }

    /// Bridges and interfaces, this bridge's row, and whatever else is read meanwhile.
    fn see<T: Send>(&self, other: impl FnOnce() -> Result<T> + Send) -> Result<(Seen, T)> {
        let (bridges, places, other) = thread::scope(|scope| {
            let bridges = scope.spawn(|| ovsdb::read(&self.tools));
            let places = scope.spawn(|| self.tools.ofctl("dump-ports-desc", &[]));
            let other = other();
            (bridges.join(), places.join(), other)
        });
        let bridges = bridges.unwrap_or_else(|_| Err(died()));
        let bridges = bridges.map_err(|error| step("read the database", error))?;
        let Some(bridge) = bridges.get(&self.options.bridge).cloned() else {
            return Err(no_bridge(&self.options.bridge, &bridges));
        };
        let places = places.unwrap_or_else(|_| Err(died()));
        let places = places.map_err(|error| step("read the interfaces of the bridge", error))?;
        let seen = Seen {
            bridge,
            places: parse_ports(&places),
        };
        Ok((seen, other?))
    }

    fn bind<'d>(&self, desired: &'d Desired, seen: &Seen) -> Result<Bound<'d>> {
        let elsewhere = |device: &str| ovsdb::bridge_of(&self.tools, device).ok().flatten();
        Bound::of(desired, &seen.places, &self.options, elsewhere)
    }

    fn sight(&self) -> Result<Sight> {
        let (fragments, features) = thread::scope(|scope| {
            let fragments = scope.spawn(|| self.tools.ofctl("get-frags", &[]));
            let features = ["dpif/show-dp-features", &self.options.bridge];
            (fragments.join(), self.tools.appctl(&features))
        });
        let fragments = fragments
            .unwrap_or_else(|_| Err(died()))
            .map_err(|error| step("ask how the bridge handles fragments", error))?;
        let features = features.map_err(|error| step("ask what the datapath sees", error))?;
        Ok(Sight {
            first_fragments: fragments.trim() == "nx-match",
            option_types: features
                .lines()
                .any(|line| line == "IPv6 ND Extension: Yes"),
        })
    }

    /// What is in the way bars a bridge that nobody guards yet.
    fn bar(&self, obstacles: &[Obstacle], is_guarded: bool) -> Result<()> {
        match obstacles.first() {
            Some(first) if !is_guarded => Err(first.error()),
            Some(_) | None => Ok(()),
        }
    }

    /// Flows of others bar it, unless this has guarded it before.
    fn refuse(&self, intruder: Option<Intruder>) -> Result<Option<Obstacle>> {
        let obstacle = intruder.map(|found| Obstacle::of(found, &self.options.bridge));
        self.bar(obstacle.as_slice(), self.guards)?;
        Ok(obstacle)
    }

    /// What is in the way of a state.
    fn obstacles(&self, bridge: &Bridge, bound: &Bound<'_>) -> Vec<Obstacle> {
        let ports = bound.ports.iter().map(|(_, place)| place);
        let guarded = ports.chain(&bound.unknown).map(|place| &*place.device);
        let guarded: HashSet<&str> = guarded.collect();
        obstacle::find(bridge, &self.options, |device| guarded.contains(device))
    }

    /// What the flows at the gate tell.
    fn entries(&self) -> Result<Held> {
        let gate = Table::Gate.number(self.options.first_table);
        read(&self.tools, &[in_table(gate)])
    }

    fn intruder(&self) -> Result<Option<Intruder>> {
        let found = intruder::find(&self.tools, self.options.first_table);
        found.map_err(unseen)
    }

    fn census(&self) -> Result<Census> {
        Census::take(&self.tools, self.options.first_table).map_err(unseen)
    }

    fn ours(&self) -> Result<u64> {
        intruder::ours(&self.tools).map_err(unseen)
    }

    /// What makes flows that are as they were left mean something else.
    fn surroundings(&self, held: &Held) -> Result<Vec<Drift>> {
        let (seen, intruder) = self.see(|| self.intruder())?;
        let of_all = |what: String| Drift { port: None, what };
        let mut drift: Vec<Drift> = intruder
            .map(|found| of_all(found.to_string()))
            .into_iter()
            .collect();
        let ports = held.ports().into_values().map(|port| port.note.device);
        let guarded: HashSet<String> = ports.chain(held.unknown().into_values()).collect();
        let found = obstacle::find(&seen.bridge, &self.options, |device| {
            guarded.contains(device)
        });
        drift.extend(found.iter().map(|obstacle| of_all(obstacle.to_string())));
        for port in held.ports().into_values() {
            let device = &port.note.device;
            let by_name = seen.places.iter().find(|place| place.device == *device);
            let by_number = seen.places.iter().find(|place| place.number == port.number);
            // An interface that is gone has no frames; one that has another number is another's now.
            if by_name != by_number {
                drift.push(Drift {
                    port: Some(port.note.port),
                    what: format!(
                        "its guards are on number {} of the bridge, which {device} has no more",
                        port.number
                    ),
                });
            }
        }
        Ok(drift)
    }

    fn held(&self) -> Result<Held> {
        read(&self.tools, &[all_of_ours()])
    }
}

impl Driver for Ovs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let (seen, (sight, intruder)) = self.see(|| Ok((self.sight()?, self.intruder()?)))?;
        // Before anything is done anywhere: a bridge that cannot be guarded is found out by asking.
        let obstacles = obstacle::find(&seen.bridge, &self.options, |_| false);
        let is_guarded = self.guards || (!obstacles.is_empty() && self.entries()?.seal().is_some());
        self.bar(&obstacles, is_guarded)?;
        self.refuse(intruder)?;
        Ok(probe::capabilities(&seen.bridge, sight, is_guarded))
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let (seen, (sight, intruder)) = self.see(|| Ok((self.sight()?, self.intruder()?)))?;
        let bound = self.bind(desired, &seen)?;
        let held = self.held()?;
        let mut obstacles = self.obstacles(&seen.bridge, &bound);
        self.bar(&obstacles, self.guards || held.seal().is_some())?;
        obstacles.extend(self.refuse(intruder)?);
        let plan = Plan::of(desired, &bound, Ground::new(&self.options, sight));
        let mut difference = Change::between(&held, &plan).lines();
        difference.extend(obstacles.iter().map(|obstacle| format!("! {obstacle}")));
        Ok(Preview {
            plan: plan.to_string(),
            difference,
        })
    }

    fn check(&mut self, desired: &Desired) -> Result<()> {
        let (seen, entries) = self.see(|| self.entries())?;
        let bound = self.bind(desired, &seen)?;
        let obstacles = self.obstacles(&seen.bridge, &bound);
        self.bar(&obstacles, self.guards || entries.seal().is_some())
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        let (seen, (entries, census)) = self.see(|| both(|| self.entries(), || self.census()))?;
        let bound = self.bind(desired, &seen)?;
        let mut obstacles = self.obstacles(&seen.bridge, &bound);
        let seal = entries.seal();
        self.bar(&obstacles, self.guards || seal.is_some())?;
        let mut task = Task {
            tools: &self.tools,
            desired,
            bound: &bound,
            // What the switch was seen to show when the flows in force were made.
            ground: Ground::new(
                &self.options,
                seal.map_or_else(Sight::default, |seal| seal.sight),
            ),
        };
        let applied = match task.apply_few(&entries, census) {
            Some(applied) => applied?,
            None => {
                let (mut sight, ours) = both(|| self.sight(), || self.ours())?;
                obstacles.extend(self.refuse(census.intruder(ours))?);
                if self.options.set_fragments && !sight.first_fragments {
                    let set = self.tools.ofctl("set-frags", &["nx-match"]);
                    set.map_err(|error| step("set how the bridge handles fragments", error))?;
                    sight.first_fragments = true;
                }
                task.ground = Ground::new(&self.options, sight);
                task.apply_whole()?
            }
        };
        let host = &desired.host;
        self.guards = !(desired.ports.is_empty() && host.guarded_interfaces.is_empty());
        Ok(Applied {
            in_the_way: obstacles.iter().map(ToString::to_string).collect(),
            ..applied
        })
    }

    fn observe(&mut self) -> Result<State> {
        let held = self.held()?;
        if held.is_empty() {
            return Ok(State::default());
        }
        let seal = held.seal();
        let ports = held.ports().into_values().map(|port| PortState {
            port: port.note.port,
            device: port.note.device,
            guards: port.note.guards,
            mode: port.note.mode,
            degraded: Vec::new(),
        });
        let mut ports: Vec<PortState> = ports.collect();
        ports.sort_unstable_by(|a, b| a.port.cmp(&b.port));
        let mut drift = held.drift();
        drift.extend(self.surroundings(&held)?);
        Ok(State {
            present: true,
            ports,
            unknown: seal
                .as_ref()
                .map_or(Unknown::default(), |seal| seal.unknown),
            guarded: seal.map_or_else(Vec::new, |seal| seal.guarded),
            drift,
        })
    }

    fn closes(&self) -> bool {
        true
    }

    fn counters(&mut self) -> Result<Counters> {
        // The switch adds up now and then what it remembers of frames. A round that it is in the middle of
        // may have passed some by.
        for _ in 0..2 {
            let settled = self.tools.settled();
            settled.map_err(|error| step("wait for the switch's counts", error))?;
        }
        let first = self.options.first_table;
        let tables = [Table::Gate, Table::Refuse, Table::Pass];
        let filters = tables.map(|table| in_table(table.number(first)));
        Ok(counters::counters(&read(&self.tools, &filters)?, first))
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let held = self.held()?;
        let (changes, released) = release::changes(&held, scope)?;
        if !changes.is_empty() {
            let done = self.tools.bundle(&changes);
            done.map_err(|error| step("take the flows away", error))?;
            let settled = self.tools.settled();
            settled
                .map_err(|error| step("wait until the switch has forgotten its flows", error))?;
        }
        self.guards &= !matches!(scope, Scope::All);
        Ok(released)
    }

    fn caveats(&mut self) -> Result<Vec<String>> {
        let name = &self.options.bridge;
        let bridges = ovsdb::read(&self.tools);
        let bridges = bridges.map_err(|error| step("read the database", error))?;
        let mirrored = bridges.get(name).and_then(probe::mirrored);
        Ok(mirrored
            .map(|what| format!("bridge {name}: {what}"))
            .into_iter()
            .collect())
    }

    fn watch(&mut self, tell: Tell) -> Result<()> {
        // The way to the guards begins in the first table of all. Whoever takes a flow out of one of theirs opens
        // it just as well.
        let first = u32::from(self.options.first_table);
        let guards = first..first + u32::from(Table::COUNT);
        let watched = self
            .tools
            .watch(move |table| table == 0 || guards.contains(&table), tell);
        watched.map_err(|error| step("listen to the switch", error))
    }
}

/// Two answers, asked for at once.
fn both<A: Send, B>(
    one: impl FnOnce() -> Result<A> + Send,
    other: impl FnOnce() -> Result<B>,
) -> Result<(A, B)> {
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join(), other)
    });
    let one = one.unwrap_or_else(|_| Err(step("ask the switch", died())));
    Ok((one?, other?))
}

fn unseen(error: ProgramError) -> Error {
    step("look for flows of others", error)
}

/// A failed program in the words of a driver.
pub(crate) fn step(step: &str, error: ProgramError) -> Error {
    if error.is_not_installed() {
        return Error::Unsupported {
            driver: NAME,
            cause: error.to_string(),
            remedy: "install Open vSwitch (Debian, Ubuntu: openvswitch-switch)".to_owned(),
        };
    }
    if let ProgramError::Failed { said, .. } = &error
        && let Some(remedy) = remedy_of(said)
    {
        return Error::Unsupported {
            driver: NAME,
            cause: error.to_string(),
            remedy: remedy.to_owned(),
        };
    }
    Error::Step {
        driver: NAME,
        step: step.to_owned(),
        source: Box::new(error),
    }
}

/// What helps where the switch does not take part, by what its programs say then.
fn remedy_of(said: &str) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    // A bridge may be told to speak some versions of OpenFlow only; then it takes the call and hangs up.
    if says(&[
        "negotiation failed",
        "Protocol error",
        "Broken pipe",
        "reset by peer",
    ]) {
        return Some(
            "let the bridge speak OpenFlow 1.4 (ovs-vsctl add bridge NAME protocols OpenFlow14)",
        );
    }
    let is_away = says(&[
        "connect",
        "is not a bridge or a socket",
        "cannot read pidfile",
    ]);
    is_away.then_some(
        "start Open vSwitch (both daemons), or say where its database is (--ovsdb, OVS_RUNDIR)",
    )
}

pub(crate) fn died() -> ProgramError {
    unreadable(OFCTL, "nothing; the thread that ran it has died")
}

fn no_bridge(name: &str, bridges: &BTreeMap<String, Bridge>) -> Error {
    let there: Vec<&str> = bridges.keys().map(String::as_str).collect();
    Error::Unsupported {
        driver: NAME,
        cause: format!("the switch has no bridge {name}"),
        remedy: format!("name one of: {}", there.join(" ")),
    }
}
