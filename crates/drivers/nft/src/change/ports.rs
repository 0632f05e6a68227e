//! The ports, and what they claim.

use std::collections::{BTreeMap, HashMap, HashSet};

use vifguard_netlink::nft::{DeviceSpec, Element};

use super::Change;
use crate::binding;
use crate::class::{Court, Edition};
use crate::contents::{Admitted, Entry, Tenant, Tenants};
use crate::edit::Op;
use crate::held::{Held, is_identity_set, number_of};
use crate::names::{PORTS, WAYS};
use crate::ways;

/// The ports in the kernel, by the key of their interface.
type Entries<'a> = HashMap<&'a [u8], &'a Entry>;

impl Change {
    /// Decides about every port. Returns the numbers that stay in use.
    pub(super) fn ports(&mut self, held: &Held, tenants: &Tenants<'_>) -> HashSet<u32> {
        let entries = entries(held);
        let claims = held.claims();
        let mut live = HashSet::with_capacity(tenants.ports.len());
        let mut wanted = HashSet::with_capacity(tenants.ports.len());
        let mut added: BTreeMap<String, Vec<Element>> = BTreeMap::new();
        let (mut out, mut into) = (Vec::new(), Vec::new());
        for tenant in &tenants.ports {
            let key = tenant.key();
            let entry = entries.get(key.as_slice()).copied();
            wanted.insert(key);
            if let Some(entry) = entry.filter(|entry| is_same(tenant, entry)) {
                if held.contents.is_none() || entry.is_intact(&claims) {
                    live.insert(entry.number);
                    self.applied.unchanged += 1;
                    continue;
                }
                let what = format!("port {}: its claims had been changed", tenant.identity.port);
                self.applied.repaired.push(what);
            }
            let number = self.next_number;
            self.next_number = self.next_number.wrapping_add(1);
            live.insert(number);
            for (set, element) in tenant.elements(number) {
                added.entry(set).or_default().push(element);
            }
            self.note(tenant, entry);
            out.extend(entry.map(|entry| entry.element.clone()));
            let court = Court {
                class: tenant.class,
                edition: edition(entry),
            };
            let admitted = match entry.filter(|entry| entry.port == tenant.identity.port) {
                Some(entry) => entry.admitted,
                None => tenants.admitting.then(|| admission(held, tenant, entry)),
            };
            into.push(tenant.entry(court, number, admitted));
        }
        for entry in &tenants.kept {
            live.insert(entry.number);
            wanted.insert(entry.element.key.clone());
        }
        let stays: HashSet<String> = tenants.ports.iter().map(Tenant::counter).collect();
        for entry in &held.entries {
            if !wanted.contains(&entry.element.key) {
                self.applied.removed.push(entry.port.clone());
                // It may have the interface that is called so now.
                if !stays.contains(&ways::counter(&entry.device, &entry.port)) {
                    self.forgotten.insert(entry.device.clone());
                }
                out.push(entry.element.clone());
            }
        }
        self.applied.note_moves();
        for (set, elements) in added {
            self.make.add_elements(&set, elements);
        }
        self.flip.delete_elements(PORTS, out);
        self.flip.add_elements(PORTS, into);
        live
    }

    /// What a new claim of an interface means for ports.
    fn note(&mut self, tenant: &Tenant<'_>, entry: Option<&Entry>) {
        let name = tenant.identity.port.clone();
        match entry {
            None => self.applied.added.push(name),
            Some(entry) if entry.port == name => self.applied.changed.push(name),
            Some(entry) => {
                // Another port's frames are not this one's.
                self.forgotten.insert(entry.device.clone());
                self.applied.removed.push(entry.port.clone());
                self.applied.added.push(name);
            }
        }
    }

    pub(super) fn taken(&mut self, held: &Held, tenants: &Tenants<'_>) {
        for (set, keys) in &tenants.taken {
            let there = held.keys_of(set);
            let mut missing: Vec<Element> = keys
                .iter()
                .filter(|key| !there.contains(key.as_slice()))
                .map(|key| Element::of(key.clone()))
                .collect();
            missing.sort_unstable();
            self.make.add_elements(set, missing);
        }
    }

    pub(super) fn cut_claims(&mut self, held: &Held, tenants: &Tenants<'_>, live: &HashSet<u32>) {
        let used: HashSet<u32> = held.entries.iter().map(|entry| entry.number).collect();
        let claims = held.contents.iter().flatten();
        for (set, elements) in claims.filter(|(set, _)| !WAYS.contains(&set.as_str())) {
            let stays = |element: &&Element| {
                if is_identity_set(set) {
                    return live.contains(&number_of(element));
                }
                let taken = tenants.taken.get(set);
                taken.is_some_and(|keys| keys.contains(&element.key))
            };
            let gone = elements.iter().filter(|element| !stays(element)).cloned();
            let (unused, gone): (Vec<_>, Vec<_>) = gone
                .partition(|element| is_identity_set(set) && !used.contains(&number_of(element)));
            self.sweep.delete_elements(set, unused);
            // A set that goes takes its elements along.
            if !self.cut.0.contains(&Op::DeleteSet(set.clone())) {
                self.cut.delete_elements(set, gone);
            }
        }
    }
}

/// Must the claims be read before the change can be worked out?
pub fn needs_contents(held: &Held, tenants: &Tenants<'_>) -> bool {
    let entries = entries(held);
    let stays = |tenant: &&Tenant<'_>| {
        let entry = entries.get(tenant.key().as_slice());
        entry.is_some_and(|entry| is_same(tenant, entry))
    };
    let kept = tenants.ports.iter().filter(stays).count();
    let takes = |set: &String| set.starts_with("taken-");
    held.present
        && (kept < held.entries.len() || !tenants.taken.is_empty() || held.sets.keys().any(takes))
}

fn entries(held: &Held) -> Entries<'_> {
    let keyed = |entry| (key_of(entry), entry);
    held.entries.iter().map(keyed).collect()
}

fn key_of(entry: &Entry) -> &[u8] {
    &entry.element.key
}

/// What to remember of an interface that gets its port beside what is there.
fn admission(held: &Held, tenant: &Tenant<'_>, before: Option<&Entry>) -> Admitted {
    if let Some(admitted) = before.and_then(|before| before.admitted) {
        return admitted;
    }
    let name = DeviceSpec::Name(tenant.device.to_owned());
    match binding::specs(held).contains(&name) {
        true => Admitted::ToGuarded,
        false => Admitted::New,
    }
}

/// The edition that does not judge the interface now.
fn edition(entry: Option<&Entry>) -> Edition {
    let court = entry.and_then(|entry| entry.court);
    court.map_or(Edition::A, |court| court.edition.other())
}

fn is_same(tenant: &Tenant<'_>, entry: &Entry) -> bool {
    entry.digest == tenant.digest
        && entry.network == tenant.network
        && entry.port == tenant.identity.port
        && entry.device == tenant.device
        && entry.court.is_some_and(|court| court.class == tenant.class)
}
