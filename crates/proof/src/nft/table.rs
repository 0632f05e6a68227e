use std::collections::HashMap;

use vifguard_netlink::nft::{BaseChain, DeviceSpec, Element, Hook, Set};
use vifguard_nft::held::{Held, is_claim_set};
use vifguard_nft::names::PORTS;
use vifguard_nft::program::ChainBody;

/// A table as the kernel holds it, laid out for look-ups.
#[derive(Debug)]
pub(crate) struct Table<'h> {
    held: &'h Held,
    /// By set, sorted by key.
    elements: HashMap<&'h str, Vec<&'h Element>>,
    /// Base chains by the device that they are bound to, and those bound to prefixes of names.
    by_device: HashMap<&'h str, Vec<Bound<'h>>>,
    by_prefix: Vec<(&'h str, Bound<'h>)>,
}

/// A base chain, by its place among others.
type Bound<'h> = (i32, &'h str);

impl<'h> Table<'h> {
    pub(crate) fn new(held: &'h Held) -> Table<'h> {
        let sets = held.fixed.iter().chain(held.contents.iter().flatten());
        let mut elements: HashMap<&str, Vec<&Element>> = sets
            .map(|(set, elements)| (set.as_str(), elements.iter().collect()))
            .collect();
        let ports = held.entries.iter().map(|entry| &entry.element).collect();
        elements.insert(PORTS, ports);
        for elements in elements.values_mut() {
            elements.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        }
        let mut table = Table {
            held,
            elements,
            by_device: HashMap::new(),
            by_prefix: Vec::new(),
        };
        table.bind();
        table
    }

    fn bind(&mut self) {
        for (name, base) in self.bases(|base| base.hook == Hook::Ingress) {
            let bound = (base.priority, name);
            for spec in &base.devices {
                match spec {
                    DeviceSpec::Name(device) => {
                        self.by_device.entry(device).or_default().push(bound);
                    }
                    DeviceSpec::Prefix(prefix) => self.by_prefix.push((prefix, bound)),
                }
            }
        }
    }

    pub(crate) fn held(&self) -> &'h Held {
        self.held
    }

    pub(super) fn chain(&self, name: &str) -> Option<&'h ChainBody> {
        self.held.chains.get(name)
    }

    pub(super) fn set(&self, name: &str) -> Option<&'h Set> {
        self.held.sets.get(name)
    }

    /// The elements whose keys begin so, sorted; none if they were not read, because frames change them.
    pub(crate) fn elements(&self, set: &str, begins: &[u8]) -> Option<&[&'h Element]> {
        let all = self.elements.get(set)?;
        let first = all.partition_point(|element| element.key.as_slice() < begins);
        let rest = &all[first..];
        let count = rest.partition_point(|element| element.key.starts_with(begins));
        Some(&rest[..count])
    }

    /// The element that stands for all keys that have none.
    pub(super) fn catch_all(&self, set: &str) -> Option<&'h Element> {
        let first = self.elements.get(set)?.first()?;
        first.key.is_empty().then_some(*first)
    }

    /// Has one of the sets that ports fill such an element? Then they hold what no port says.
    pub(super) fn claims_catch_all(&self) -> bool {
        let mut sets = self.elements.keys();
        sets.any(|set| is_claim_set(set) && self.catch_all(set).is_some())
    }

    /// Base chains that hang where the proof does not follow frames.
    pub(super) fn elsewhere(&self) -> Vec<&'h str> {
        let bases = self.bases(|base| base.hook == Hook::Other);
        bases.into_iter().map(|(name, _)| name).collect()
    }

    /// The element of this key.
    pub(crate) fn element(&self, set: &str, key: &[u8]) -> Option<&'h Element> {
        let found = self.elements(set, key)?.first()?;
        (found.key == key).then_some(*found)
    }

    /// The base chains that see what a device receives, in their order.
    pub(crate) fn ingress(&self, device: &str) -> Vec<&'h str> {
        let prefixes = self
            .by_prefix
            .iter()
            .filter(|(prefix, _)| device.starts_with(prefix));
        let named = self.by_device.get(device).into_iter().flatten();
        let mut bound: Vec<Bound<'_>> = named
            .chain(prefixes.map(|(_, bound)| bound))
            .copied()
            .collect();
        bound.sort_unstable();
        // A chain that is bound twice to a device is hooked once.
        bound.dedup();
        bound.into_iter().map(|(_, name)| name).collect()
    }

    /// What base chains at netdev ingress are bound to.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = &'h DeviceSpec> {
        let bases = self.bases(|base| base.hook == Hook::Ingress);
        bases.into_iter().flat_map(|(_, base)| &base.devices)
    }

    /// The base chains at the first hook of a family, in their order.
    pub(crate) fn prerouting(&self) -> Vec<&'h str> {
        let bases = self.bases(|base| base.hook == Hook::Prerouting);
        let mut bases: Vec<Bound<'_>> = bases
            .into_iter()
            .map(|(name, base)| (base.priority, name))
            .collect();
        bases.sort_unstable();
        bases.into_iter().map(|(_, name)| name).collect()
    }

    fn bases(&self, which: impl Fn(&BaseChain) -> bool) -> Vec<(&'h str, &'h BaseChain)> {
        if self.held.dormant {
            return Vec::new();
        }
        let bases = self.held.chains.iter();
        let bases = bases.filter_map(|(name, body)| Some((name.as_str(), body.base.as_ref()?)));
        bases.filter(|(_, base)| which(base)).collect()
    }
}
