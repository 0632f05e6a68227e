use std::collections::{BTreeMap, HashSet};
use std::thread;

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Drift, Driver, Error, PortState, Preview, Result,
    Scope, State, Tell,
};
use vifguard_openflow::{Filter, Malformed, Question, flow_count, fragments, miss_send_length};
use vifguard_policy::{Host, Unknown};

use crate::apply::{Task, read};
use crate::bind::Bound;
use crate::change::Change;
use crate::control::Control;
use crate::cookie::{ALL, in_table};
use crate::fault::{died, misread, step, talk, uncertain};
use crate::held::Held;
use crate::intruder::{Census, Intruder};
use crate::line::{Line, counted};
use crate::obstacle::{self, Obstacle};
use crate::ovsdb::{self, Bridge};
use crate::plan::{Ground, Plan, is_closed};
use crate::port::{Place, places};
use crate::probe;
use crate::program::{Sight, Table};
use crate::tool::Tools;
use crate::{Options, counters, release};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "ovs";

/// How a bridge handles fragments when it shows the ports of the first (`OFPC_FRAG_NX_MATCH`).
const NX_MATCH: u16 = 3;
/// What is asked to find flows of others.
const LOOK: [Question; 3] = {
    let [counts, begin] = Census::QUESTIONS;
    [counts, begin, Census::OURS]
};

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

    fn line(&self) -> Line {
        Line::new(&self.tools.rundir(), &self.options.bridge)
    }

    fn control(&self) -> Control {
        Control::new(&self.tools.rundir())
    }

    /// Bridges and interfaces, this bridge's row, and the answers to whatever else is asked meanwhile.
    fn see<const N: usize>(
        &self,
        line: &mut Line,
        more: [Question; N],
    ) -> Result<(Seen, [Vec<u8>; N])> {
        const ASK: &str = "ask the bridge for its interfaces and flows";
        let questions = [&[Question::Ports], more.as_slice()].concat();
        let (bridges, answers) = thread::scope(|scope| {
            let bridges = scope.spawn(|| ovsdb::read(&self.tools));
            let answers = line.ask(&questions);
            (bridges.join(), answers)
        });
        let bridges = bridges.unwrap_or_else(|_| Err(died()));
        let bridges = bridges.map_err(|error| step("read the database", error))?;
        let Some(bridge) = bridges.get(&self.options.bridge).cloned() else {
            return Err(no_bridge(&self.options.bridge, &bridges));
        };
        let mut answers = answers.map_err(|error| talk(ASK, error))?;
        let more = answers.split_off(1);
        let [here] = all(answers)?;
        let places = places(&here).map_err(|error| misread(ASK, error))?;
        Ok((Seen { bridge, places }, all(more)?))
    }

    fn bind<'d>(&self, desired: &'d Desired, seen: &Seen) -> Result<Bound<'d>> {
        let elsewhere = |device: &str| ovsdb::bridge_of(&self.tools, device).ok().flatten();
        Bound::of(desired, &seen.places, &self.options, elsewhere)
    }

    fn sight(&self, line: &mut Line) -> Result<Sight> {
        const FEATURES: &str = "ask what the datapath sees";
        let control = self.control();
        let features = control.ask("dpif/show-dp-features", &[&self.options.bridge]);
        let features = features.map_err(|error| step(FEATURES, error))?;
        let (fragments, _) = configuration(line, "ask how the bridge handles fragments", None)?;
        let features = features.answer().map_err(|error| step(FEATURES, error))?;
        Ok(Sight {
            first_fragments: fragments == NX_MATCH,
            option_types: features
                .lines()
                .any(|line| line == "IPv6 ND Extension: Yes"),
        })
    }

    /// Lets the bridge show the ports of first fragments.
    fn show_fragments(&self, line: &mut Line) -> Result<()> {
        const SET: &str = "set how the bridge handles fragments";
        let (_, miss_send_length) = configuration(line, SET, None)?;
        let set = Question::SetConfig {
            fragments: NX_MATCH,
            miss_send_length,
        };
        match configuration(line, SET, Some(set))? {
            (NX_MATCH, _) => Ok(()),
            _ => Err(Error::Unsupported {
                driver: NAME,
                cause: format!(
                    "bridge {} does not show first fragments",
                    self.options.bridge
                ),
                remedy: "do not ask for it".to_owned(),
            }),
        }
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

    /// The flows at the gate, which tell of all others.
    fn gate(&self) -> Filter {
        in_table(Table::Gate.number(self.options.first_table))
    }

    /// The intruder, by the answers to [`LOOK`].
    fn intruder(&self, [counts, begin, ours]: &[Vec<u8>; 3]) -> Result<Option<Intruder>> {
        let census = self.census(counts, begin)?;
        let ours = flow_count(ours).map_err(unseen)?;
        Ok(census.intruder(u64::from(ours)))
    }

    fn census(&self, counts: &[u8], begin: &[u8]) -> Result<Census> {
        Census::of(counts, begin, self.options.first_table).map_err(unseen)
    }

    /// What makes flows that are as they were left mean something else.
    fn surroundings(&self, line: &mut Line, held: &Held) -> Result<Vec<Drift>> {
        let (seen, look) = self.see(line, LOOK)?;
        let intruder = self.intruder(&look)?;
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
}

impl Driver for Ovs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let mut line = self.line();
        let (seen, look) = self.see(&mut line, LOOK)?;
        let (sight, intruder) = (self.sight(&mut line)?, self.intruder(&look)?);
        // Before anything is done anywhere: a bridge that cannot be guarded is found out by asking.
        let obstacles = obstacle::find(&seen.bridge, &self.options, |_| false);
        let is_guarded = self.guards
            || (!obstacles.is_empty() && read(&mut line, &[self.gate()])?.seal().is_some());
        self.bar(&obstacles, is_guarded)?;
        self.refuse(intruder)?;
        Ok(probe::capabilities(&seen.bridge, sight, is_guarded))
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let mut line = self.line();
        let (seen, look) = self.see(&mut line, LOOK)?;
        let (sight, intruder) = (self.sight(&mut line)?, self.intruder(&look)?);
        let bound = self.bind(desired, &seen)?;
        let held = read(&mut line, &[ALL])?;
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
        let (seen, [gate]) = self.see(&mut self.line(), [Question::Flows(self.gate())])?;
        let entries = counted(&gate).map(Held::of).map_err(unread)?;
        let bound = self.bind(desired, &seen)?;
        let obstacles = self.obstacles(&seen.bridge, &bound);
        self.bar(&obstacles, self.guards || entries.seal().is_some())
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        let mut line = self.line();
        let [counts, begin] = Census::QUESTIONS;
        let questions = [counts, begin, Question::Flows(self.gate())];
        let (seen, [counts, begin, gate]) = self.see(&mut line, questions)?;
        let census = self.census(&counts, &begin)?;
        let entries = counted(&gate).map(Held::of).map_err(unread)?;
        let bound = self.bind(desired, &seen)?;
        let mut obstacles = self.obstacles(&seen.bridge, &bound);
        let seal = entries.seal();
        self.bar(&obstacles, self.guards || seal.is_some())?;
        let control = self.control();
        let mut task = Task {
            control: &control,
            desired,
            bound: &bound,
            // What the switch was seen to show when the flows in force were made.
            ground: Ground::new(
                &self.options,
                seal.map_or_else(Sight::default, |seal| seal.sight),
            ),
        };
        let applied = match task.apply_few(&mut line, &entries, census) {
            Some(applied) => applied?,
            None => {
                let mut sight = self.sight(&mut line)?;
                let [ours] = ask(&mut line, "count the flows", [Census::OURS])?;
                let ours = flow_count(&ours).map_err(unseen)?;
                obstacles.extend(self.refuse(census.intruder(u64::from(ours)))?);
                if self.options.set_fragments && !sight.first_fragments {
                    self.show_fragments(&mut line)?;
                    sight.first_fragments = true;
                }
                task.ground = Ground::new(&self.options, sight);
                task.apply_whole(&mut line)?
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
        let mut line = self.line();
        let held = read(&mut line, &[ALL])?;
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
        drift.extend(self.surroundings(&mut line, &held)?);
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

    /// With the first pattern a bridge is closed to all that it does not know: that is no answer to one port.
    fn closes(&self, host: &Host) -> bool {
        is_closed(host)
    }

    fn counters(&mut self) -> Result<Counters> {
        // The switch adds up now and then what it remembers of frames.
        let settled = self.control().settled();
        settled.map_err(|error| step("wait for the switch's counts", error))?;
        let first = self.options.first_table;
        let tables = [Table::Gate, Table::Refuse, Table::Pass];
        let filters = tables.map(|table| in_table(table.number(first)));
        let held = read(&mut self.line(), &filters)?;
        Ok(counters::counters(&held, first))
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let mut line = self.line();
        let held = read(&mut line, &[ALL])?;
        let (changes, released) = release::changes(&held, scope)?;
        if !changes.is_empty() {
            let done = line.change(&changes);
            done.map_err(|error| talk("take the flows away", error))?;
            let settled = self.control().settled();
            settled.map_err(|error| {
                uncertain("wait until the switch has forgotten its flows", error)
            })?;
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

/// The answers to some questions.
fn ask<const N: usize>(
    line: &mut Line,
    what: &str,
    questions: [Question; N],
) -> Result<[Vec<u8>; N]> {
    let answers = line.ask(&questions);
    all(answers.map_err(|error| talk(what, error))?)
}

/// As many as were asked for.
fn all<const N: usize>(answers: Vec<Vec<u8>>) -> Result<[Vec<u8>; N]> {
    let few = |_| misread("ask the bridge", Malformed("fewer answers than questions"));
    answers.try_into().map_err(few)
}

/// How the bridge handles fragments, and how much of a frame controllers get.
fn configuration(line: &mut Line, what: &str, set: Option<Question>) -> Result<(u16, u16)> {
    let [answer] = ask(line, what, [set.unwrap_or(Question::Config)])?;
    let read = || Ok((fragments(&answer)?, miss_send_length(&answer)?));
    read().map_err(|error| misread(what, error))
}

fn unread(error: Malformed) -> Error {
    misread("read the flows", error)
}

fn unseen(error: Malformed) -> Error {
    misread("look for flows of others", error)
}

fn no_bridge(name: &str, bridges: &BTreeMap<String, Bridge>) -> Error {
    let there: Vec<&str> = bridges.keys().map(String::as_str).collect();
    Error::Unsupported {
        driver: NAME,
        cause: format!("the switch has no bridge {name}"),
        remedy: format!("name one of: {}", there.join(" ")),
    }
}
