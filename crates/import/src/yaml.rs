//! Writes a policy with a comment beside everything that was remarked. YAML writers of the kept kind
//! write no comments, and what is written here is small: keys, words, addresses and names.

mod list;

use vifguard_policy::{LinkLocal, Profile};

use crate::draft::{Draft, NetworkDraft, PortDraft, Remarks};
use crate::quote::shown;
use crate::{Change, Remark};

use list::{Item, list};

/// The policy as text.
pub(crate) fn write(draft: &Draft, remarks: &Remarks, from: &str) -> String {
    let mut text = head(remarks, from);
    text += "version: 1\n";
    text += &host(&draft.patterns);
    text += "networks:";
    text += if draft.networks.is_empty() {
        " []\n"
    } else {
        "\n"
    };
    for (network, remarks) in draft.networks.iter().zip(&remarks.networks) {
        text += &comments(remarks, "  ");
        text += &network_entry(network);
    }
    text += "ports:";
    let none = draft.ports.iter().all(|port| port.left_out);
    text += if none { " []\n" } else { "\n" };
    for (port, remarks) in draft.ports.iter().zip(&remarks.ports) {
        text += &port_entry(port, &draft.networks[port.network].name, remarks);
    }
    if !draft.unguarded.is_empty() {
        text += "# Not ports: there is nothing on the host to guard.\n";
    }
    for (other, remarks) in draft.unguarded.iter().zip(&remarks.unguarded) {
        text += &format!("# port {}:\n{}", shown(&other.name), comments(remarks, ""));
    }
    text
}

fn head(remarks: &Remarks, from: &str) -> String {
    let count = |change| {
        remarks
            .all()
            .filter(|remark| remark.change == change)
            .count()
    };
    let counts: Vec<String> = Change::ALL
        .into_iter()
        .map(|change| format!("{} {change}", count(change)))
        .collect();
    let decisions = remarks
        .all()
        .filter(|remark| remark.decide.is_some())
        .count();
    let mut text = format!(
        "# Imported from {}.\n# Remarks: {}.\n",
        shown(from),
        counts.join(", ")
    );
    if decisions > 0 {
        text += &format!("# To settle before it is used: {decisions}, each marked DECIDE.\n");
    }
    text + &comments(&remarks.whole, "")
}

/// What the source did not have, and what an operator will want when all is imported.
fn host(patterns: &[String]) -> String {
    if patterns.is_empty() {
        return String::new();
    }
    let patterns: Vec<String> = patterns.iter().map(|p| format!("\"{p}\"")).collect();
    format!(
        "# When every guest of the host has its port here:\n\
         # host: {{ guarded_interfaces: [{}] }}   # nothing passes there without a port\n",
        patterns.join(", ")
    )
}

/// Remarks as comments: what is to be decided first, then a heading for each place of the source.
fn comments(remarks: &[Remark], indent: &str) -> String {
    let mut text = String::new();
    for remark in remarks {
        if let Some(decide) = &remark.decide {
            text += &format!("{indent}# DECIDE: {decide}\n");
        }
    }
    let mut last = None;
    for remark in remarks {
        let place = remark.place();
        if last.as_ref() != Some(&place) {
            text += &format!("{indent}# {place}\n");
        }
        let (change, was, becomes) = (remark.change, &remark.was, &remark.becomes);
        text += &format!("{indent}#   {change}: {was} -> {becomes}\n");
        last = Some(place);
    }
    text
}

fn network_entry(network: &NetworkDraft) -> String {
    let mut text = format!("  - name: {}\n", word(&network.name));
    text += &format!("    kind: {}\n", network.kind.name());
    let addresses = network.addresses.iter().map(Item::address);
    let reserved: Vec<Item> = addresses
        .chain(network.macs.iter().map(Item::mac))
        .collect();
    text += &list("reserved", &reserved);
    if network.relaxed {
        text += "    relaxed_ports: true\n";
    }
    text
}

fn port_entry(port: &PortDraft, network: &str, remarks: &[Remark]) -> String {
    let text = comments(remarks, "  ");
    let keys = port_keys(port, network);
    if !port.left_out {
        return text + &keys;
    }
    let lines = keys.lines().map(|line| format!("  # {}\n", &line[2..]));
    text + &lines.collect::<String>()
}

fn port_keys(port: &PortDraft, network: &str) -> String {
    let mut text = format!("  - name: {}\n", word(&port.name));
    text += &format!("    network: {}\n", word(network));
    let device = port.device.as_ref().map_or("?", |device| device.as_str());
    text += &format!("    device: {}\n", word(device));
    let (primary, extra) = match port.macs.split_first() {
        Some((primary, extra)) => (Item::mac(primary).text(), extra),
        None => ("\"?\"".to_owned(), [].as_slice()),
    };
    text += &format!("    mac: {primary}\n");
    let extra: Vec<Item> = extra.iter().map(Item::mac).collect();
    text += &list("extra_macs", &extra);
    let addresses: Vec<Item> = port.addresses.iter().map(Item::address).collect();
    text += &list("addresses", &addresses);
    if port.profile != Profile::Strict {
        text += &format!("    profile: {}\n", port.profile);
    }
    if !port.off.is_empty() {
        let off: Vec<String> = port
            .off
            .iter()
            .map(|guard| format!("{guard}: off"))
            .collect();
        text += &format!("    guards: {{ {} }}\n", off.join(", "));
    }
    if port.link_local != LinkLocal::Eui64 {
        text += &format!("    link_local: {}\n", port.link_local.name());
    }
    text
}

/// A name: bare if no reader of YAML can take it for anything but a text.
fn word(name: &str) -> String {
    const OTHERWISE: [&str; 7] = ["null", "true", "false", "yes", "no", "on", "off"];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(plain)
        && !OTHERWISE.contains(&name.to_ascii_lowercase().as_str());
    if bare {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_yaml_would_read_more_into_them() {
        for bare in ["web-1", "br0.vlan7", "tap1234"] {
            assert_eq!(word(bare), bare);
        }
        for (name, text) in [
            ("12", "\"12\""),
            ("No", "\"No\""),
            ("a:b", "\"a:b\""),
            ("#a", "\"#a\""),
            ("a\"\\", "\"a\\\"\\\\\""),
            ("gäst", "\"gäst\""),
        ] {
            assert_eq!(word(name), text);
        }
    }
}
