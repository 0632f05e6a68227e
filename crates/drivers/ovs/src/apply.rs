//! Putting a state in force, with as little reading as is safe.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use vifguard_driver::{Applied, Desired, Error, Result};
use vifguard_policy::DevicePattern;

use crate::Options;
use crate::bind::Bound;
use crate::change::Change;
use crate::cookie::{self, HOST, PROGRAM, all_of_ours, exactly, is_ours};
use crate::driver::{NAME, step};
use crate::flow::parse_dump;
use crate::held::Held;
use crate::plan::{Ground, Plan, digest_of, wants};
use crate::program::{Table, shared};
use crate::tool::Tools;

/// Of so many changed ports the flows are read one by one; of more, all are.
const FEW: usize = 8;

/// What is to be put in force, and where.
pub(crate) struct Task<'a> {
    pub(crate) tools: &'a Tools,
    pub(crate) options: &'a Options,
    pub(crate) desired: &'a Desired,
    pub(crate) bound: &'a Bound<'a>,
    pub(crate) ground: Ground,
}

impl Task<'_> {
    /// Makes the switch so. `gate` is what was read of the gate.
    pub(crate) fn apply(&self, gate: &Held) -> Result<Applied> {
        if let Some(few) = self.few(gate) {
            return self.apply_few(&few);
        }
        let held = read(self.tools, &[all_of_ours()])?;
        let plan = Plan::of(self.desired, self.bound, self.ground);
        let change = Change::between(&held, &plan);
        if !change.is_empty() {
            self.refuse_foreign(&held)?;
            self.carry_out(&change, &plan, &[all_of_ours()])?;
        }
        Ok(change.applied)
    }

    /// The few ports that differ by what their entries at the gate say, if that can be trusted to be all.
    ///
    /// Flows that were changed behind our back without their entries are not seen so. They are by an apply
    /// that finds nothing else to do, and by observing.
    fn few(&self, gate: &Held) -> Option<Few> {
        let seal = gate.seal()?;
        let program = digest_of(&shared(self.ground.shape, PROGRAM));
        let patterns = &self.desired.host.guarded_interfaces;
        let as_before = seal.program == program
            && seal.sight == self.ground.shape.sight
            && seal.unknown == self.desired.host.unknown
            && seal.guarded.iter().eq(patterns
                .iter()
                .map(DevicePattern::to_string)
                .collect::<Vec<_>>()
                .iter());
        let before: BTreeMap<u64, [u8; 8]> = gate
            .ports()
            .into_values()
            .map(|port| (port.cookie, port.note.wants))
            .collect();
        let after: BTreeMap<u64, [u8; 8]> = self
            .bound
            .ports
            .iter()
            .map(|(identity, place)| {
                let cookie = cookie::of_port(&identity.port, &place.device);
                (
                    cookie,
                    wants(identity, place, &self.desired.host, self.ground),
                )
            })
            .collect();
        let gone = before.keys().filter(|cookie| !after.contains_key(cookie));
        let new = after
            .iter()
            .filter(|(cookie, wants)| before.get(cookie) != Some(wants));
        let cookies: BTreeSet<u64> = gone.chain(new.map(|(cookie, _)| cookie)).copied().collect();
        let is_few = as_before && (1..=FEW).contains(&cookies.len());
        is_few.then(|| Few {
            known: cookies
                .iter()
                .filter(|cookie| before.contains_key(cookie))
                .copied()
                .collect(),
            others: after
                .keys()
                .filter(|cookie| !cookies.contains(cookie))
                .count(),
            cookies,
            program,
        })
    }

    fn apply_few(&self, few: &Few) -> Result<Applied> {
        let filters = |cookies: &BTreeSet<u64>| -> Vec<String> {
            [HOST]
                .iter()
                .chain(cookies)
                .map(|cookie| exactly(*cookie))
                .collect()
        };
        let held = read(self.tools, &filters(&few.known))?;
        let is_asked = |cookie| few.cookies.contains(&cookie);
        let plan = Plan::part(self.desired, self.bound, self.ground, few.program, is_asked);
        let mut change = Change::between(&held, &plan);
        if !change.is_empty() {
            self.carry_out(&change, &plan, &filters(&few.cookies))?;
        }
        change.applied.unchanged += few.others;
        Ok(change.applied)
    }

    /// One bundle, then what is there compared with the plan.
    fn carry_out(&self, change: &Change, plan: &Plan, filters: &[String]) -> Result<()> {
        let done = self.tools.bundle(&change.bundle());
        done.map_err(|error| step("change the flows", error))?;
        let left = thread::scope(|scope| {
            let settled = scope.spawn(|| self.tools.settled());
            let left = read(self.tools, filters).map(|held| Change::between(&held, plan));
            // What it waits for comes by itself only twice a second.
            let touched = self.tools.bundle(&touch(plan));
            let settled = settled.join().unwrap_or(Ok(()));
            touched
                .and(settled)
                .map_err(|error| step("wait until the switch uses its new flows", error))?;
            left
        })?;
        match left.flows().next() {
            None => Ok(()),
            Some(difference) => Err(Error::NotAsPlanned {
                driver: NAME,
                difference,
            }),
        }
    }

    /// In the tables of the guards a flow of somebody else's would be taken for one of ours.
    fn refuse_foreign(&self, held: &Held) -> Result<()> {
        if !held.is_empty() {
            return Ok(());
        }
        let first = self.ground.shape.first_table;
        for table in first..=self.ground.shape.last_table() {
            let filter = format!("table={table}");
            let dump = self.tools.ofctl("dump-flows", &[&filter]);
            let dump = dump.map_err(|error| step("look for flows of others", error))?;
            let flows = parse(&dump)?;
            if flows.iter().any(|counted| !is_ours(counted.flow.cookie)) {
                return Err(Error::Unsupported {
                    driver: NAME,
                    cause: format!("table {table} of bridge {} is in use", self.options.bridge),
                    remedy: format!("choose {} tables that nobody uses", Table::COUNT),
                });
            }
        }
        Ok(())
    }
}

/// Ports that differ.
struct Few {
    cookies: BTreeSet<u64>,
    /// Those among them that have flows.
    known: BTreeSet<u64>,
    others: usize,
    program: [u8; 8],
}

/// What of ours matches one of these, read side by side.
pub(crate) fn read(tools: &Tools, filters: &[String]) -> Result<Held> {
    let dumps = thread::scope(|scope| {
        let ask = |filter| scope.spawn(move || tools.ofctl("dump-flows", &[filter]));
        let asked: Vec<_> = filters.iter().map(|filter| ask(filter.as_str())).collect();
        let join = |asked: thread::ScopedJoinHandle<'_, _>| asked.join();
        asked.into_iter().map(join).collect::<Vec<_>>()
    });
    let mut flows = Vec::new();
    for dump in dumps {
        let dump = dump.unwrap_or_else(|_| Err(crate::driver::died()));
        flows.extend(parse(
            &dump.map_err(|error| step("read the flows", error))?,
        )?);
    }
    Ok(Held::of(flows))
}

fn parse(dump: &str) -> Result<Vec<crate::flow::Counted>> {
    parse_dump(dump).map_err(|error| Error::Step {
        driver: NAME,
        step: "read the flows".to_owned(),
        source: Box::new(error),
    })
}

/// A change that changes nothing, after which the switch goes through all that it remembers.
fn touch(plan: &Plan) -> String {
    let seal = plan
        .flows
        .iter()
        .find(|flow| flow.cookie == HOST && flow.key.priority == 0);
    seal.map(|flow| format!("modify_strict {flow}\n"))
        .unwrap_or_default()
}
