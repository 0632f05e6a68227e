//! What ports put into the sets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};
use vifguard_driver::{BoundPort, Desired};
use vifguard_netlink::nft::{DeviceSpec, Element, Value};
use vifguard_policy::{Guard, GuardSet, Identity, LinkLocalRule, Mode};

use crate::binding::INGRESS;
use crate::change::Bases;
use crate::class::{By, Class, Court};
use crate::names::{self, ETHERTYPES, MACS, Scale, index_key, name_key, show_device};
use crate::program::Shape;
use crate::ways::{self, Ways};

/// Stands for everything that a port may claim and how it is judged; two ports with the same digest
/// are guarded alike. Long enough that no tenant can make two policies collide.
pub type PortDigest = [u8; 16];

/// One port as the driver lays it out, before it has an identity number.
#[derive(Clone, Debug)]
pub struct Tenant<'a> {
    /// Its interface.
    pub device: &'a str,
    /// The number of that, if it is the port's whatever it is called.
    pub index: Option<u32>,
    /// What it may claim.
    pub identity: &'a Identity,
    /// How it is judged.
    pub class: Class,
    /// The number of its network, where it needs one; 0 otherwise.
    pub network: u32,
    /// Its digest.
    pub digest: PortDigest,
}

/// All ports, and what they need of the rules.
#[derive(Clone, Debug)]
pub struct Tenants<'a> {
    /// The ports, in the order of the policy.
    pub ports: Vec<Tenant<'a>>,
    /// What the rules must provide.
    pub shape: Shape,
    /// Link-locals that belong to somebody, on networks where a port owns all others.
    pub taken: BTreeMap<String, HashSet<Vec<u8>>>,
    /// Ports that stay as the kernel holds them.
    pub kept: Vec<Entry>,
    /// The ports are put beside what is there, and come with this note.
    pub admitting: bool,
}

impl<'a> Tenants<'a> {
    /// Lays out a desired state.
    pub fn of(desired: &'a Desired, knows_own: bool) -> Tenants<'a> {
        let numbers = network_numbers(desired);
        let number = |port: &Identity| match &port.link_local {
            LinkLocalRule::Listed => 0,
            LinkLocalRule::AnyBut(_) => numbers[port.network],
        };
        let ports: Vec<Tenant> = desired
            .ports
            .iter()
            .filter(|port| !port.is_awaited())
            .map(|port| Tenant::of(port, number(&port.identity)))
            .collect();
        let taken = taken(&ports);
        let shape = Shape {
            knows_own,
            ..shape(desired, &ports, &taken)
        };
        Tenants {
            ports,
            shape,
            taken,
            kept: Vec::new(),
            admitting: false,
        }
    }
}

impl Tenants<'_> {
    /// Stands for what is to be in force besides ports.
    pub fn host_digest(&self, bases: &Bases) -> PortDigest {
        let keys = |keys: &'_ HashSet<Vec<u8>>| keys.iter().cloned().collect::<Vec<_>>();
        let taken: Vec<(&str, Vec<Vec<u8>>)> = self
            .taken
            .iter()
            .map(|(set, all)| (set.as_str(), keys(all)))
            .collect();
        let taken = taken
            .iter()
            .map(|(set, keys)| (*set, keys.iter().map(Vec::as_slice).collect()));
        let devices = bases.get(INGRESS).map(|base| base.devices.as_slice());
        host_digest(taken, devices.unwrap_or_default())
    }
}

impl<'a> Tenant<'a> {
    fn of(port: &'a BoundPort, network: u32) -> Tenant<'a> {
        let identity = &port.identity;
        let class = Class {
            guards: identity.guards,
            any_link_local: matches!(identity.link_local, LinkLocalRule::AnyBut(_)),
            audit: identity.mode == Mode::Audit,
            by: match port.index {
                Some(_) => By::Index,
                None => By::Name,
            },
        };
        let mut tenant = Tenant {
            device: port.device.as_str(),
            index: port.index,
            identity,
            class,
            network,
            digest: [0; 16],
        };
        tenant.digest = digest(&identity.port, class, network, tenant.keys());
        tenant
    }

    /// What its elements are, by set: keys without the identity number they begin with.
    pub fn keys(&self) -> Vec<(String, Vec<u8>)> {
        let identity = self.identity;
        let mut keys = Vec::with_capacity(8);
        for mac in &identity.macs {
            keys.push((MACS.to_owned(), [mac.0.as_slice(), &[0, 0]].concat()));
        }
        for net in &identity.v4 {
            keys.push((names::v4(net.prefix_len()), net.network().octets().to_vec()));
        }
        for net in &identity.v6 {
            keys.push((names::v6(net.prefix_len()), net.network().octets().to_vec()));
        }
        // Where l2 is off nobody asks for them.
        if self.class.has(Guard::L2) {
            for ethertype in &identity.ethertypes {
                let [high, low] = ethertype.to_be_bytes();
                keys.push((ETHERTYPES.to_owned(), vec![high, low, 0, 0]));
            }
        }
        keys
    }

    /// Its elements under an identity number, by set.
    pub fn elements(&self, number: u32) -> impl Iterator<Item = (String, Element)> + use<> {
        let number = number.to_ne_bytes();
        self.keys()
            .into_iter()
            .map(move |(set, key)| (set, Element::of([&number, key.as_slice()].concat())))
    }

    /// Its element in the map of ports.
    pub fn entry(&self, court: Court, number: u32, admitted: Option<Admitted>) -> Element {
        let data = [0, court.word(), self.network, number]
            .map(u32::to_ne_bytes)
            .concat();
        let name = self.identity.port.as_bytes();
        let mark = admitted.map(Admitted::mark);
        // Where the key does not say what the interface is called, the note does.
        let device = self.index.map(|_| [&[0], self.device.as_bytes()].concat());
        let device = device.unwrap_or_default();
        let note = [self.digest.as_slice(), name, &device, mark.as_slice()].concat();
        Element {
            note,
            ..Element::mapping(self.key(), data)
        }
    }

    /// What leads to its counter.
    pub fn ways(&self) -> Ways {
        ways::wanted(&self.key(), self.device, self.identity, self.class)
    }

    /// The name of its counter.
    pub fn counter(&self) -> String {
        ways::counter(self.device, &self.identity.port)
    }

    /// Its key in the map of ports.
    pub fn key(&self) -> Vec<u8> {
        match self.index {
            Some(index) => index_key(index),
            None => name_key(self.device),
        }
    }
}

/// The digest of a port with these keys, in whatever order they are.
pub fn digest(
    port: &str,
    class: Class,
    network: u32,
    mut keys: Vec<(String, Vec<u8>)>,
) -> PortDigest {
    keys.sort_unstable();
    let court = Court {
        class,
        edition: crate::class::Edition::A,
    };
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(bytes);
    };
    add(port.as_bytes());
    add(&court.word().to_be_bytes());
    add(&network.to_be_bytes());
    for (set, key) in &keys {
        add(set.as_bytes());
        add(key);
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.finalize()[..16]);
    digest
}

/// Stands for what is in force besides ports: who link-locals belong to, which interfaces are guarded.
pub fn host_digest<'a>(
    taken: impl IntoIterator<Item = (&'a str, Vec<&'a [u8]>)>,
    devices: &[DeviceSpec],
) -> PortDigest {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (set, keys) in taken {
        parts.extend(keys.into_iter().map(|key| (set.to_owned(), key.to_vec())));
    }
    parts.extend(
        devices
            .iter()
            .map(|device| ("guard".to_owned(), show_device(device).into())),
    );
    let nobody = Class {
        guards: GuardSet::NONE,
        any_link_local: false,
        audit: false,
        by: By::Name,
    };
    digest("", nobody, 0, parts)
}

/// Numbers for the networks that do not change when networks come and go: from their names.
fn network_numbers(desired: &Desired) -> Vec<u32> {
    let mut used = BTreeSet::from([0]);
    let mut numbers = vec![0; desired.networks.len()];
    let mut order: Vec<usize> = (0..desired.networks.len()).collect();
    order.sort_unstable_by_key(|i| &desired.networks[*i]);
    for i in order {
        let hash = Sha256::digest(desired.networks[i].as_bytes());
        let mut number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        while !used.insert(number) {
            number = number.wrapping_add(1);
        }
        numbers[i] = number;
    }
    numbers
}

fn taken(ports: &[Tenant<'_>]) -> BTreeMap<String, HashSet<Vec<u8>>> {
    let mut taken: BTreeMap<String, HashSet<Vec<u8>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for port in ports {
        let LinkLocalRule::AnyBut(others) = &port.identity.link_local else {
            continue;
        };
        if !seen.insert(port.network) {
            continue;
        }
        for net in others.prefixes() {
            let key = [
                &port.network.to_ne_bytes(),
                net.network().octets().as_slice(),
            ]
            .concat();
            taken
                .entry(names::taken(net.prefix_len()))
                .or_default()
                .insert(key);
        }
    }
    taken
}

fn shape(
    desired: &Desired,
    ports: &[Tenant<'_>],
    taken: &BTreeMap<String, HashSet<Vec<u8>>>,
) -> Shape {
    let mut shape = Shape {
        unknown: desired.host.unknown,
        ..Shape::default()
    };
    for port in ports {
        shape.classes.insert(port.class);
        shape
            .v4_lengths
            .extend(port.identity.v4.iter().map(|net| net.prefix_len()));
        shape
            .v6_lengths
            .extend(port.identity.v6.iter().map(|net| net.prefix_len()));
    }
    let length = |name: &String| name.strip_prefix("taken-").and_then(|len| len.parse().ok());
    shape.scale = scale(ports, taken);
    shape.taken_lengths = taken.keys().filter_map(length).collect();
    shape
}

/// Room for the largest of the sets.
fn scale(ports: &[Tenant<'_>], taken: &BTreeMap<String, HashSet<Vec<u8>>>) -> Scale {
    let count = |of: fn(&Identity) -> usize| ports.iter().map(|port| of(port.identity)).sum();
    let sizes: [usize; 6] = [
        count(|identity| identity.macs.len()),
        count(|identity| identity.v4.len()),
        count(|identity| identity.v6.len()),
        count(|identity| identity.ethertypes.len()),
        count(ways::room),
        taken.values().map(HashSet::len).max().unwrap_or(0),
    ];
    Scale::with_room_for(sizes.into_iter().max().unwrap_or(0))
}

/// One port as the kernel holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The element itself.
    pub element: Element,
    /// What its interface was called when it was put in.
    pub device: String,
    /// Its name.
    pub port: String,
    /// Who judges it; none if the number means nothing.
    pub court: Option<Court>,
    /// The number of its network.
    pub network: u32,
    /// The number under which its claims stand in the sets.
    pub number: u32,
    /// What those claims were when they were put in.
    pub digest: PortDigest,
    /// It was put in beside what was there, and goes with its interface.
    pub admitted: Option<Admitted>,
}

/// How a port came to be in force that no whole policy asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// Its interface was not guarded by its name before.
    New,
    /// It was, without a port.
    ToGuarded,
}

impl Admitted {
    /// What stands behind the port's name; no name holds such a character.
    const fn mark(self) -> u8 {
        match self {
            Admitted::New => 1,
            Admitted::ToGuarded => 2,
        }
    }

    fn take(name: &[u8]) -> (Option<Admitted>, &[u8]) {
        match name {
            [name @ .., 1] => (Some(Admitted::New), name),
            [name @ .., 2] => (Some(Admitted::ToGuarded), name),
            _ => (None, name),
        }
    }
}

impl Entry {
    /// Reads an element of the map of ports.
    pub fn read(element: Element) -> Entry {
        let word = |at: usize| match &element.value {
            Value::Bytes(bytes) => bytes
                .get(at..at + 4)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u32::from_ne_bytes),
            Value::None | Value::Verdict(_) | Value::Counter(_) => 0,
        };
        let mut digest = [0; 16];
        let (head, name) = element.note.split_at(element.note.len().min(16));
        digest[..head.len()].copy_from_slice(head);
        let (admitted, name) = Admitted::take(name);
        let by = names::by(&element.key);
        let mut parts = name.splitn(2, |byte| *byte == 0);
        let name = parts.next().unwrap_or_default();
        let device = match by {
            By::Name => device_of(&element.key),
            By::Index => String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned(),
        };
        Entry {
            device,
            port: String::from_utf8_lossy(name).into_owned(),
            // A court that looks its ports up in the other way never finds them.
            court: Court::from_word(word(4)).filter(|court| court.class.by == by),
            network: word(8),
            number: word(12),
            digest,
            admitted,
            element,
        }
    }
}

impl Entry {
    /// Are its claims, among all that the kernel holds by number, those that were put in?
    pub fn is_intact(&self, claims: &HashMap<u32, Vec<(&str, &Element)>>) -> bool {
        let there = claims
            .get(&self.number)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let keys = there
            .iter()
            .map(|(set, e)| ((*set).to_owned(), e.key[4..].to_vec()))
            .collect();
        self.court
            .is_some_and(|court| digest(&self.port, court.class, self.network, keys) == self.digest)
    }
}

/// The interface name that a key begins with.
pub fn device_of(key: &[u8]) -> String {
    let name = &key[..key.len().min(16)];
    let end = name
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}
