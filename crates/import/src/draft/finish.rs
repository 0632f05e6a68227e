use vifguard_policy::{Policy, PolicyErrors};

use super::{Draft, devices, names, relax, share, unreserve};
use crate::note::Note;
use crate::{ImportError, Imported, Remark, yaml};

/// What the remarks about the policy as a whole call it.
const WHOLE: &str = "the policy";

/// The remarks of a draft, by what they are about.
pub(crate) struct Remarks {
    pub(crate) whole: Vec<Remark>,
    /// One list for each network.
    pub(crate) networks: Vec<Vec<Remark>>,
    /// One list for each port.
    pub(crate) ports: Vec<Vec<Remark>>,
    /// One list for each interface that cannot be a port.
    pub(crate) unguarded: Vec<Vec<Remark>>,
}

impl Draft {
    /// The policy, and what became of the source. `from` says what it was made from.
    pub(crate) fn finish(mut self, from: &str) -> Result<Imported, ImportError> {
        names::settle(&mut self);
        devices::settle(&mut self);
        unreserve::settle(&mut self);
        share::settle(&mut self);
        relax::settle(&mut self);
        let remarks = self.remarks();
        let policy = yaml::write(&self, &remarks, from);
        check(&policy).map_err(ImportError::Defect)?;
        let left_out = self.ports.iter().filter(|port| port.left_out).count();
        Ok(Imported {
            policy,
            remarks: remarks.all().cloned().collect(),
            ports: self.ports.len() - left_out,
            networks: self.networks.len(),
            left_out: left_out + self.unguarded.len(),
        })
    }

    fn remarks(&mut self) -> Remarks {
        Remarks {
            whole: remarks(WHOLE, &mut self.notes),
            networks: self
                .networks
                .iter_mut()
                .map(|network| remarks(&format!("network {}", network.name), &mut network.notes))
                .collect(),
            ports: self
                .ports
                .iter_mut()
                .map(|port| remarks(&format!("port {}", port.name), &mut port.notes))
                .collect(),
            unguarded: self
                .unguarded
                .iter_mut()
                .map(|other| remarks(&format!("port {}", other.name), &mut other.notes))
                .collect(),
        }
    }
}

impl Remarks {
    /// All of them, in the order of the policy.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Remark> {
        let objects = self.networks.iter().chain(&self.ports);
        let objects = objects.chain(&self.unguarded);
        self.whole.iter().chain(objects.flatten())
    }
}

fn remarks(object: &str, notes: &mut Vec<Note>) -> Vec<Remark> {
    let notes = std::mem::take(notes).into_iter();
    notes.map(|note| Remark::of(object, note)).collect()
}

/// Nobody shall find out by `vifguard check` that an import was no good.
fn check(policy: &str) -> Result<(), PolicyErrors> {
    Policy::parse(policy, "imported policy").map(drop)
}
