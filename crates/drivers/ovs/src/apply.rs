//! Putting a state in force, with as little reading as is safe.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use vifguard_driver::{Applied, Desired, Error, Result};

use crate::Options;
use crate::bind::Bound;
use crate::change::Change;
use crate::cookie::{self, HOST, PROGRAM, all_of, all_of_ours};
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
    /// Makes the switch so, having read all that it holds.
    pub(crate) fn apply_whole(&self) -> Result<Applied> {
        let held = read(self.tools, &[all_of_ours()])?;
        let plan = Plan::of(self.desired, self.bound, self.ground);
        let change = Change::between(&held, &plan);
        if !change.is_empty() {
            self.refuse_foreign(&held)?;
            self.carry_out(&change, &plan, &[all_of_ours()])?;
        }
        Ok(change.applied)
    }

    /// Makes the switch so, if few ports differ by what the entries say; `entries` is what was read of
    /// these.
    ///
    /// Flows that were changed behind our back without their entries are not seen so. They are by an apply
    /// that finds nothing else to do, and by observing.
    pub(crate) fn apply_few(&self, entries: &Held) -> Option<Result<Applied>> {
        let few = self.few(entries)?;
        Some(self.change_few(entries, &few))
    }

    fn few(&self, entries: &Held) -> Option<Few> {
        let seal = entries.seal()?;
        let program = digest_of(&shared(self.ground.shape, PROGRAM));
        let host = &self.desired.host;
        let patterns: Vec<String> = host
            .guarded_interfaces
            .iter()
            .map(ToString::to_string)
            .collect();
        let is_as_before = seal.program == program
            && seal.sight == self.ground.shape.sight
            && seal.unknown == host.unknown
            && seal.guarded == patterns;
        let before: BTreeMap<u64, [u8; 8]> = entries
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
                (cookie, wants(identity, place, host, self.ground))
            })
            .collect();
        let gone = before.keys().filter(|cookie| !after.contains_key(cookie));
        let new = after
            .iter()
            .filter(|(cookie, wants)| before.get(cookie) != Some(wants));
        let differ: BTreeSet<u64> = gone.chain(new.map(|(cookie, _)| cookie)).copied().collect();
        let is_few = is_as_before && (1..=FEW).contains(&differ.len());
        is_few.then(|| Few {
            known: differ
                .iter()
                .filter(|cookie| before.contains_key(cookie))
                .copied()
                .collect(),
            others: after
                .keys()
                .filter(|cookie| !differ.contains(cookie))
                .count(),
            differ,
            program,
        })
    }

    fn change_few(&self, entries: &Held, few: &Few) -> Result<Applied> {
        let mut held = entries.of_owners(|owner| owner == HOST);
        let known: Vec<String> = few.known.iter().map(|port| all_of(*port)).collect();
        held.flows.extend(read(self.tools, &known)?.flows);
        let plan = Plan::part(self.desired, self.bound, self.ground, few.program, |port| {
            few.differ.contains(&port)
        });
        let mut change = Change::between(&held, &plan);
        if !change.is_empty() {
            let touched = [HOST].iter().chain(&few.differ);
            let filters: Vec<String> = touched.map(|owner| all_of(*owner)).collect();
            self.carry_out(&change, &plan, &filters)?;
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
        let tables = self.tools.ofctl("dump-tables", &[]);
        let tables = tables.map_err(|error| step("look for flows of others", error))?;
        let ours = self.ground.shape.first_table..=self.ground.shape.last_table();
        match in_use(&tables)
            .into_iter()
            .find(|table| ours.contains(table))
        {
            None => Ok(()),
            Some(table) => Err(Error::Unsupported {
                driver: NAME,
                cause: format!("table {table} of bridge {} is in use", self.options.bridge),
                remedy: format!("choose {} tables that nobody uses", Table::COUNT),
            }),
        }
    }
}

/// The tables that hold flows, by what `ovs-ofctl dump-tables` prints. It leaves out what is as in the
/// table before.
fn in_use(tables: &str) -> Vec<u8> {
    let mut found = Vec::new();
    let (mut heading, mut is_used) = ("", false);
    for line in tables.lines().map(str::trim) {
        if line.starts_with("table") {
            heading = line;
        } else if let Some(rest) = line.strip_prefix("active=") {
            is_used = !rest.starts_with("0,");
        } else {
            continue;
        }
        let is_last = line.starts_with("active=") || line.ends_with("ditto");
        if is_last && is_used {
            found.extend(numbers(heading));
        }
    }
    found
}

/// `table 5:`, `table 5 ("name"):`, `tables 5...9: ditto`.
fn numbers(heading: &str) -> std::ops::RangeInclusive<u8> {
    let text = heading.split_whitespace().nth(1).unwrap_or_default();
    let mut ends = text.split("...").map(|end| {
        let digits: String = end.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(u8::MAX)
    });
    let first = ends.next().unwrap_or(u8::MAX);
    first..=ends.next().unwrap_or(first)
}

/// Ports that differ.
struct Few {
    differ: BTreeSet<u64>,
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
        .find(|flow| flow.cookie == HOST && flow.key.matches.is_empty());
    seal.map(|flow| format!("modify_strict {flow}\n"))
        .unwrap_or_default()
}
