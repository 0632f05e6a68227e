//! Words for rules.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use vifguard_policy::MacAddr;

use crate::filter::{Action, Rule};

/// What a rule compares.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    protocol: &'static str,
    fields: BTreeMap<String, String>,
}

/// Frames of a kind.
pub(crate) fn any(protocol: &'static str) -> Match {
    Match {
        protocol,
        fields: BTreeMap::new(),
    }
}

impl Match {
    #[must_use]
    pub(crate) fn with(mut self, field: &str, value: impl ToString) -> Match {
        self.fields.insert(field.to_owned(), value.to_string());
        self
    }

    #[must_use]
    pub(crate) fn mac(self, field: &str, mac: MacAddr) -> Match {
        self.with(field, mac)
    }

    /// An address, or a prefix if it is shorter than an address.
    #[must_use]
    pub(crate) fn v4(self, field: &str, base: Ipv4Addr, length: u8) -> Match {
        let with = self.with(&format!("{field}ipaddr"), base);
        match length {
            32 => with,
            _ => with.with(&format!("{field}ipmask"), length),
        }
    }

    /// An address, or a prefix if it is shorter than an address.
    #[must_use]
    pub(crate) fn v6(self, field: &str, base: Ipv6Addr, length: u8) -> Match {
        let with = self.with(&format!("{field}ipaddr"), base);
        match length {
            128 => with,
            _ => with.with(&format!("{field}ipmask"), length),
        }
    }

    /// The upper layer, as libvirt calls it.
    #[must_use]
    pub(crate) fn upper(self, number: u8) -> Match {
        let name = match number {
            1 => "icmp".to_owned(),
            2 => "igmp".to_owned(),
            6 => "tcp".to_owned(),
            17 => "udp".to_owned(),
            50 => "esp".to_owned(),
            51 => "ah".to_owned(),
            58 => "icmpv6".to_owned(),
            132 => "sctp".to_owned(),
            136 => "udplite".to_owned(),
            other => other.to_string(),
        };
        self.with("protocol", name)
    }

    /// ICMPv6 of a type.
    #[must_use]
    pub(crate) fn icmp6(self, kind: u8) -> Match {
        self.upper(58).with("type", kind)
    }

    /// ICMPv6 of any type that can be seen.
    #[must_use]
    pub(crate) fn icmp6_seen(self) -> Match {
        self.upper(58).with("type", 0).with("typeend", 255)
    }

    /// A protocol with ports that can be seen.
    #[must_use]
    pub(crate) fn ports_seen(self, number: u8) -> Match {
        self.upper(number)
            .with("srcportstart", 0)
            .with("srcportend", 65535)
    }

    /// What becomes of it; where it comes is settled with its chain.
    pub(crate) fn is(self, action: Action) -> Rule {
        Rule {
            action,
            priority: 0,
            protocol: self.protocol.to_owned(),
            fields: self.fields,
        }
    }
}
