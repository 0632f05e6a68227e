//! Putting a state in force, with as little reading as is safe.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_driver::{Applied, Desired, Error, Result};
use vifguard_openflow::Filter;
use vifguard_policy::Identity;

use crate::bind::Bound;
use crate::change::{Change, Edit};
use crate::control::Control;
use crate::cookie::{self, ALL, HOST, exactly};
use crate::driver::NAME;
use crate::fault::{talk, uncertain};
use crate::flow::{CONTROLLER, Counted, Flow};
use crate::held::Held;
use crate::intruder::Census;
use crate::line::Line;
use crate::note::Seal;
use crate::plan::{
    Ground, Plan, Program, count, digest_of, is_many, of_host, program_wants, side_by_side, wants,
};
use crate::port::Place;
use crate::program::Table;

/// Of so many changed ports the flows are read one by one; of more, all are.
const FEW: usize = 8;

/// What is to be put in force, and where.
pub(crate) struct Task<'a> {
    pub(crate) control: &'a Control,
    pub(crate) desired: &'a Desired,
    pub(crate) bound: &'a Bound<'a>,
    pub(crate) ground: Ground,
}

impl Task<'_> {
    /// Makes the switch so, having read all that it holds.
    pub(crate) fn apply_whole(&self, line: &mut Line) -> Result<Applied> {
        let held = read(line, &[ALL])?;
        let plan = Plan::of(self.desired, self.bound, self.ground);
        let change = Change::between(&held, &plan);
        if !change.is_empty() {
            self.carry_out(line, &change, &plan, &[ALL], |_| true)?;
        }
        Ok(change.applied)
    }

    /// Makes the switch so, if few ports differ by what the entries say; `entries` is what was read of
    /// these.
    ///
    /// Flows that were changed behind our back without their entries and their number are not seen so. They
    /// are by an apply that finds nothing else to do, and by observing.
    pub(crate) fn apply_few(
        &self,
        line: &mut Line,
        entries: &Held,
        census: Census,
    ) -> Option<Result<Applied>> {
        let few = self.few(entries, census)?;
        Some(self.change_few(line, few))
    }

    fn few(&self, entries: &Held, census: Census) -> Option<Few> {
        let seal = entries.seal()?;
        let host = &self.desired.host;
        let patterns: Vec<String> = host
            .guarded_interfaces
            .iter()
            .map(ToString::to_string)
            .collect();
        let is_as_before = seal.wants == program_wants(self.bound, self.ground)
            && seal.sight == self.ground.shape.sight
            && seal.unknown == host.unknown
            && seal.guarded == patterns;
        let before: BTreeMap<u64, [u8; 8]> = entries
            .ports()
            .into_values()
            .map(|port| (port.cookie, port.note.wants))
            .collect();
        let wanted = |ports: &[(&Identity, Place)]| -> Vec<(u64, [u8; 8])> {
            let of_one = |(identity, place): &(&Identity, Place)| {
                let cookie = cookie::of_port(&identity.port, &place.device);
                (cookie, wants(identity, place, host, self.ground))
            };
            ports.iter().map(of_one).collect()
        };
        let ports = &self.bound.ports;
        let (one, other) = ports.split_at(ports.len() / 2);
        let after = side_by_side(|| wanted(one), || wanted(other), is_many(ports.len()));
        let after: BTreeMap<u64, [u8; 8]> = after.into_iter().collect();
        let gone = before.keys().filter(|cookie| !after.contains_key(cookie));
        let new = after
            .iter()
            .filter(|(cookie, wants)| before.get(cookie) != Some(wants));
        let differ: BTreeSet<u64> = gone.chain(new.map(|(cookie, _)| cookie)).copied().collect();
        let is_few = is_as_before && (1..=FEW).contains(&differ.len());
        is_few.then_some(())?;
        let host = self.host_before(entries, &seal)?;
        // A flow too many is somebody else's; where one is missing, there is more to do.
        (census.intruder(seal.others + count(&host)).is_none()).then_some(())?;
        Some(Few {
            host,
            all_others: seal.others,
            known: differ
                .iter()
                .filter(|port| before.contains_key(port))
                .copied()
                .collect(),
            others: after.keys().filter(|port| !differ.contains(port)).count(),
            differ,
            program: known(&seal),
        })
    }

    /// The host's flows that are there, from its interfaces at the gate, if the seal says that these are
    /// they.
    fn host_before(&self, entries: &Held, seal: &Seal) -> Option<Vec<Flow>> {
        let place = |(number, device)| Place { device, number };
        let gate = Table::Gate.number(self.ground.shape.first_table);
        let mut others = entries.let_through(gate);
        others.remove(&CONTROLLER);
        let bound = Bound {
            ports: Vec::new(),
            unknown: entries.unknown().into_iter().map(place).collect(),
            others: others
                .into_iter()
                .map(|number| place((number, String::new())))
                .collect(),
        };
        let flows = of_host(
            &self.desired.host,
            &bound,
            self.ground,
            known(seal),
            seal.others,
        );
        (digest_of(&flows) == seal.digest).then_some(flows)
    }

    fn change_few(&self, line: &mut Line, few: Few) -> Result<Applied> {
        let known: Vec<Filter> = few.known.iter().map(|port| exactly(*port)).collect();
        let mut held = match known.as_slice() {
            [] => Held::default(),
            known => read(line, known)?,
        };
        let known = u64::try_from(held.flows().count()).unwrap_or(u64::MAX);
        for flow in few.host {
            held.add(Counted { flow, frames: 0 });
        }
        let plan = Plan::part(
            self.desired,
            self.bound,
            self.ground,
            few.program,
            few.all_others.saturating_sub(known),
            |port| few.differ.contains(&port),
        );
        let mut change = Change::between(&held, &plan);
        if !change.is_empty() {
            let filters: Vec<Filter> = few.differ.iter().map(|port| exactly(*port)).collect();
            self.carry_out(line, &change, &plan, &filters, |owner| owner != HOST)?;
        }
        change.applied.unchanged += few.others;
        Ok(change.applied)
    }

    /// Waits until the switch has gone once through all that it remembers, and reads meanwhile.
    fn settle(&self, line: &mut Line, plan: &Plan, filters: &[Filter]) -> Result<Held> {
        let unsettled = |error| uncertain("wait until the switch uses its new flows", error);
        let settling = self.control.settling().map_err(unsettled)?;
        // It is waited for from now on, and what follows makes the switch begin.
        let held = line.touch_and_read(touch(plan), filters);
        let held = held.map_err(|error| uncertain("read the new flows", error))?;
        settling.answer().map_err(unsettled)?;
        Ok(held)
    }

    /// One bundle, then what is there compared with the plan: as much of it as is read.
    fn carry_out(
        &self,
        line: &mut Line,
        change: &Change,
        plan: &Plan,
        filters: &[Filter],
        is_read: impl Fn(u64) -> bool,
    ) -> Result<()> {
        let done = line.change(&change.edits());
        done.map_err(|error| talk("change the flows", error))?;
        let held = self.settle(line, plan, filters)?;
        // If it was in the middle of that when its flows changed, what was heard is the end of that: of a thousand kinds
        // of frames that it remembered, a third were still treated as before. The next time it was not.
        self.settle(line, plan, &[])?;
        let flows = plan
            .flows
            .iter()
            .filter(|flow| is_read(flow.cookie))
            .cloned();
        let left = Change::between(
            &held,
            &Plan {
                flows: flows.collect(),
            },
        );
        match left.flows().next() {
            None => Ok(()),
            Some(difference) => Err(Error::NotAsPlanned {
                driver: NAME,
                difference,
            }),
        }
    }
}

/// The flows that are the same for all ports, as the seal tells of them.
fn known(seal: &Seal) -> Program {
    Program {
        wants: seal.wants,
        digest: seal.program,
    }
}

/// Ports that differ.
struct Few {
    differ: BTreeSet<u64>,
    /// Those among them that have flows.
    known: BTreeSet<u64>,
    others: usize,
    program: Program,
    /// The host's flows as they are.
    host: Vec<Flow>,
    /// How many flows are not the host's.
    all_others: u64,
}

/// What of ours matches one of these.
pub(crate) fn read(line: &mut Line, filters: &[Filter]) -> Result<Held> {
    let held = line.read(filters);
    held.map_err(|error| talk("read the flows", error))
}

/// A change that changes nothing, after which the switch goes through all that it remembers.
fn touch(plan: &Plan) -> Option<Edit<'_>> {
    let mut flows = plan.flows.iter();
    let seal = flows.find(|flow| flow.cookie == HOST && flow.key.matches.is_empty());
    seal.map(Edit::Modify)
}
