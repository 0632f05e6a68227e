//! The sets of the table: what they are called and how their keys are laid out.

use std::collections::BTreeSet;

use vifguard_netlink::nft::{DeviceSpec, Element, Set, SetData, Value};

use crate::program::Shape;

/// Name of the table in every family that has one.
pub const TABLE: &str = "vifguard";

/// Interface name to a word of no meaning, court, network and identity: which interface is which port. The notes of its
/// elements name the port.
pub const PORTS: &str = "ports";
/// Court to its first chain.
pub const COURTS: &str = "courts";
/// Interface names of ports; counts frames that passed.
pub const PASSED: &str = "passed";
/// Interface name and reason; counts frames that were refused, or would have been.
pub const REFUSED: &str = "refused";
/// Identity and own MAC.
pub const MACS: &str = "macs";
/// Identity and EtherType that passes although `l2` is on.
pub const ETHERTYPES: &str = "ethertypes";
/// In the gates: names of guarded interfaces.
pub const GUARDED: &str = "guarded";
/// In the gates: names and numbers of interfaces that are bound.
pub const ADMITTED: &str = "admitted";
/// One element: the generation of nf_tables that our last change made.
pub const SEAL: &str = "seal";

/// Key length of an interface name (`IFNAMSIZ`).
const NAME: u32 = 16;
const IDENTITY: u32 = 4;
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

/// How many elements the sets that ports fill have room for, in few steps: going to the next one means
/// to lay out the table anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scale {
    /// 16,384.
    #[default]
    Small,
    /// 262,144.
    Large,
    /// 4,194,304.
    Huge,
}

impl Scale {
    const ALL: [Scale; 3] = [Scale::Small, Scale::Large, Scale::Huge];

    /// Elements a set has room for.
    pub const fn elements(self) -> u32 {
        match self {
            Scale::Small => 1 << 14,
            Scale::Large => 1 << 18,
            Scale::Huge => 1 << 22,
        }
    }

    /// The smallest step with room for twice as many: a change makes the new beside the old.
    pub fn with_room_for(elements: usize) -> Scale {
        let fits = |scale: &Scale| {
            usize::try_from(scale.elements()).is_ok_and(|room| elements.saturating_mul(2) <= room)
        };
        Scale::ALL.into_iter().find(fits).unwrap_or(Scale::Huge)
    }

    /// The step whose sets have this size.
    pub fn of_size(size: Option<u32>) -> Scale {
        Scale::ALL
            .into_iter()
            .find(|scale| Some(scale.elements()) == size)
            .unwrap_or_default()
    }
}

fn set(name: impl Into<String>, key_len: u32) -> Set {
    Set {
        name: name.into(),
        key_len,
        data: SetData::None,
        counts: false,
        dynamic: false,
        size: None,
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
        Set {
            counts: true,
            ..set(PASSED, NAME)
        },
        Set {
            dynamic: true,
            size: Some(MOST_COUNTERS),
            ..set(REFUSED, NAME + 4)
        },
        set(MACS, IDENTITY + 8),
        set(ETHERTYPES, IDENTITY + 4),
        fixed(SEAL, 4, SetData::None, 16),
    ];
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
