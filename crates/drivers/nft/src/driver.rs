use std::collections::HashMap;
use std::time::Duration;

use nix::errno::Errno;
use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Error, Preview, Result, Scope, State, Tell,
};
use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Connection, Generation, TableId, Value, listen};
use vifguard_policy::Host;
use vifguard_verdict::Reason;

use crate::binding::Binding;
use crate::change::Change;
use crate::contents::device_of;
use crate::goal::{Extent, Goal};
use crate::held::Depth;
use crate::names::{PASSED, REFUSED, index_of};
use crate::probe::Found;
use crate::program::AUDITED;
use crate::tables::{GATES, Tables, main_table, table};
use crate::{apply, audit, preview, probe, release, ways};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "nft";

/// nftables at netdev ingress.
#[derive(Debug, Default)]
pub struct Nft {
    forced: Option<Binding>,
    found: Option<Found>,
    /// What a probe read of the table on the way: good for one apply, if nobody changes it meanwhile.
    read: Option<(Generation, Tables)>,
    transactions: Vec<Duration>,
}

impl Nft {
    /// A driver that uses what a probe of the host finds.
    pub fn new() -> Nft {
        Nft::default()
    }

    /// A driver that binds as told, so that what older kernels need can be tried on newer ones.
    pub fn with_binding(binding: Binding) -> Nft {
        Nft {
            forced: Some(binding),
            ..Nft::default()
        }
    }

    /// How long each transaction of the last apply took in the kernel.
    pub fn transactions(&self) -> &[Duration] {
        &self.transactions
    }

    fn found(&mut self, kernel: &mut Connection) -> Result<Found> {
        if let Some(found) = self.found {
            return Ok(found);
        }
        let known = self
            .read
            .as_ref()
            .and_then(|(_, tables)| probe::recall(&tables.main));
        let mut found = match known {
            Some(found) => found,
            None => probe::find(kernel)?,
        };
        found.binding = self.forced.unwrap_or(found.binding);
        self.found = Some(found);
        Ok(found)
    }
}

impl Nft {
    fn reach(&mut self, desired: &Desired, extent: Extent<'_>) -> Result<Applied> {
        let mut kernel = connect()?;
        let goal = Goal {
            desired,
            found: self.found(&mut kernel)?,
            extent,
        };
        let read = self.read.take();
        kernel.take_spent();
        let applied = apply::apply(&mut kernel, goal, read);
        self.transactions = kernel.take_spent();
        kernel.close();
        applied
    }
}

impl Driver for Nft {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let mut kernel = connect()?;
        let read = Tables::read(&mut kernel, Depth::Sealed);
        self.read = Some(read.map_err(|error| step("read what is in force", error))?);
        Ok(probe::capabilities(self.found(&mut kernel)?))
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let mut kernel = connect()?;
        let found = self.found(&mut kernel)?;
        let (_, tables) = Tables::read(&mut kernel, Depth::Whole)
            .map_err(|error| step("read what is there", error))?;
        let goal = Goal {
            desired,
            found,
            extent: Extent::Whole,
        };
        let settled = goal.settle(&tables, &probe::interfaces()?)?;
        let wanted = settled.wanted();
        Ok(Preview {
            plan: preview::plan(wanted),
            difference: preview::difference(&Change::of(&tables, wanted)),
        })
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        self.reach(desired, Extent::Whole)
    }

    fn observe(&mut self) -> Result<State> {
        let mut kernel = connect()?;
        let tables = Tables::read_settled(&mut kernel)
            .map_err(|error| step("read what is in force", error))?;
        Ok(audit::state(&tables, &probe::interfaces()?))
    }

    /// A kernel without nf_tables has nothing in them.
    fn may_hold(&mut self) -> bool {
        !matches!(connect(), Err(Error::Unsupported { .. }))
    }

    fn closes(&self, _: &Host) -> bool {
        true
    }

    fn counters(&mut self) -> Result<Counters> {
        let mut kernel = connect()?;
        counters(&mut kernel).map_err(|error| step("read the counters", error))
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let mut kernel = connect()?;
        release::release(&mut kernel, scope)
    }

    fn watch(&mut self, tell: Tell) -> Result<()> {
        listen(tell).map_err(|error| step("listen to the kernel", error))
    }

    fn admit(&mut self, desired: &Desired) -> Result<Applied> {
        self.reach(desired, Extent::Beside)
    }

    fn dismiss(&mut self, port: &str) -> Result<()> {
        let (_, tables) = Tables::read(&mut connect()?, Depth::Sealed)
            .map_err(|error| step("read what is in force", error))?;
        let mut entries = tables.main.entries.iter();
        if !entries.any(|entry| entry.port == port) {
            // Somebody has taken it away already, and perhaps all of ours with it.
            return Ok(());
        }
        self.reach(&Desired::default(), Extent::Without(port))
            .map(drop)
    }
}

pub(crate) fn connect() -> Result<Connection> {
    Connection::open().map_err(|error| match error.errno() {
        // The kernel knows no such protocol at all, and no module provides it.
        Some(Errno::EPROTONOSUPPORT | Errno::EAFNOSUPPORT) => Error::Unsupported {
            driver: NAME,
            cause: format!("the kernel has no netfilter netlink ({error})"),
            remedy: "load or build nf_tables (modprobe nf_tables; CONFIG_NF_TABLES_NETDEV)"
                .to_owned(),
        },
        _ => step("talk to the kernel", error),
    })
}

/// A kernel error in the words of a driver.
pub(crate) fn step(step: &str, error: KernelError) -> Error {
    if matches!(error, KernelError::Stale) {
        return Error::Disturbed {
            driver: NAME,
            what: "nf_tables".to_owned(),
        };
    }
    if error.errno() == Some(Errno::EPERM) {
        return Error::Privilege;
    }
    Error::Step {
        driver: NAME,
        step: step.to_owned(),
        source: Box::new(error),
    }
}

fn counters(kernel: &mut Connection) -> std::result::Result<Counters, KernelError> {
    let id = main_table();
    let mut counters = Counters::default();
    if !kernel.tables(id.family)?.contains(&id.name) {
        return Ok(counters);
    }
    let frames: HashMap<String, u64> = kernel
        .counters(&id)?
        .into_iter()
        .map(|counter| (counter.name, counter.frames))
        .collect();
    for element in kernel.elements(&id, PASSED)? {
        let Value::Counter(counter) = &element.value else {
            continue;
        };
        let device = match index_of(&element.key) {
            Some(_) => ways::device_of(counter).to_owned(),
            None => device_of(&element.key),
        };
        let port = counters.by_device.entry(device).or_default();
        port.passed = frames.get(counter).copied().unwrap_or(0);
    }
    count_refused(kernel, &id, &mut counters)?;
    for family in GATES {
        let gate = table(family);
        if kernel.tables(family)?.contains(&gate.name) {
            count_refused(kernel, &gate, &mut counters)?;
        }
    }
    Ok(counters)
}

fn count_refused(
    kernel: &mut Connection,
    id: &TableId,
    counters: &mut Counters,
) -> std::result::Result<(), KernelError> {
    for element in kernel.elements(id, REFUSED)? {
        let code = element
            .key
            .get(16..20)
            .and_then(|code| code.try_into().ok());
        let (Some(code), Some((frames, _))) = (code.map(u32::from_ne_bytes), element.counted)
        else {
            continue;
        };
        let Some(reason) = Reason::from_code(code & 0xff) else {
            continue;
        };
        let port = counters
            .by_device
            .entry(device_of(&element.key))
            .or_default();
        let audited = code & AUDITED != 0;
        let by_reason = if audited {
            &mut port.audited
        } else {
            &mut port.refused
        };
        *by_reason.entry(reason).or_default() += frames;
    }
    Ok(())
}
