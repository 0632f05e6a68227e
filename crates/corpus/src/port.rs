use std::fmt;

use serde::Deserialize;

use crate::Number;

/// A port as a case writes it; the values are the policy file's own and are checked there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortEntry {
    /// The primary MAC.
    pub mac: String,
    /// Further MACs.
    pub extra_macs: Vec<Entry>,
    /// Addresses and prefixes of both families.
    pub addresses: Vec<Entry>,
    /// `eui64`, `any` or `none`.
    pub link_local: String,
    /// EtherTypes that pass although `l2` is on.
    pub ethertypes: Vec<Number<u16>>,
}

/// What a case changes of a standard port; a list replaces the whole list.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortChange {
    mac: Option<String>,
    extra_macs: Option<Vec<Entry>>,
    addresses: Option<Vec<Entry>>,
    link_local: Option<String>,
    ethertypes: Option<Vec<Number<u16>>>,
}

/// An entry of a list of MACs or addresses, as the policy file writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    /// Only this port's.
    Plain(String),
    /// An address or prefix with its mark.
    Address(AddressEntry),
    /// A MAC with its mark.
    Mac(MacEntry),
}

/// An address or prefix that several ports may hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressEntry {
    /// The address or prefix.
    pub address: String,
    /// Whether others may hold it.
    pub shared: bool,
}

/// A MAC that several ports may hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MacEntry {
    /// The MAC.
    pub mac: String,
    /// Whether others may hold it.
    pub shared: bool,
}

impl PortChange {
    pub(crate) fn over(self, port: &PortEntry) -> PortEntry {
        PortEntry {
            mac: self.mac.unwrap_or_else(|| port.mac.clone()),
            extra_macs: self.extra_macs.unwrap_or_else(|| port.extra_macs.clone()),
            addresses: self.addresses.unwrap_or_else(|| port.addresses.clone()),
            link_local: self.link_local.unwrap_or_else(|| port.link_local.clone()),
            ethertypes: self.ethertypes.unwrap_or_else(|| port.ethertypes.clone()),
        }
    }
}

/// As in a policy file (YAML, flow style).
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Plain(text) => write!(f, "{text:?}"),
            Entry::Address(AddressEntry { address, shared }) => {
                write!(f, "{{ address: {address:?}, shared: {shared} }}")
            }
            Entry::Mac(MacEntry { mac, shared }) => {
                write!(f, "{{ mac: {mac:?}, shared: {shared} }}")
            }
        }
    }
}

impl fmt::Display for Number<u16> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}
