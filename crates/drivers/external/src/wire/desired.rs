use schemars::JsonSchema;
use serde::Serialize;
use vifguard_driver::{BoundPort, Desired};
use vifguard_policy::LinkLocalRule;

use super::words;

/// The whole state that the host is to have. Whatever is not in it goes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Asked {
    /// What holds for the whole host.
    pub host: Host,
    /// The ports.
    pub ports: Vec<AskedPort>,
}

/// What holds for the whole host.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Host {
    /// Interfaces on which nothing passes without a port: a name, or the beginning of names with one `*`
    /// behind it.
    pub guarded: Vec<String>,
    /// What becomes of frames from those that have no port: `refuse`, or `audit`, which lets them pass and
    /// counts them as `unknown-port`.
    #[schemars(schema_with = "words::unknown")]
    pub unknown: &'static str,
}

/// A port, and all that it may claim. A list may be empty, and empty means none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AskedPort {
    /// Its name: up to 128 bytes without white space and control characters.
    pub port: String,
    /// Its network. No two ports of a network claim the same, but for what the operator said they share.
    pub network: String,
    /// The interface that its frames come from.
    pub device: String,
    /// The number of that interface, if no other one of the same name is to be taken for it; 0 if there is
    /// none yet, and then nothing passes. `null`: whatever is called so is the port's.
    pub index: Option<u32>,
    /// `enforce`, or `audit`: everything passes, and what would be refused is counted.
    #[schemars(schema_with = "words::mode")]
    pub mode: &'static str,
    /// The guards that are on.
    #[schemars(schema_with = "words::guards")]
    pub guards: Vec<&'static str>,
    /// Own MACs, six pairs of lower-case hexadecimal digits between colons.
    pub macs: Vec<String>,
    /// Own IPv4 prefixes, each with its length, none inside another. What is never own (section 1 of the
    /// contract) stays so even if a prefix covers it.
    pub v4: Vec<String>,
    /// The same of IPv6, derived link-locals among them. A link-local address is own only by an entry that
    /// itself lies inside fe80::/10, or by `link_local`.
    pub v6: Vec<String>,
    /// Which link-locals are own besides.
    pub link_local: LinkLocal,
    /// EtherTypes that pass although the guard `l2` is on.
    pub ethertypes: Vec<u16>,
}

/// Which link-locals are own besides those in `v6`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LinkLocal {
    /// No more.
    Listed,
    /// All but these prefixes, which belong to others on the network. What stands in `v6` is own all the
    /// same.
    AnyBut(Vec<String>),
}

impl From<&Desired> for Asked {
    fn from(desired: &Desired) -> Asked {
        let patterns = desired.host.guarded_interfaces.iter();
        Asked {
            host: Host {
                guarded: patterns.map(ToString::to_string).collect(),
                unknown: desired.host.unknown.name(),
            },
            ports: desired
                .ports
                .iter()
                .map(|bound| AskedPort::of(bound, &desired.networks))
                .collect(),
        }
    }
}

impl AskedPort {
    fn of(bound: &BoundPort, networks: &[String]) -> AskedPort {
        let identity = &bound.identity;
        AskedPort {
            port: identity.port.clone(),
            network: networks.get(identity.network).cloned().unwrap_or_default(),
            device: bound.device.to_string(),
            index: bound.index,
            mode: identity.mode.name(),
            guards: identity.guards.iter().map(|guard| guard.name()).collect(),
            macs: texts(&identity.macs),
            v4: texts(&identity.v4),
            v6: texts(&identity.v6),
            link_local: match &identity.link_local {
                LinkLocalRule::Listed => LinkLocal::Listed,
                LinkLocalRule::AnyBut(others) => LinkLocal::AnyBut(texts(others.prefixes())),
            },
            ethertypes: identity.ethertypes.clone(),
        }
    }
}

fn texts(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}
