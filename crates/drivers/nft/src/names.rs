//! The sets of the table: what they are called and how their keys are laid out.

use std::collections::BTreeSet;

use vifguard_netlink::nft::{DeviceSpec, Element, Set, SetData, Value};

use crate::class::By;
use crate::program::Shape;

/// Name of the table in every family that has one.
pub const TABLE: &str = "vifguard";

/// Interface to a word of no meaning, court, network and identity: which interface is which port. The notes of its
/// elements name the port.
pub const PORTS: &str = "ports";
/// Court to its first chain.
pub const COURTS: &str = "courts";
/// Interface to the counter of what passed from its port.
pub const PASSED: &str = "passed";
/// Interface, own MAC and EtherType to the same counter, where no address is asked for.
pub const SHORT: &str = "short";
/// Interface, own MAC, EtherType of IPv4 and own single address to the same counter.
pub const SHORT_IP4: &str = "short-ip4";
/// Interface, own MAC, EtherType of IPv6 and own single address to the same counter.
pub const SHORT_IP6: &str = "short-ip6";
/// The sets whose elements lead to counters.
pub const WAYS: [&str; 4] = [PASSED, SHORT, SHORT_IP4, SHORT_IP6];
/// Interface name and reason; counts frames that were refused, or would have been.
pub const REFUSED: &str = "refused";
/// Identity and own MAC.
pub const MACS: &str = "macs";
/// Identity and EtherType that passes although `l2` is on.
pub const ETHERTYPES: &str = "ethertypes";
/// In the gates: what becomes of frames that the judge never had, by the interface's name.
pub const GUARDED: &str = "guarded";
/// One element: the generation of nf_tables that our last change made.
pub const SEAL: &str = "seal";

/// Key length of an interface: its name (`IFNAMSIZ`), or its number and [`BEHIND_INDEX`].
/// One key stands for one interface in all sets, and both kinds of keys lie in the same.
const NAME: u32 = 16;
const IDENTITY: u32 = 4;
const MAC_AND_TYPE: u32 = 8;
const MOST_COURTS: u32 = 2048;
/// Interfaces times reasons. A frame that finds the set full is refused all the same, uncounted.
const MOST_COUNTERS: u32 = 1 << 18;

/// The set of own IPv4 prefixes of a length: identity and address.
pub fn v4(len: u8) -> String {
    format!("ip4-{len}")
}

/// The set of own IPv6 prefixes of a length: identity and address.
pub fn v6(len: u8) -> String {
    format!("ip6-{len}")
}

/// The set of link-local prefixes of a length that belong to somebody: network and address.
pub fn taken(len: u8) -> String {
    format!("taken-{len}")
}

/// How many elements the sets that ports fill have room for, in steps of four times as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale(u32);

impl Default for Scale {
    fn default() -> Scale {
        Scale::LEAST
    }
}

impl Scale {
    const LEAST: Scale = Scale(1 << 14);
    const MOST: Scale = Scale(1 << 22);

    /// Elements a set has room for.
    pub const fn elements(self) -> u32 {
        self.0
    }

    /// The smallest step with room for twice as many: a change makes the new beside the old.
    pub fn with_room_for(elements: usize) -> Scale {
        let wanted = u32::try_from(elements.saturating_mul(2)).unwrap_or(u32::MAX);
        let mut scale = Scale::LEAST;
        while scale.0 < wanted && scale < Scale::MOST {
            scale.0 <<= 2;
        }
        scale
    }

    /// The step whose sets have this size.
    pub fn of_size(size: Option<u32>) -> Scale {
        size.map_or_else(Scale::default, Scale)
    }
}

fn set(name: impl Into<String>, key_len: u32) -> Set {
    Set {
        name: name.into(),
        key_len,
        data: SetData::None,
        dynamic: false,
        size: None,
        odd: false,
    }
}

/// The map from courts to chains.
pub fn courts() -> Set {
    Set {
        data: SetData::Verdict,
        size: Some(MOST_COURTS),
        ..set(COURTS, 4)
    }
}

/// The set that counts refused frames, which rules fill.
pub fn refused() -> Set {
    Set {
        dynamic: true,
        size: Some(MOST_COUNTERS),
        ..set(REFUSED, NAME + 4)
    }
}

/// A set that never grows: its elements are part of the rules.
pub fn fixed(name: &str, key_len: u32, data: SetData, size: usize) -> Set {
    Set {
        data,
        size: u32::try_from(size).ok(),
        ..set(name, key_len)
    }
}

/// The sets whose elements come from ports.
///
/// They are tables of a fixed size: a look-up in one that grows costs half as much again.
pub fn port_sets(shape: &Shape) -> Vec<Set> {
    let size = Some(shape.scale.elements());
    let set = |name: &str, key_len| Set {
        size,
        ..set(name, key_len)
    };
    let lengths = |lengths: &BTreeSet<u8>, name: fn(u8) -> String, key_len| {
        lengths
            .iter()
            .map(|len| set(&name(*len), key_len))
            .collect::<Vec<_>>()
    };
    let mut sets = vec![
        Set {
            data: SetData::Bytes(16),
            ..set(PORTS, NAME)
        },
        refused(),
        set(MACS, IDENTITY + 8),
        set(ETHERTYPES, IDENTITY + 4),
        fixed(SEAL, 4, SetData::None, 16),
    ];
    let way = |(name, key_len)| Set {
        data: SetData::Counter,
        ..set(name, key_len)
    };
    let claim = NAME + MAC_AND_TYPE;
    let keys = [
        (PASSED, NAME),
        (SHORT, claim),
        (SHORT_IP4, claim + 4),
        (SHORT_IP6, claim + 16),
    ];
    sets.extend(keys.map(way));
    sets.extend(lengths(&shape.v4_lengths, v4, IDENTITY + 4));
    sets.extend(lengths(&shape.v6_lengths, v6, IDENTITY + 16));
    sets.extend(lengths(&shape.taken_lengths, taken, 4 + 16));
    sets
}

/// An interface name as the kernel compares it.
pub fn name_key(device: &str) -> Vec<u8> {
    let mut key = device.as_bytes().to_vec();
    key.resize(16, 0);
    key
}

/// What stands behind the number of an interface where one is known by that: no name ends so.
pub const BEHIND_INDEX: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// The key of one interface, whatever it is called.
pub fn index_key(index: u32) -> Vec<u8> {
    [index.to_ne_bytes().as_slice(), &BEHIND_INDEX].concat()
}

/// The number of the interface that a key begins with, if it is not a name.
pub fn index_of(key: &[u8]) -> Option<u32> {
    let (index, rest) = key.split_first_chunk()?;
    let is_index = rest.starts_with(&BEHIND_INDEX);
    is_index.then(|| u32::from_ne_bytes(*index))
}

/// What a key that begins with an interface knows it by.
pub fn by(key: &[u8]) -> By {
    match index_of(key) {
        Some(_) => By::Index,
        None => By::Name,
    }
}

/// An element in one line.
pub fn show_element(element: &Element) -> String {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    match &element.value {
        Value::None => hex(&element.key),
        Value::Bytes(bytes) => format!("{} : {}", hex(&element.key), hex(bytes)),
        Value::Counter(name) => format!("{} : counter {name}", hex(&element.key)),
        Value::Verdict(verdict) => format!("{} : {verdict}", hex(&element.key)),
    }
}

/// A device or prefix as the policy file writes it.
pub fn show_device(device: &DeviceSpec) -> String {
    match device {
        DeviceSpec::Name(name) => name.clone(),
        DeviceSpec::Prefix(prefix) => format!("{prefix}*"),
    }
}
