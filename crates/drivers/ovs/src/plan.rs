//! All flows that a state asks for: a pure function of the state and of the numbers of interfaces.

use std::panic::resume_unwind;
use std::thread;

use vifguard_driver::Desired;
use vifguard_policy::{Host, Identity, Mode, Unknown};
use vifguard_verdict::Reason;

use crate::Options;
use crate::bind::Bound;
use crate::cookie::{self, HOST, PROGRAM, digest};
use crate::flow::{Action, CONTROLLER, Flow, Match};
use crate::note::{Note, PortNote, Seal};
use crate::port::Place;
use crate::program::word::JUDGED;
use crate::program::{
    Builder, Elsewhere, Entry, Shape, Sight, Table, own, passed, refused, shared,
};
use crate::program::{at_the_gate, because};

/// The priority of the flows that lead to the gate: nothing of the operator's comes before them.
pub(crate) const BEFORE_ALL: u16 = u16::MAX;

/// What is to be in the switch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The flows, in no order that matters.
    pub flows: Vec<Flow>,
}

/// What a plan depends on besides the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What the shared flows depend on.
    pub shape: Shape,
    /// Where the operator's pipeline begins.
    pub operator_table: u8,
}

impl Ground {
    /// The ground that options and what the switch sees make.
    pub fn new(options: &Options, sight: Sight) -> Ground {
        Ground {
            shape: Shape {
                first_table: options.first_table,
                sight,
            },
            operator_table: options.operator_table,
        }
    }

    fn entry(self, number: u32, cookie: u64) -> Entry {
        Entry {
            first_table: self.shape.first_table,
            operator_table: self.operator_table,
            number,
            cookie,
        }
    }
}

impl Plan {
    /// The plan for a state.
    pub fn of(desired: &Desired, bound: &Bound<'_>, ground: Ground) -> Plan {
        let flows = program(bound, ground);
        let program = Program {
            wants: program_wants(bound, ground),
            digest: digest_of(&flows),
        };
        let rest = count(&flows);
        let mut plan = Plan::part(desired, bound, ground, program, rest, |_| true);
        plan.flows.extend(flows);
        plan
    }

    /// Of it, what is the host's and what is some ports', by their cookies; `rest` is how many flows
    /// there are besides.
    pub(crate) fn part(
        desired: &Desired,
        bound: &Bound<'_>,
        ground: Ground,
        program: Program,
        rest: u64,
        is_asked: impl Fn(u64) -> bool,
    ) -> Plan {
        let ports = bound.ports.iter();
        let asked: Vec<_> = ports
            .filter(|(identity, place)| is_asked(cookie::of_port(&identity.port, &place.device)))
            .collect();
        let make = |ports: &[&(&Identity, Place)]| -> Vec<Flow> {
            let flows = |(identity, place): &&(&Identity, Place)| {
                of_port(identity, place, &desired.host, ground)
            };
            ports.iter().flat_map(flows).collect()
        };
        // Thousands of ports are made on two processors, if there are.
        let (one, other) = asked.split_at(asked.len() / 2);
        let mut flows = side_by_side(|| make(one), || make(other), is_many(asked.len()));
        let others = rest + count(&flows);
        flows.extend(of_host(&desired.host, bound, ground, program, others));
        Plan { flows }
    }
}

/// Are so many ports worth a thread?
pub(crate) fn is_many(ports: usize) -> bool {
    ports >= 100
}

/// What both give, one behind the other.
pub(crate) fn side_by_side<T: Send>(
    one: impl FnOnce() -> Vec<T>,
    other: impl FnOnce() -> Vec<T> + Send,
    apart: bool,
) -> Vec<T> {
    let (mut all, more) = thread::scope(|scope| {
        if !apart {
            return (one(), other());
        }
        let other = scope.spawn(other);
        let one = one();
        // Only a bug in this crate ends it so, and it is that thread's to tell.
        let other = other.join().unwrap_or_else(|why| resume_unwind(why));
        (one, other)
    });
    all.extend(more);
    all
}

/// So many.
pub(crate) fn count(flows: &[Flow]) -> u64 {
    u64::try_from(flows.len()).unwrap_or(u64::MAX)
}

/// What is the same for all ports.
fn program(bound: &Bound<'_>, ground: Ground) -> Vec<Flow> {
    shared(ground.shape, &elsewhere(bound), PROGRAM)
}

/// A digest of all that these are made from: who has it need not make them to know them.
pub(crate) fn program_wants(bound: &Bound<'_>, ground: Ground) -> [u8; 8] {
    digest([format!("{:?} {:?} {MADE_BY}", ground.shape, elsewhere(bound)).as_str()])
}

fn elsewhere(bound: &Bound<'_>) -> Elsewhere {
    Elsewhere::of(bound.ports.iter().map(|(identity, _)| *identity))
}

/// Flows of another release may be others.
const MADE_BY: &str = env!("CARGO_PKG_VERSION");

/// What is known of the flows that are the same for all ports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program {
    /// A digest of what they are made from.
    pub(crate) wants: [u8; 8],
    /// A digest of the flows.
    pub(crate) digest: [u8; 8],
}

/// The same of a port's flows.
pub(crate) fn wants(identity: &Identity, place: &Place, host: &Host, ground: Ground) -> [u8; 8] {
    let closed = is_closed(host);
    let text = format!("{identity:?} {place:?} {ground:?} {closed} {MADE_BY}");
    digest([text.as_str()])
}

/// A host with guarded patterns keeps the bridge closed to interfaces that it has not seen: which name
/// one has, OpenFlow does not say.
pub(crate) fn is_closed(host: &Host) -> bool {
    !host.guarded_interfaces.is_empty()
}

/// The flows of a port. The one at the gate carries a digest of the others.
pub(crate) fn of_port(
    identity: &Identity,
    place: &Place,
    host: &Host,
    ground: Ground,
) -> Vec<Flow> {
    let entry = ground.entry(place.number, cookie::of_port(&identity.port, &place.device));
    let mut flows = own(identity, entry);
    let mut build = Builder::new(entry.first_table, entry.cookie);
    if !is_closed(host) {
        lead_in(&mut build, &Match::all().from(place.number));
    }
    flows.extend(build.finish());
    let gate = |note| {
        let mut build = Builder::new(entry.first_table, entry.cookie);
        let actions = at_the_gate(identity, note, entry.first_table);
        build.add(Table::Gate, 100, &Match::all().from(place.number), actions);
        build.finish()
    };
    let note = Note::Port(PortNote {
        port: identity.port.clone(),
        device: place.device.clone(),
        guards: identity.guards,
        mode: identity.mode,
        wants: wants(identity, place, host, ground),
        digest: digest_of(flows.iter().chain(&gate(Vec::new()))),
    });
    flows.extend(gate(note.bytes()));
    flows
}

/// What is the host's, and no port's; `others` is how many flows are not.
pub(crate) fn of_host(
    host: &Host,
    bound: &Bound<'_>,
    ground: Ground,
    program: Program,
    others: u64,
) -> Vec<Flow> {
    let first_table = ground.shape.first_table;
    let mut build = Builder::new(first_table, HOST);
    for place in &bound.unknown {
        unknown(&mut build, place, host, ground);
    }
    if is_closed(host) {
        lead_in(&mut build, &Match::all());
        let others = bound.others.iter().map(|place| place.number);
        for number in others.chain([CONTROLLER]) {
            let actions = vec![
                Action::Set("xxreg3", u128::from(JUDGED)),
                Action::Resubmit(ground.operator_table),
            ];
            build.add(Table::Gate, 100, &Match::all().from(number), actions);
        }
    }
    if host.unknown == Unknown::Audit {
        build.go(Table::Refuse, 0, &Match::all(), Table::Pass);
        passed(&mut build, ground.entry(0, HOST), 0, &Match::all());
    }
    let mut flows = build.finish();
    let seal = |note: Vec<u8>| {
        let mut build = Builder::new(first_table, HOST);
        let on = build.to(Table::Refuse);
        let actions = vec![Action::Note(note), because(Reason::UnknownPort), on];
        build.add(Table::Gate, 0, &Match::all(), actions);
        build.finish()
    };
    let digest = digest_of(flows.iter().chain(&seal(Vec::new())));
    let patterns = host.guarded_interfaces.iter();
    let note = Note::Seal(Seal {
        guarded: patterns.map(ToString::to_string).collect(),
        unknown: host.unknown,
        sight: ground.shape.sight,
        wants: program.wants,
        program: program.digest,
        digest,
        others,
    });
    flows.extend(seal(note.bytes()));
    flows
}

fn unknown(build: &mut Builder, place: &Place, host: &Host, ground: Ground) {
    let frames = Match::all().from(place.number);
    let note = Note::Unknown {
        device: place.device.clone(),
    };
    let on = build.to(Table::Refuse);
    let actions = vec![Action::Note(note.bytes()), because(Reason::UnknownPort), on];
    build.add(Table::Gate, 100, &frames, actions);
    let mode = match host.unknown {
        Unknown::Refuse => Mode::Enforce,
        Unknown::Audit => Mode::Audit,
    };
    refused(build, mode, place.number, Reason::UnknownPort);
    if mode == Mode::Audit {
        passed(build, ground.entry(place.number, HOST), 100, &frames);
    }
}

/// Frames that have not been judged go to the gate. Those that have are the operator's.
fn lead_in(build: &mut Builder, frames: &Match) {
    let fresh = frames.clone().reg(15, 0, JUDGED);
    let on = build.to(Table::Gate);
    build.add_to(0, BEFORE_ALL, &fresh, vec![on]);
}

/// A digest of flows, whatever order they are in; a note among their actions does not count.
pub(crate) fn digest_of<'a>(flows: impl IntoIterator<Item = &'a Flow>) -> [u8; 8] {
    let mut lines: Vec<String> = flows
        .into_iter()
        .map(|flow| format!("{},{:#x},{}\n", flow.key, flow.cookie, without_note(flow)))
        .collect();
    lines.sort_unstable();
    digest(lines.iter().map(String::as_str))
}

/// What a flow does with frames.
pub(crate) fn without_note(flow: &Flow) -> &str {
    match flow.actions.split_once(',') {
        Some((note, rest)) if note.starts_with("note:") => rest,
        _ => &flow.actions,
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.flows.iter().try_for_each(|flow| writeln!(f, "{flow}"))
    }
}
