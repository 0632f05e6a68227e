//! The difference between what the switch holds and what it should hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use vifguard_driver::Applied;
use vifguard_openflow::text::Unspeakable;
use vifguard_openflow::{Command, Filter, FlowMod};

use crate::cookie::{HOST, PROGRAM};
use crate::flow::{Flow, Key};
use crate::held::{Held, HeldPort};
use crate::note::{Note, PortNote, Seal};
use crate::plan::{Plan, without_note};

/// One thing that the switch is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edit<'a> {
    /// A flow comes.
    Add(&'a Flow),
    /// One that is there does what this does.
    Modify(&'a Flow),
    /// The one with this key goes, if it has this cookie.
    Delete(&'a Key, u64),
    /// All of these go.
    DeleteAll(Filter),
}

impl Edit<'_> {
    /// In OpenFlow.
    pub(crate) fn flow_mod(&self) -> Result<FlowMod, Unspeakable> {
        match self {
            Edit::Add(flow) => flow.add(),
            Edit::Modify(flow) => flow.modify(),
            Edit::Delete(key, cookie) => key.delete(*cookie),
            Edit::DeleteAll(filter) => Ok(FlowMod {
                command: Command::Delete,
                table: filter.table,
                priority: 0,
                cookie: filter.cookie,
                cookie_mask: filter.cookie_mask,
                matches: Vec::new(),
                instructions: Vec::new(),
            }),
        }
    }
}

/// What has to be done, in one bundle: the switch puts it in force between two frames.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Flows that go.
    pub delete: Vec<(Key, u64)>,
    /// Flows that come, some in the place of others.
    pub add: Vec<Flow>,
    /// The same in terms of ports.
    pub applied: Applied,
}

impl Change {
    /// What leads from what is held to the plan.
    pub fn between(held: &Held, plan: &Plan) -> Change {
        let wanted: HashMap<&Key, &Flow> =
            plan.flows.iter().map(|flow| (&flow.key, flow)).collect();
        let gone = held.flows().map(|counted| &counted.flow);
        // One that is to be another is deleted too: in its place it would go on counting from where it was.
        let stays = |flow: &&Flow| wanted.get(&flow.key) == Some(flow);
        let mut delete: Vec<(Key, u64)> = gone
            .filter(|flow| !stays(flow))
            .map(|flow| (flow.key.clone(), flow.cookie))
            .collect();
        delete.sort_unstable();
        let differs = |flow: &&Flow| held.flow(&flow.key) != Some(*flow);
        let add: Vec<Flow> = plan.flows.iter().filter(differs).cloned().collect();
        let mut touched: BTreeSet<u64> = add.iter().map(|flow| flow.cookie).collect();
        touched.extend(delete.iter().map(|(_, cookie)| *cookie));
        let mut of_host = delete.iter().filter(|(_, cookie)| *cookie == HOST);
        if is_told_anew(held, &add) && of_host.all(|(key, _)| wanted.contains_key(key)) {
            touched.remove(&HOST);
        }
        let applied = in_ports(held, plan, &touched);
        Change {
            delete,
            add,
            applied,
        }
    }

    /// Is everything as it should be?
    pub fn is_empty(&self) -> bool {
        self.delete.is_empty() && self.add.is_empty()
    }

    /// What the switch is told.
    pub(crate) fn edits(&self) -> Vec<Edit<'_>> {
        // Deleted only if it is still ours.
        let delete = self.delete.iter();
        let delete = delete.map(|(key, cookie)| Edit::Delete(key, *cookie));
        delete.chain(self.add.iter().map(Edit::Add)).collect()
    }

    /// One line for each difference.
    pub fn lines(&self) -> Vec<String> {
        let ports = |sign: char, ports: &[String]| {
            let line = move |port: &String| format!("{sign} port {port}");
            ports.iter().map(line).collect::<Vec<_>>()
        };
        let mut lines = ports('+', &self.applied.added);
        lines.extend(ports('~', &self.applied.changed));
        lines.extend(ports('-', &self.applied.removed));
        lines.extend(self.applied.repaired.iter().map(|what| format!("! {what}")));
        lines.extend(self.flows());
        lines
    }

    /// One line for each flow.
    pub(crate) fn flows(&self) -> impl Iterator<Item = String> {
        let gone = self.delete.iter().map(|(key, _)| format!("- flow {key}"));
        let come = self.add.iter();
        gone.chain(come.map(|flow| format!("+ flow {},actions={}", flow.key, flow.actions)))
    }
}

/// The seal counts the flows of all. When a port comes or goes it says another number, and of what is the host's
/// nothing changes.
fn is_told_anew(held: &Held, add: &[Flow]) -> bool {
    let of_host: Vec<&Flow> = add.iter().filter(|flow| flow.cookie == HOST).collect();
    let [new] = of_host.as_slice() else {
        return false;
    };
    let old = held.flow(&new.key);
    let told = [old, Some(new)].map(|flow| match Note::read(&flow?.actions) {
        Some(Note::Seal(seal)) => Some((seal.guarded, seal.unknown, seal.digest)),
        _ => None,
    });
    let does = [old, Some(new)].map(|flow| flow.map(without_note));
    told[0] == told[1] && told[0].is_some() && does[0] == does[1]
}

/// What happens to each port, and what of it puts right what somebody else did.
fn in_ports(held: &Held, plan: &Plan, touched: &BTreeSet<u64>) -> Applied {
    let before: BTreeMap<u64, HeldPort> = by_cookie(held);
    let mut applied = Applied::default();
    let mut after = BTreeSet::new();
    for (cookie, note) in notes(plan) {
        after.insert(cookie);
        match before.get(&cookie) {
            None => applied.added.push(note.port),
            Some(_) if !touched.contains(&cookie) => applied.unchanged += 1,
            Some(port) if port.note.digest == note.digest => {
                applied
                    .repaired
                    .push(format!("flows of port {}", note.port));
            }
            Some(_) => applied.changed.push(note.port),
        }
    }
    let gone = before.values().filter(|port| !after.contains(&port.cookie));
    applied
        .removed
        .extend(gone.map(|port| port.note.port.clone()));
    let seal = held.seal();
    let wanted = plan
        .flows
        .iter()
        .find_map(|flow| match Note::read(&flow.actions) {
            Some(Note::Seal(seal)) => Some(seal),
            _ => None,
        });
    let kept =
        |digest: fn(&Seal) -> [u8; 8]| seal.as_ref().map(digest) == wanted.as_ref().map(digest);
    let common = [
        (
            PROGRAM,
            kept(|seal| seal.program),
            "flows that are asked of all ports",
        ),
        (
            HOST,
            kept(|seal| seal.digest),
            "flows that lead to the guards, or around them",
        ),
    ];
    for (cookie, kept, what) in common
        .into_iter()
        .filter(|(cookie, ..)| touched.contains(cookie))
    {
        if kept {
            applied.repaired.push(what.to_owned());
        } else {
            applied.otherwise |= cookie == HOST || seal.is_some();
        }
    }
    // Flows of a port whose entry is gone are nobody's.
    let known = |cookie: &u64| {
        after.contains(cookie) || before.contains_key(cookie) || [PROGRAM, HOST].contains(cookie)
    };
    if !touched.iter().all(known) {
        applied
            .repaired
            .push("flows of a port whose entry was gone".to_owned());
    }
    for list in [
        &mut applied.added,
        &mut applied.changed,
        &mut applied.removed,
    ] {
        list.sort_unstable();
        list.dedup();
    }
    applied.note_moves();
    applied
}

fn by_cookie(held: &Held) -> BTreeMap<u64, HeldPort> {
    let ports = held.ports().into_values();
    ports.map(|port| (port.cookie, port)).collect()
}

fn notes(plan: &Plan) -> impl Iterator<Item = (u64, PortNote)> {
    plan.flows
        .iter()
        .filter_map(|flow| match Note::read(&flow.actions) {
            Some(Note::Port(note)) => Some((flow.cookie, note)),
            _ => None,
        })
}
