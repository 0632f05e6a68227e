//! What libvirt holds, and what of it the kernel has.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_driver::Drift;

use crate::filter::Filter;
use crate::names::{self, OURS, PART};
use crate::note::Note;
use crate::program;

/// Filters of ours, all bindings, and the kernel's rules.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Filters of ours, by name.
    pub filters: BTreeMap<String, Filter>,
    /// Interfaces and the filters that they are bound to, ours or not.
    pub bindings: BTreeMap<String, String>,
    /// Interfaces that are bound and not there: libvirt keeps their rules as they are, and makes none anew.
    pub gone: BTreeSet<String>,
    /// The rules that ebtables shows.
    pub kernel: Kernel,
}

/// The table in which libvirt keeps its rules, by chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel(BTreeMap<String, Vec<KernelRule>>);

/// As much of a rule as is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelRule {
    /// The interface that it asks for, if it does.
    pub device: Option<String>,
    /// What becomes of a frame.
    pub target: String,
    /// How many it has matched.
    pub frames: u64,
}

impl Held {
    /// The note of a wrapper.
    pub fn note(&self, filter: &str) -> Option<Note> {
        let filter = self.filters.get(filter)?;
        let comments = filter
            .rules
            .iter()
            .filter_map(|rule| rule.fields.get("comment"));
        comments.filter_map(|comment| Note::read(comment)).next()
    }

    /// Is anything of ours there?
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// Interfaces that are bound to filters of ours, with their notes.
    pub fn bound(&self) -> impl Iterator<Item = (&String, &String, Option<Note>)> {
        let ours = self
            .bindings
            .iter()
            .filter(|(_, filter)| names::is_wrapper(filter));
        ours.map(|(device, filter)| (device, filter, self.note(filter)))
    }

    /// Has the kernel what a filter says for an interface, as far as libvirt can put it there now?
    pub fn is_in_kernel(&self, device: &str, filter: &Filter) -> bool {
        self.gone.contains(device) || self.has_rules(device, filter)
    }

    fn has_rules(&self, device: &str, filter: &Filter) -> bool {
        let parts = filter.references.iter().map(|name| self.filters.get(name));
        let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
            return false;
        };
        self.kernel.has(device, filter, &parts)
    }

    /// What is not as it was left.
    pub fn drift(&self) -> Vec<Drift> {
        let mut drift = Vec::new();
        for (name, filter) in &self.filters {
            let digest = name.strip_prefix(PART);
            if digest.is_some_and(|digest| digest != filter.digest()) {
                drift.push(of_all(format!("filter {name} was changed")));
            }
        }
        for name in self.filters.keys().filter(|name| names::is_wrapper(name)) {
            let Some(note) = self.note(name) else {
                drift.push(of_all(format!("filter {name} was changed")));
                continue;
            };
            let port = Some(note.port.clone());
            let mut say = |what| {
                drift.push(Drift {
                    port: port.clone(),
                    what,
                });
            };
            if self.said(name) != Some(note.digest) {
                say(format!("filter {name} was changed"));
            }
            let bound = self.bindings.iter().filter(|(_, filter)| *filter == name);
            let devices: Vec<&String> = bound.map(|(device, _)| device).collect();
            if devices.is_empty() && names::is_of_device(name) {
                say(format!("{} is bound to its filter no more", note.device));
            }
            for device in devices {
                let filter = &self.filters[name];
                if self.gone.contains(device) && !self.has_rules(device, filter) {
                    say(format!(
                        "{device} is away, and libvirt makes its rules anew only when it is back: until the next \
                         enforce it would meet those of before"
                    ));
                } else if !self.is_in_kernel(device, filter) {
                    say(format!("rules of {device} in ebtables were changed"));
                }
            }
        }
        drift.sort_unstable();
        drift.dedup();
        drift
    }

    /// The digest of a wrapper without its note.
    fn said(&self, name: &str) -> Option<String> {
        let mut filter = self.filters.get(name)?.clone();
        filter
            .rules
            .retain(|rule| !rule.fields.contains_key("comment"));
        Some(filter.digest())
    }
}

impl Kernel {
    /// What `ebtables -t nat -L --Lc` prints.
    pub fn read(listing: &str) -> Kernel {
        let mut chains: BTreeMap<String, Vec<KernelRule>> = BTreeMap::new();
        let mut current = None;
        for line in listing.lines() {
            if let Some(rest) = line.strip_prefix("Bridge chain: ") {
                let name = rest.split(", entries:").next().unwrap_or_default();
                chains.insert(name.to_owned(), Vec::new());
                current = Some(name.to_owned());
                continue;
            }
            let Some(rules) = current.as_ref().and_then(|name| chains.get_mut(name)) else {
                continue;
            };
            if let Some(rule) = rule(line) {
                rules.push(rule);
            }
        }
        Kernel(chains)
    }

    /// The names of all chains.
    pub(crate) fn chains(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The chains of an interface, by their suffix; the root's is empty.
    pub fn chains_of(&self, device: &str) -> BTreeMap<&str, &[KernelRule]> {
        let (root, prefix) = (format!("libvirt-I-{device}"), format!("I-{device}-"));
        let suffix = |name: &'_ String| -> Option<usize> {
            if *name == root {
                return Some(name.len());
            }
            // `tap` has no part in what is `tap-web`'s.
            let suffix = name.strip_prefix(&prefix)?;
            program::reason(suffix).map(|_| prefix.len())
        };
        let own = self.0.iter();
        own.filter_map(|(name, rules)| Some((&name[suffix(name)?..], rules.as_slice())))
            .collect()
    }

    fn has(&self, device: &str, wrapper: &Filter, parts: &[&Filter]) -> bool {
        let root = format!("libvirt-I-{device}");
        let entrances = self.0.get("PREROUTING").map_or(&[][..], Vec::as_slice);
        let leads =
            |rule: &KernelRule| rule.device.as_deref() == Some(device) && rule.target == root;
        let chains = self.chains_of(device);
        let targets = |suffix: &str| -> Vec<&str> {
            let rules = chains.get(suffix).copied().unwrap_or_default();
            rules.iter().map(|rule| rule.target.as_str()).collect()
        };
        let jumps = parts
            .iter()
            .map(|part| format!("I-{device}-{}", part.chain));
        let mut expected: Vec<String> = jumps.collect();
        let own = wrapper
            .rules
            .iter()
            .map(|rule| (rule.priority, rule.action.target()));
        let (before, behind): (Vec<_>, Vec<_>) = own.partition(|(priority, _)| *priority < -900);
        let before = before.into_iter().map(|(_, target)| target.to_owned());
        expected.splice(0..0, before);
        expected.extend(behind.into_iter().map(|(_, target)| target.to_owned()));
        let as_said = |part: &&Filter| {
            let said: Vec<&str> = part.rules.iter().map(|rule| rule.action.target()).collect();
            targets(&part.chain) == said
        };
        entrances.iter().any(leads) && targets("") == expected && parts.iter().all(as_said)
    }
}

/// `-i tap0 -j libvirt-I-tap0 , pcnt = 3 -- bcnt = 180`
fn rule(line: &str) -> Option<KernelRule> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let behind = |word: &str| {
        let at = words.iter().rposition(|other| *other == word)?;
        words.get(at + 1).copied()
    };
    let frames = words.iter().position(|word| *word == "pcnt");
    let frames = frames.and_then(|at| words.get(at + 2)?.parse().ok());
    Some(KernelRule {
        device: behind("-i").map(str::to_owned),
        target: behind("-j")?.to_owned(),
        frames: frames.unwrap_or_default(),
    })
}

fn of_all(what: String) -> Drift {
    Drift { port: None, what }
}

/// Names of ours among those that libvirt lists.
pub(crate) fn ours(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let ours = names.into_iter().filter(|name| name.starts_with(OURS));
    ours.collect()
}
