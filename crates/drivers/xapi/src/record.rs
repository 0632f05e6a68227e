//! What XAPI says of its objects, as far as it is needed here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// Objects by their references.
pub type Records<T> = BTreeMap<String, T>;

/// What XAPI does with a VIF's frames.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum LockingMode {
    /// What the network says.
    NetworkDefault,
    /// Only frames of its MAC and its listed addresses pass.
    Locked,
    /// All frames pass.
    Unlocked,
    /// No frame passes.
    Disabled,
    /// A mode that is not known here.
    Other(String),
}

/// What XAPI does with frames of VIFs that follow their network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultMode {
    /// All pass.
    Unlocked,
    /// None passes.
    Disabled,
}

/// A VIF.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Vif {
    /// Its UUID.
    pub uuid: String,
    /// Its number among those of its VM.
    pub device: String,
    /// Its network, a reference.
    pub network: String,
    /// Its VM, a reference.
    #[serde(rename = "VM")]
    pub vm: String,
    /// Its MAC, as XAPI writes it.
    #[serde(rename = "MAC")]
    pub mac: String,
    /// What happens to its frames.
    pub locking_mode: LockingMode,
    /// The IPv4 addresses that it may use when locked.
    pub ipv4_allowed: Vec<String>,
    /// The IPv6 addresses.
    pub ipv6_allowed: Vec<String>,
    /// What anybody wrote down about it.
    pub other_config: BTreeMap<String, String>,
}

/// A VM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Vm {
    /// Its UUID.
    pub uuid: String,
    /// Its name, for people.
    pub name_label: String,
    /// Its domain on the host where it runs; −1 if it does not.
    #[serde(deserialize_with = "int")]
    pub domid: i64,
    /// The host where it runs, a reference.
    pub resident_on: String,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Network {
    /// Its name, for people.
    pub name_label: String,
    /// What happens to frames of VIFs that follow it.
    pub default_locking_mode: DefaultMode,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Host {
    /// Its UUID.
    pub uuid: String,
    /// Its name, for people.
    pub name_label: String,
    /// What runs on it.
    pub software_version: BTreeMap<String, String>,
}

impl LockingMode {
    /// As XAPI writes it.
    pub fn name(&self) -> &str {
        match self {
            LockingMode::NetworkDefault => "network_default",
            LockingMode::Locked => "locked",
            LockingMode::Unlocked => "unlocked",
            LockingMode::Disabled => "disabled",
            LockingMode::Other(name) => name,
        }
    }
}

impl From<String> for LockingMode {
    fn from(name: String) -> LockingMode {
        match name.as_str() {
            "network_default" => LockingMode::NetworkDefault,
            "locked" => LockingMode::Locked,
            "unlocked" => LockingMode::Unlocked,
            "disabled" => LockingMode::Disabled,
            _ => LockingMode::Other(name),
        }
    }
}

impl fmt::Display for LockingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Vif {
    /// Are exactly these IPv4 addresses listed? However they are written, and in any order.
    pub fn lists_v4(&self, wanted: &BTreeSet<Ipv4Addr>) -> bool {
        same(&self.ipv4_allowed, wanted)
    }

    /// The same for IPv6.
    pub fn lists_v6(&self, wanted: &BTreeSet<Ipv6Addr>) -> bool {
        same(&self.ipv6_allowed, wanted)
    }

    /// Is any address listed?
    pub fn lists_any(&self) -> bool {
        !(self.ipv4_allowed.is_empty() && self.ipv6_allowed.is_empty())
    }
}

/// A text that is no address is a difference.
fn same<T: FromStr + Ord>(listed: &[String], wanted: &BTreeSet<T>) -> bool {
    let listed: Result<BTreeSet<T>, T::Err> = listed.iter().map(|text| text.parse()).collect();
    listed.is_ok_and(|listed| listed == *wanted)
}

/// The documents leave open whether a number comes as one or as a text.
fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Int {
        Number(i64),
        Text(String),
    }
    match Int::deserialize(deserializer)? {
        Int::Number(number) => Ok(number),
        Int::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}
