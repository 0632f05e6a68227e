use std::fmt::{Display, Write as _};

use serde::Deserialize;

use crate::port::PortChange;
use crate::{Choice, Entry, PortEntry};

/// The network around a frame: the port that sends it, a neighbour, and what is reserved.
///
/// It is a `private` network, so that every guard may be switched by itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Reserved addresses and MACs of the network.
    pub reserved: Vec<Entry>,
    /// The port that sends the frame.
    pub port: PortEntry,
    /// Another guest on the same network, with the usual `strict` profile.
    pub neighbour: PortEntry,
}

/// What a case changes of the standard setting.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct SettingChange {
    pub(crate) reserved: Option<Vec<Entry>>,
    pub(crate) port: PortChange,
    pub(crate) neighbour: PortChange,
}

impl Setting {
    /// The name of the sending port in the policy.
    pub const PORT: &str = "own";
    /// The name of the other port in the policy.
    pub const NEIGHBOUR: &str = "neighbour";
    /// The name of the network in the policy.
    pub const NETWORK: &str = "lan";

    pub(crate) const STANDARD: &str = include_str!("../standard.json");

    pub(crate) fn with(&self, change: SettingChange) -> Setting {
        Setting {
            reserved: change.reserved.unwrap_or_else(|| self.reserved.clone()),
            port: change.port.over(&self.port),
            neighbour: change.neighbour.over(&self.neighbour),
        }
    }

    /// The policy file that puts the sending port on `device` and the neighbour on
    /// `neighbour_device`, with these guards.
    pub fn policy_text(&self, choice: &Choice, device: &str, neighbour_device: &str) -> String {
        let mut text = format!(
            "version: 1\nnetworks:\n  - name: {}\n    kind: private\n    reserved: {}\nports:\n",
            Self::NETWORK,
            list(&self.reserved)
        );
        text.push_str(&port_text(Self::PORT, device, &self.port));
        text.push_str(&choice_text(choice));
        text.push_str(&port_text(
            Self::NEIGHBOUR,
            neighbour_device,
            &self.neighbour,
        ));
        text
    }
}

fn port_text(name: &str, device: &str, port: &PortEntry) -> String {
    let PortEntry {
        mac,
        extra_macs,
        addresses,
        link_local,
        ethertypes,
    } = port;
    format!(
        "  - name: {name}
    network: {}
    device: {device}
    mac: {mac:?}
    extra_macs: {}
    addresses: {}
    link_local: {link_local}
    ethertypes: {}
",
        Setting::NETWORK,
        list(extra_macs),
        list(addresses),
        list(ethertypes),
    )
}

fn choice_text(choice: &Choice) -> String {
    let mut text = format!("    profile: {}\n", choice.profile);
    if !choice.switched.is_empty() {
        let switched: Vec<String> = choice
            .switched
            .iter()
            .map(|(guard, on)| format!("{guard}: {}", if *on { "on" } else { "off" }))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    guards: {{ {} }}", switched.join(", "));
    }
    text
}

fn list<T: Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    format!("[{}]", items.join(", "))
}
