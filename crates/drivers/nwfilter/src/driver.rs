use std::collections::BTreeMap;
use std::sync::Arc;

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Error, PortState, Preview, Result, Scope,
    State, Tell,
};
use vifguard_inventory::{Link, Links};
use vifguard_policy::{Identity, Mode, Unknown};
use vifguard_programs::ProgramError;

use crate::apply::{carry_out, read};
use crate::change::Change;
use crate::held::Held;
use crate::names;
use crate::options::Options;
use crate::plan::Plan;
use crate::tool::{EBTABLES, Tools};
use crate::{counters, glance, probe};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "nwfilter";

const UNHEARD: &str = "what others change of filters, bindings and rules: this ebtables is not nf_tables', and keeps \
    to itself what it changes (vifguard status finds it)";

/// libvirt's network filters.
#[derive(Debug, Default)]
pub struct Nwfilter {
    options: Options,
}

impl Nwfilter {
    /// A driver for a libvirt.
    pub fn new(options: Options) -> Nwfilter {
        Nwfilter { options }
    }

    /// Defines the filters that domains name for their ports ([`names::of_port`]), before they start or
    /// while they run. Nothing is taken away.
    ///
    /// # Errors
    ///
    /// What libvirt refuses, and what its filters cannot do.
    pub fn define(&mut self, identities: &[Identity]) -> Result<Applied> {
        let plan = Plan::of_domains(identities, self.options.neighbor_discovery)?;
        self.make(|_| Ok(plan.clone()), true)
    }

    fn tools(&self) -> Tools {
        Tools::new(&self.options)
    }

    fn make(&self, plan: impl Fn(&Held) -> Result<Plan>, only_add: bool) -> Result<Applied> {
        let tools = self.tools();
        let held = read(&tools)?;
        let change = Change::between(&held, &plan(&held)?, only_add);
        if change.is_empty() {
            return Ok(change.applied);
        }
        carry_out(&tools, &change)?;
        let held = read(&tools)?;
        let left = Change::between(&held, &plan(&held)?, only_add);
        match left.lines().into_iter().next() {
            None => Ok(change.applied),
            Some(difference) => Err(Error::NotAsPlanned {
                driver: NAME,
                difference,
            }),
        }
    }

    /// Interfaces are read after what libvirt holds: one that has gone since is not to be bound.
    fn plan(&self, desired: &Desired, held: &Held) -> Result<Plan> {
        let links = &links()?;
        let by_name: BTreeMap<&str, &Link> = links
            .links
            .iter()
            .map(|link| (link.name.as_str(), link))
            .collect();
        for port in &desired.ports {
            if let Some(link) = by_name.get(port.device.as_str()) {
                on_a_bridge(&port.identity, link, links)?;
            }
        }
        let there = |device: &str| by_name.contains_key(device);
        Plan::of(
            desired,
            &held.bindings,
            there,
            self.options.neighbor_discovery,
        )
    }
}

/// What is in no bridge, no rule of libvirt's sees.
fn on_a_bridge(identity: &Identity, link: &Link, links: &Links) -> Result<()> {
    let master = link.master.and_then(|index| links.at(index));
    if master.is_some_and(|master| master.kind == "bridge") {
        return Ok(());
    }
    Err(Error::Port {
        port: identity.port.clone(),
        cause: format!("its interface {} is in no Linux bridge", link.name),
        remedy: "guard it with the driver nft: libvirt's filters judge at bridges alone".to_owned(),
    })
}

/// This host's interfaces.
pub(crate) fn links() -> Result<Links> {
    Links::read().map_err(|source| Error::Step {
        driver: NAME,
        step: "read the interfaces".to_owned(),
        source: Box::new(source),
    })
}

impl Driver for Nwfilter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let tools = self.tools();
        let version = tools.virsh(&["version", "--daemon"]);
        let version = version.map_err(|error| step("ask libvirt for its version", error))?;
        let version = version.lines().last().unwrap_or_default();
        let listed = tools.virsh(&["nwfilter-list"]);
        listed.map_err(|error| step("list libvirt's filters", error))?;
        let rules = tools.rules();
        rules.map_err(|error| step("read the rules that libvirt made", error))?;
        Ok(probe::capabilities(
            self.options.neighbor_discovery,
            version,
        ))
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let held = read(&self.tools())?;
        let plan = self.plan(desired, &held)?;
        let change = Change::between(&held, &plan, false);
        Ok(Preview {
            plan: plan.to_string(),
            difference: change.lines(),
        })
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        self.make(|held| self.plan(desired, held), false)
    }

    fn observe(&mut self) -> Result<State> {
        let held = read(&self.tools())?;
        let discovery = self.options.neighbor_discovery;
        let port = |(device, _, note): (&String, &String, Option<crate::note::Note>)| {
            let note = note?;
            let guards = note.guards?;
            Some(PortState {
                port: note.port,
                device: device.clone(),
                guards,
                mode: Mode::Enforce,
                degraded: crate::program::beyond(guards, discovery),
            })
        };
        let mut ports: Vec<PortState> = held.bound().filter_map(port).collect();
        ports.sort_unstable_by(|a, b| a.port.cmp(&b.port));
        Ok(State {
            present: !held.is_empty(),
            ports,
            guarded: Vec::new(),
            unknown: Unknown::Refuse,
            drift: held.drift(),
        })
    }

    fn may_hold(&mut self) -> bool {
        let tools = self.tools();
        glance::may_hold(&self.options, || tools.rules().ok())
    }

    fn glance(&mut self) -> Option<Vec<String>> {
        glance::devices()
    }

    fn counters(&mut self) -> Result<Counters> {
        Ok(counters::counters(&read(&self.tools())?))
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let tools = self.tools();
        let held = read(&tools)?;
        let mut change = Change::default();
        let mut released = Vec::new();
        for name in held.filters.keys().filter(|name| names::is_wrapper(name)) {
            let port = held
                .note(name)
                .map_or_else(|| name.clone(), |note| note.port);
            if matches!(scope, Scope::Port(wanted) if *wanted != port) {
                continue;
            }
            let bound = held.bindings.iter().filter(|(_, filter)| *filter == name);
            for (device, _) in bound {
                if !names::is_of_device(name) {
                    return Err(of_a_domain(&port, device, name));
                }
                change.unbind.push(device.clone());
            }
            change.undefine.push(name.clone());
            released.push(port);
        }
        if let Scope::Port(port) = scope
            && released.is_empty()
        {
            return Err(Error::NoSuchPort(port.clone()));
        }
        let stays = |name: &&String| !change.undefine.contains(name);
        let wrappers = held.filters.values();
        let wrappers = wrappers.filter(|f| names::is_wrapper(&f.name) && stays(&&f.name));
        let in_use: Vec<&String> = wrappers.flat_map(|filter| &filter.references).collect();
        let parts = held.filters.keys().filter(|name| !names::is_wrapper(name));
        let unused: Vec<String> = parts
            .filter(|part| !in_use.contains(part))
            .cloned()
            .collect();
        change.undefine.extend(unused);
        carry_out(&tools, &change)?;
        released.sort_unstable();
        released.dedup();
        Ok(released)
    }

    /// What somebody does to filters or bindings ends in the rules of ebtables, and these are heard from nf_tables;
    /// libvirt has no events for it.
    fn watch(&mut self, tell: Tell) -> Result<()> {
        let tell = Arc::new(tell);
        let rules = Arc::clone(&tell);
        glance::watch(move || rules()).map_err(|error| Error::Step {
            driver: NAME,
            step: "listen to the kernel".to_owned(),
            source: Box::new(error),
        })?;
        let watched = self.tools().watch(move || tell());
        watched.map_err(|error| step("listen to libvirt", error))
    }

    fn unheard(&mut self) -> Result<Option<String>> {
        let version = self.tools().ebtables_version();
        let version = version.map_err(|error| step("ask ebtables for its version", error))?;
        Ok((!version.contains("nf_tables")).then(|| UNHEARD.to_owned()))
    }
}

fn of_a_domain(port: &str, device: &str, filter: &str) -> Error {
    Error::Port {
        port: port.to_owned(),
        cause: format!("a running domain names the filter {filter} for {device}"),
        remedy: "take the filterref out of its XML (virsh edit, and update-device --live) first"
            .to_owned(),
    }
}

/// A failed program in the words of a driver.
pub(crate) fn step(step: &str, error: ProgramError) -> Error {
    if error.is_not_installed() {
        let package = if matches!(&error, ProgramError::Absent { program, .. } if program == EBTABLES)
        {
            "ebtables (Debian, Ubuntu: iptables)"
        } else {
            "libvirt's command line (Debian, Ubuntu: libvirt-clients)"
        };
        return Error::Unsupported {
            driver: NAME,
            cause: error.to_string(),
            remedy: format!("install {package}"),
        };
    }
    if matches!(&error, ProgramError::Failed { said, .. } if said.contains("connect")) {
        return Error::Unsupported {
            driver: NAME,
            cause: error.to_string(),
            remedy: "start libvirtd, or say which one (LIBVIRT_DEFAULT_URI)".to_owned(),
        };
    }
    Error::Step {
        driver: NAME,
        step: step.to_owned(),
        source: Box::new(error),
    }
}
