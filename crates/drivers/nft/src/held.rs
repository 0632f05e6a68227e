//! What the kernel holds of ours.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use vifguard_netlink::Error;
use vifguard_netlink::nft::{
    Connection, DeviceSpec, Element, Expr, Generation, Set, TableId, Value, Verdict,
};
use vifguard_policy::Unknown;
use vifguard_verdict::Reason;

use crate::binding::is_ingress;
use crate::class::Court;
use crate::contents::{Entry, PortDigest, host_digest};
use crate::names::{COURTS, ETHERTYPES, MACS, PORTS, REFUSED, SEAL, Scale, WAYS};
use crate::program::{ChainBody, Fate, JUDGE, Program, Shape, is_own};

/// The table as it is, read in one consistent state.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Is there a table at all?
    pub present: bool,
    /// Somebody put the table to sleep: nothing comes to its base chains.
    pub dormant: bool,
    /// The sets, by name.
    pub sets: BTreeMap<String, Set>,
    /// The chains with their rules, by name.
    pub chains: BTreeMap<String, ChainBody>,
    /// Elements of the fixed sets.
    pub fixed: BTreeMap<String, Vec<Element>>,
    /// The ports.
    pub entries: Vec<Entry>,
    /// Names of the counters, if the contents were read.
    pub counters: BTreeSet<String>,
    /// Elements of the sets that ports fill, if they were read.
    pub contents: Option<BTreeMap<String, Vec<Element>>>,
    /// The last change of nf_tables was ours, and complete: so nothing of ours was touched since.
    pub sealed: bool,
    /// What was in force besides ports after our last complete change; none while one is under way.
    pub seal: Option<PortDigest>,
    /// No smaller number was ever given to a port's claims, as far as the seal knows.
    pub next_number: u32,
}

/// How much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The claims of every port.
    Whole,
    /// Without the claims, if the seal vouches for them.
    Sealed,
}

impl Held {
    /// Is somebody in the middle of a change, or did not end one?
    pub fn is_unfinished(&self) -> bool {
        self.present && self.seal.is_none()
    }

    /// A table that no ports fill, as it is when it was made.
    pub fn of(program: &Program) -> Held {
        let sets = program.sets.iter();
        let (sets, fixed) = sets
            .map(|(name, (set, elements))| {
                let name = name.clone();
                ((name.clone(), set.clone()), (name, elements.clone()))
            })
            .unzip();
        Held {
            present: true,
            sets,
            fixed,
            chains: program.chains.clone(),
            ..Held::default()
        }
    }

    /// Reads the table. Whoever calls this sees to it that the generation is the same before and after.
    pub(crate) fn read(
        kernel: &mut Connection,
        table: &TableId,
        depth: Depth,
        generation: Generation,
    ) -> Result<Held, Error> {
        if !kernel.tables(table.family)?.contains(&table.name) {
            return Ok(Held::default());
        }
        let mut held = Held {
            present: true,
            dormant: kernel.is_dormant(table)?,
            ..Held::default()
        };
        for chain in kernel.chains(table)? {
            held.chains.insert(
                chain.name,
                ChainBody {
                    base: chain.base,
                    rules: Vec::new(),
                },
            );
        }
        for (chain, rule) in kernel.rules(table)? {
            held.chains.entry(chain).or_default().rules.push(rule);
        }
        for set in kernel.sets(table)? {
            held.sets.insert(set.name.clone(), set);
        }
        held.read_seal(kernel, table, generation)?;
        for name in held.sets.keys().cloned().collect::<Vec<_>>() {
            match name.as_str() {
                PORTS => {
                    let elements = kernel.elements(table, &name)?;
                    held.entries = elements.into_iter().map(Entry::read).collect();
                }
                SEAL | REFUSED => {}
                _ if is_claim_set(&name) => {}
                _ => {
                    let elements = kernel.elements(table, &name)?;
                    held.fixed.insert(name, elements);
                }
            }
        }
        if depth == Depth::Whole || !held.sealed {
            held.read_contents(kernel, table)?;
        }
        Ok(held)
    }

    fn read_seal(
        &mut self,
        kernel: &mut Connection,
        table: &TableId,
        generation: Generation,
    ) -> Result<(), Error> {
        if !self.sets.contains_key(SEAL) {
            return Ok(());
        }
        for element in kernel.elements(table, SEAL)? {
            self.sealed |= element.key == generation.0.to_ne_bytes();
            if let Some((number, digest)) = element.note.split_first_chunk() {
                self.next_number = u32::from_ne_bytes(*number);
                self.seal = digest.try_into().ok();
            }
        }
        Ok(())
    }

    /// Reads the claims of every port.
    pub fn read_contents(&mut self, kernel: &mut Connection, table: &TableId) -> Result<(), Error> {
        let mut contents = BTreeMap::new();
        for name in self.sets.keys().filter(|name| is_claim_set(name)) {
            contents.insert(name.clone(), kernel.elements(table, name)?);
        }
        self.contents = Some(contents);
        let counters = kernel.counters(table)?;
        self.counters = counters.into_iter().map(|counter| counter.name).collect();
        Ok(())
    }

    /// Stands for what is in force besides ports.
    pub fn host_digest(&self) -> PortDigest {
        let taken = self
            .contents
            .iter()
            .flatten()
            .filter(|(set, _)| set.starts_with("taken-"));
        let taken = taken.map(|(set, elements)| {
            (
                set.as_str(),
                elements
                    .iter()
                    .map(|element| element.key.as_slice())
                    .collect(),
            )
        });
        let ingress = self.chains.iter().filter(|(name, _)| is_ingress(name));
        let mut devices: Vec<DeviceSpec> = ingress
            .filter(|(name, _)| !name.contains('.'))
            .filter_map(|(_, body)| body.base.as_ref())
            .flat_map(|base| base.devices.iter().cloned())
            .collect();
        devices.sort_unstable();
        host_digest(taken, &devices)
    }

    /// A number that no claim in the kernel stands under.
    pub fn free_number(&self) -> u32 {
        let entries = self.entries.iter().map(|entry| entry.number);
        let claims = self
            .contents
            .iter()
            .flatten()
            .filter(|(set, _)| is_identity_set(set));
        let claims = claims.flat_map(|(_, elements)| elements).map(number_of);
        entries
            .chain(claims)
            .max()
            .map_or(1, |most| most.wrapping_add(1))
            .max(self.next_number)
    }

    /// The claims in the kernel by the number they stand under: set and key behind the number.
    pub fn claims(&self) -> HashMap<u32, Vec<(&str, &Element)>> {
        let mut claims: HashMap<u32, Vec<(&str, &Element)>> = HashMap::new();
        for (set, elements) in self.contents.iter().flatten() {
            if is_identity_set(set) {
                for element in elements {
                    claims
                        .entry(number_of(element))
                        .or_default()
                        .push((set, element));
                }
            }
        }
        claims
    }

    /// What the rules in the kernel seem to have been made for.
    pub fn shape(&self) -> Shape {
        let lengths = |prefix: &str| -> BTreeSet<u8> {
            let suffix = |name: &String| name.strip_prefix(prefix)?.parse().ok();
            self.sets.keys().filter_map(suffix).collect()
        };
        let courts = self
            .fixed
            .get(COURTS)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let courts = courts
            .iter()
            .filter_map(court_of)
            .chain(self.ports_courts());
        let judge = self.chains.get(JUDGE).map(|chain| chain.rules.as_slice());
        Shape {
            scale: Scale::of_size(self.sets.get(PORTS).and_then(|set| set.size)),
            knows_own: judge.is_some_and(|rules| rules.contains(&is_own())),
            classes: courts.map(|court| court.class).collect(),
            v4_lengths: lengths("ip4-"),
            v6_lengths: lengths("ip6-"),
            taken_lengths: lengths("taken-"),
            unknown: self.unknown(),
        }
    }

    /// What becomes of frames from a guarded interface without a port.
    pub fn unknown(&self) -> Unknown {
        let chain = self.chains.get(&Fate::Refuse.chain(Reason::UnknownPort));
        let last = chain.and_then(|chain| chain.rules.last()?.exprs.last());
        match last {
            Some(Expr::Verdict(Verdict::Accept)) => Unknown::Audit,
            _ => Unknown::Refuse,
        }
    }

    fn ports_courts(&self) -> impl Iterator<Item = Court> + '_ {
        self.entries.iter().filter_map(|entry| entry.court)
    }

    /// Keys of a set that ports fill.
    pub fn keys_of(&self, set: &str) -> HashSet<&[u8]> {
        let elements = self
            .contents
            .as_ref()
            .and_then(|contents| contents.get(set));
        elements
            .into_iter()
            .flatten()
            .map(|element| element.key.as_slice())
            .collect()
    }
}

/// Do ports fill this set?
pub fn is_claim_set(name: &str) -> bool {
    WAYS.contains(&name) || name.starts_with("taken-") || is_identity_set(name)
}

/// Do its keys begin with the number of a port?
pub fn is_identity_set(name: &str) -> bool {
    let length = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|len| len.parse::<u8>().is_ok())
    };
    name == MACS || name == ETHERTYPES || length("ip4-") || length("ip6-")
}

/// The number that the key of a claim begins with.
pub fn number_of(element: &Element) -> u32 {
    element
        .key
        .first_chunk()
        .copied()
        .map_or(0, u32::from_ne_bytes)
}

fn court_of(element: &Element) -> Option<Court> {
    match element.value {
        Value::Verdict(_) => Court::from_word(number_of(element)),
        Value::None | Value::Bytes(_) | Value::Counter(_) => None,
    }
}
