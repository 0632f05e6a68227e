//! The proof: every port, and every interface that could be taken for one.

use std::collections::{HashMap, HashSet};

use thiserror::Error;
use vifguard_driver::Desired;
use vifguard_netlink::nft::Family;
use vifguard_nft::Snapshot;
use vifguard_nft::binding::is_by_device;
use vifguard_nft::contents::Tenants;

use super::abstracted::{Abstracted, Registry};
use super::ask::Spelled;
use super::compare::{Comparison, Expected, Rules, compare};
use super::subject::{Role, Subject};
use super::subjects::subjects;
use super::table::Table;
use crate::claims::Owned;
use crate::diagram::Diagrams;
use crate::frame::{Any, Case};
use crate::outcome::Outcome;
use crate::proof::{Proof, Unread, Whose};

/// After so many differences the rest is not looked at.
const MOST: usize = 10;

/// Why nothing can be said.
#[derive(Debug, Error)]
pub enum Error {
    /// The diagrams grew too large.
    #[error("interface {device}: what it may send is too complicated for a proof in memory")]
    Exhausted {
        /// The interface that was looked at.
        device: String,
    },
    /// A difference was found that a second look does not confirm.
    #[error("interface {device}: the proof contradicts itself on the frame {frame}: {what}")]
    Contradiction {
        /// The interface that was looked at.
        device: String,
        /// The frame in hexadecimal digits.
        frame: String,
        /// What was found at the second look.
        what: String,
    },
}

/// Proves that the kernel judges frames as the policy says, or shows where not.
pub fn prove(snapshot: &Snapshot, desired: &Desired) -> Result<Proof, Error> {
    let table = Table::new(&snapshot.main);
    let gates = snapshot.gates.iter();
    let gates: Vec<(Family, Table<'_>)> = gates
        .map(|(family, held)| (*family, Table::new(held)))
        .collect();
    let tenants = Tenants::of(desired, true);
    let mut prover = Prover {
        diagrams: Diagrams::new(Any::order()),
        registry: Registry::default(),
        table: &table,
        gates: &gates,
        names: Vec::new(),
        proof: Proof::default(),
    };
    let ports = subjects(snapshot, desired, &tenants, &table);
    prover.proof.awaited = ports.awaited;
    prover.all(&ports.subjects)?;
    // What rules know by name may be an interface that nobody else has spoken of.
    let names = std::mem::take(&mut prover.names);
    let mut more = super::subjects::named(snapshot, desired, &table, &gates, &names);
    let seen = ports.subjects.iter();
    let seen: HashSet<&str> = seen.map(|seen| seen.interface.device.as_str()).collect();
    more.retain(|subject| !seen.contains(subject.interface.device.as_str()));
    prover.all(&more)?;
    Ok(prover.proof)
}

pub(super) struct Prover<'p> {
    pub(super) diagrams: Diagrams,
    registry: Registry,
    pub(super) table: &'p Table<'p>,
    pub(super) gates: &'p [(Family, Table<'p>)],
    /// What rules compare names with.
    names: Vec<Vec<u8>>,
    proof: Proof,
}

impl<'p> Prover<'p> {
    fn all(&mut self, subjects: &[Subject<'p>]) -> Result<(), Error> {
        let mut places = HashMap::new();
        let mut classes: Vec<Vec<&Subject<'p>>> = Vec::new();
        let mut irregular = Vec::new();
        for subject in subjects {
            let Some(class) = subject.class(self.table) else {
                irregular.push(subject);
                continue;
            };
            let place = *places.entry(class).or_insert(classes.len());
            if place == classes.len() {
                classes.push(Vec::new());
            }
            classes[place].push(subject);
        }
        for class in classes {
            self.class(class)?;
        }
        for subject in irregular {
            if self.is_full() {
                self.proof.skipped += 1;
            } else {
                self.spelled(subject, 0)?;
            }
        }
        Ok(())
    }

    /// Enough was found.
    fn is_full(&self) -> bool {
        self.proof.differences.len() + self.proof.unread.len() >= MOST
    }

    fn class(&mut self, mut pending: Vec<&Subject<'p>>) -> Result<(), Error> {
        while let Some((first, others)) = pending.split_first() {
            if self.is_full() {
                self.proof.skipped += pending.len();
                return Ok(());
            }
            let first = *first;
            let result = self.abstractly(first)?;
            let same = |other: &&&Subject<'p>| self.goes_the_same_way(&result, other);
            let (alike, rest): (Vec<_>, Vec<_>) = others.iter().partition(same);
            let alike: Vec<&Subject<'p>> = alike.into_iter().copied().collect();
            let rest: Vec<&Subject<'p>> = rest.into_iter().copied().collect();
            if result.is_equal() {
                self.proved(first);
                alike.iter().for_each(|subject| self.proved(subject));
            } else {
                self.closer(first, &alike)?;
            }
            pending = rest;
        }
        Ok(())
    }

    /// Not equal whatever ports own; so each is looked at by itself, up to the first that differs.
    fn closer(&mut self, first: &Subject<'p>, alike: &[&Subject<'p>]) -> Result<(), Error> {
        if !self.spelled(first, alike.len())? {
            return Ok(());
        }
        for (i, subject) in alike.iter().enumerate() {
            if !self.spelled(subject, alike.len() - i - 1)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn proved(&mut self, subject: &Subject<'_>) {
        match subject.role {
            Role::Port(_) => self.proof.ports += 1,
            Role::Unknown(_) | Role::Free => self.proof.interfaces += 1,
        }
    }

    fn goes_the_same_way(&self, result: &Comparison, other: &Subject<'_>) -> bool {
        let tables = [self.table]
            .into_iter()
            .chain(self.gates.iter().map(|(_, gate)| gate));
        let mut pairs = result.notes.iter().zip(tables);
        pairs.all(|(notes, table)| notes.hold_for(&other.interface, table))
    }

    fn rules(&self, subject: &Subject<'p>) -> Rules<'p> {
        Rules {
            table: self.table,
            bases: subject.bases.clone(),
            by_name: !is_by_device(self.table.held()),
            gates: self.gates,
        }
    }

    /// With variables for what is own: the result holds for others of the class, too.
    fn abstractly(&mut self, subject: &Subject<'p>) -> Result<Comparison, Error> {
        let standing = &subject.standing;
        let ask = Abstracted::new(
            &self.diagrams,
            &self.registry,
            &standing.present,
            subject.guards(),
            standing.is_counted,
        );
        let expected = match subject.role.always() {
            Some(outcome) => Expected::Always(outcome),
            None => Expected::Port(&ask, subject.mode()),
        };
        let rules = self.rules(subject);
        let cases = Case::broad();
        let result = compare(
            &self.diagrams,
            &rules,
            &subject.interface,
            &ask,
            &expected,
            cases,
        );
        self.made(subject, result)
    }

    fn made(&mut self, subject: &Subject<'_>, result: Comparison) -> Result<Comparison, Error> {
        if self.diagrams.is_exhausted() {
            return Err(Error::Exhausted {
                device: subject.interface.device.clone(),
            });
        }
        self.proof.proofs += 1;
        let compared = result.notes.iter().flat_map(|notes| notes.compared());
        for name in compared {
            if !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_vec());
            }
        }
        Ok(result)
    }

    /// With what this one owns, spelled out. Is it equal? If not, that is noted, with a frame.
    fn spelled(&mut self, subject: &Subject<'p>, alike: usize) -> Result<bool, Error> {
        let claims = subject
            .identity()
            .map(|identity| Owned::of(&self.diagrams, identity));
        let expected = match (subject.role.always(), &claims) {
            (Some(outcome), _) => Expected::Always(outcome),
            (None, Some(claims)) => Expected::Port(claims, subject.mode()),
            // Only a port has a policy of its own.
            (None, None) => Expected::Always(Outcome::pass()),
        };
        let rules = self.rules(subject);
        let result = compare(
            &self.diagrams,
            &rules,
            &subject.interface,
            &Spelled,
            &expected,
            Case::exact(),
        );
        let result = self.made(subject, result)?;
        let whose = Whose {
            port: subject.identity().map(|identity| identity.port.clone()),
            device: subject.interface.device.clone(),
        };
        if let Some(found) = result.disagreements.first() {
            let difference = self.show(subject, whose, found, alike)?;
            self.proof.differences.push(difference);
            return Ok(false);
        }
        if !result.unread.is_empty() {
            let places = result.unread.iter().map(ToString::to_string).collect();
            self.proof.unread.push(Unread {
                whose,
                places,
                alike,
            });
            return Ok(false);
        }
        self.proved(subject);
        Ok(true)
    }
}
