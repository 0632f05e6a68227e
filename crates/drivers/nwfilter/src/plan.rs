//! Filters for a host's ports, as values.

use std::collections::BTreeMap;
use std::fmt;

use vifguard_driver::{BoundPort, Desired, Error, Result};
use vifguard_policy::{Identity, Mode};

use crate::driver::NAME;
use crate::filter::{Action, Filter, ROOT, Rule};
use crate::names::{self, PART};
use crate::note::Note;
use crate::options::NeighborDiscovery;
use crate::program::{self, Chain};
use crate::rules::any;

/// libvirt counts from -1000 to 1000.
const FIRST: i16 = -1000;
/// Chains come in steps, behind the note and before what ends the root.
const CHAINS: i16 = -900;
const STEP: i16 = 10;
const ENDS: i16 = 0;
const MOST_RULES: usize = 1_900;
/// The interface that the note of a domain's filter says.
const NOWHERE: &str = "-";

/// Everything that libvirt is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Filters of ports, and of interfaces that are closed.
    pub wrappers: Vec<Wrapper>,
    /// What they refer to, by name.
    pub parts: BTreeMap<String, Filter>,
    /// Interfaces that the driver binds to their wrappers.
    pub bindings: Vec<Binding>,
}

/// A filter that is bound to an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// The filter, with its note.
    pub filter: Filter,
    /// The note.
    pub note: Note,
}

/// What binds an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The interface.
    pub device: String,
    /// The filter.
    pub filter: String,
    /// The port.
    pub port: String,
    /// A MAC of the port's; libvirt asks for one, the rules do not.
    pub mac: String,
}

impl Plan {
    /// What is wanted, where libvirt already binds interfaces to these filters. Ports whose interface is not
    /// `there` are left out, as there is nothing to bind yet; but what was bound and is a port's whenever it is
    /// called so keeps its filter, which then is there before the interface comes back.
    pub fn of(
        desired: &Desired,
        bound: &BTreeMap<String, String>,
        there: impl Fn(&str) -> bool,
        discovery: NeighborDiscovery,
    ) -> Result<Plan> {
        let mut plan = Plan::default();
        for port in &desired.ports {
            let device = port.device.as_str();
            let is_bound = || bound.get(device) == Some(&names::of_device(device));
            if there(device) || (port.index.is_none() && is_bound()) {
                plan.add_bound(port, bound, discovery)?;
            }
        }
        // For one that is not there libvirt makes no rules.
        for (_, filter) in bound.iter().filter(|(device, _)| there(device)) {
            let is_wanted = |wrapper: &Wrapper| wrapper.filter.name == *filter;
            if names::is_wrapper(filter)
                && !names::is_of_device(filter)
                && !plan.wrappers.iter().any(is_wanted)
            {
                // A domain names it and runs: what has no port is not heard.
                plan.wrappers.push(closed(filter));
            }
        }
        Ok(plan)
    }

    /// The filters that domains name for their ports.
    pub fn of_domains<'i>(
        identities: impl IntoIterator<Item = &'i Identity>,
        discovery: NeighborDiscovery,
    ) -> Result<Plan> {
        let mut plan = Plan::default();
        for identity in identities {
            let name = names::of_port(&identity.port);
            plan.add(&name, identity, NOWHERE, discovery)?;
        }
        Ok(plan)
    }

    fn add_bound(
        &mut self,
        port: &BoundPort,
        bound: &BTreeMap<String, String>,
        discovery: NeighborDiscovery,
    ) -> Result<()> {
        let BoundPort {
            device, identity, ..
        } = port;
        let device = device.as_str();
        let own = names::of_device(device);
        let of_domain = names::of_port(&identity.port);
        let name = match bound.get(device) {
            None => own,
            Some(filter) if *filter == own || *filter == of_domain => filter.clone(),
            Some(other) => return Err(of_another(identity, device, other)),
        };
        // libvirt knows where a domain's is; were it noted, libvirt would make all rules anew for that.
        let mut noted = NOWHERE;
        if names::is_of_device(&name) {
            noted = device;
            self.bindings.push(Binding {
                device: device.to_owned(),
                filter: name.clone(),
                port: identity.port.clone(),
                mac: identity
                    .macs
                    .first()
                    .map_or("02:00:00:00:00:00".to_owned(), ToString::to_string),
            });
        }
        self.add(&name, identity, noted, discovery)
    }

    fn add(
        &mut self,
        name: &str,
        identity: &Identity,
        device: &str,
        discovery: NeighborDiscovery,
    ) -> Result<()> {
        if identity.mode == Mode::Audit {
            return Err(Error::Port {
                port: identity.port.clone(),
                cause: "libvirt's filters cannot count what they would refuse".to_owned(),
                remedy: "audit with the driver nft".to_owned(),
            });
        }
        let chains = program::chains(identity, discovery);
        let parts: Vec<Filter> = (0..).zip(&chains).map(part).collect();
        if let Some(part) = parts.iter().find(|part| part.rules.len() > MOST_RULES) {
            return Err(Error::Port {
                port: identity.port.clone(),
                cause: format!(
                    "{} rules in one chain are too many for libvirt",
                    part.rules.len()
                ),
                remedy: "give it prefixes rather than single addresses, or the driver nft"
                    .to_owned(),
            });
        }
        let filter = Filter {
            name: name.to_owned(),
            chain: ROOT.to_owned(),
            priority: 0,
            references: parts.iter().map(|part| part.name.clone()).collect(),
            rules: numbered(ENDS, program::ends(identity, &chains)),
        };
        let note = Note {
            guards: Some(identity.guards),
            digest: filter.digest(),
            turn: 0,
            device: device.to_owned(),
            port: identity.port.clone(),
        };
        self.wrappers.push(Wrapper::new(filter, note));
        let parts = parts.into_iter().map(|part| (part.name.clone(), part));
        self.parts.extend(parts);
        Ok(())
    }
}

impl Wrapper {
    fn new(filter: Filter, note: Note) -> Wrapper {
        let mut wrapper = Wrapper { filter, note };
        wrapper.write_note();
        wrapper
    }

    /// The same, told again: libvirt builds the rules of a filter anew if anything in it differs.
    #[must_use]
    pub(crate) fn in_turn(mut self, turn: u32) -> Wrapper {
        self.note.turn = turn;
        self.write_note();
        self
    }

    fn write_note(&mut self) {
        let comment = any("mac").with("comment", self.note.comment());
        let rule = Rule {
            priority: FIRST,
            ..comment.is(Action::Continue)
        };
        self.filter.rules.retain(|rule| rule.priority != FIRST);
        self.filter.rules.insert(0, rule);
    }
}

/// A filter that refuses everything.
fn closed(name: &str) -> Wrapper {
    let filter = Filter {
        name: name.to_owned(),
        chain: ROOT.to_owned(),
        priority: 0,
        references: Vec::new(),
        rules: numbered(ENDS, vec![any("mac").is(Action::Drop)]),
    };
    let note = Note {
        guards: None,
        digest: filter.digest(),
        turn: 0,
        device: NOWHERE.to_owned(),
        port: "-".to_owned(),
    };
    Wrapper::new(filter, note)
}

fn part((number, chain): (i16, &Chain)) -> Filter {
    let mut filter = Filter {
        name: String::new(),
        chain: chain.name.to_owned(),
        priority: CHAINS + number * STEP,
        references: Vec::new(),
        rules: numbered(CHAINS, chain.rules.clone()),
    };
    filter.name = format!("{PART}{}", filter.digest());
    filter
}

/// libvirt may put rules of the same priority in any order.
fn numbered(first: i16, mut rules: Vec<Rule>) -> Vec<Rule> {
    for (priority, rule) in (first..=i16::MAX).zip(&mut rules) {
        rule.priority = priority;
    }
    rules
}

fn of_another(identity: &Identity, device: &str, filter: &str) -> Error {
    let remedy = if names::is_wrapper(filter) {
        "let its domain name the filter of this port (vifguard libvirt snippet)".to_owned()
    } else {
        format!(
            "take it off or put this port's filter in its place in the domain (vifguard libvirt snippet); \
             docs/libvirt.md says how nothing passes meanwhile; {NAME} does not stack filters"
        )
    };
    Error::Port {
        port: identity.port.clone(),
        cause: format!("libvirt has bound its interface {device} to the filter {filter}"),
        remedy,
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrappers = self.wrappers.iter().map(|wrapper| &wrapper.filter);
        self.parts
            .values()
            .chain(wrappers)
            .try_for_each(|filter| writeln!(f, "{filter}"))?;
        self.bindings
            .iter()
            .try_for_each(|binding| writeln!(f, "{binding}"))
    }
}

/// As `virsh nwfilter-binding-create` takes it.
impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escape = crate::xml::escape;
        let Binding {
            device,
            filter,
            port,
            mac,
        } = self;
        let uuid = crate::digest::uuid(filter);
        writeln!(
            f,
            "<filterbinding>\n  <owner><name>{}</name><uuid>{uuid}</uuid></owner>\n  <portdev name='{}'/>\n  \
             <mac address='{mac}'/>\n  <filterref filter='{}'/>\n</filterbinding>",
            escape(port),
            escape(device),
            escape(filter)
        )
    }
}
