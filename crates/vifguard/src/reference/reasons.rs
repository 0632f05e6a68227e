use std::fmt::Write;

use vifguard_verdict::{Reason, Rule, Verdict};

/// A rule's heading in the contract.
struct Heading<'t> {
    number: &'t str,
    title: &'t str,
}

impl Heading<'_> {
    /// The link to it from `docs/reference`.
    fn link(&self) -> String {
        let Heading { number, title } = self;
        let anchor = format!("{number} {title}").to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor: String = anchor.chars().filter(kept).collect();
        format!("[{number}](../verdicts.md#{})", anchor.replace(' ', "-"))
    }
}

/// Every reason with its rules, from the code; where the rules stand, from the text of the contract.
pub(super) fn page(contract: &str) -> String {
    let headings = headings(contract);
    let link = |number: &str| {
        let heading = headings.iter().find(|heading| heading.number == number);
        heading
            .unwrap_or_else(|| panic!("the contract has no heading {number}"))
            .link()
    };
    let mut page = "# Reasons and rules\n\n\
        Why frames are refused, as `vifguard status`, `explain` and `verify` name it, and the rules \
        behind each reason. The names are public and keep their meaning. This page is written by the \
        program's tests from the judge's own lists, which the [contract](../verdicts.md) explains.\n"
        .to_owned();
    for reason in Reason::ALL {
        writeln!(page, "\n## {reason}\n\n{}\n", hint(reason)).unwrap();
        for rule in Rule::ALL {
            if rule.verdict() == Verdict::Refuse(reason) {
                writeln!(page, "- {}: {}", link(rule.number()), rule.sentence()).unwrap();
            }
        }
        if reason == Reason::UnknownPort {
            page.push_str("- [`first-frame`](../verdicts.md#7-properties)\n");
        }
    }
    page.push_str(
        "\n## All rules\n\nIn the order in which they are asked; the first that settles a frame's \
         fate is the one that `explain` names.\n\n| rule | says | a frame that it settles |\n|---|---|---|\n",
    );
    for rule in Rule::ALL {
        let fate = match rule.verdict() {
            Verdict::Pass => "passes".to_owned(),
            Verdict::Refuse(reason) => format!("is refused: [`{reason}`](#{reason})"),
        };
        let sentence = rule.sentence();
        writeln!(page, "| {} | {sentence} | {fate} |", link(rule.number())).unwrap();
    }
    page
}

fn headings(contract: &str) -> Vec<Heading<'_>> {
    let lines = contract.lines();
    lines
        .filter_map(|line| line.strip_prefix("### ")?.split_once(' '))
        .filter(|(number, _)| number.contains('.'))
        .map(|(number, title)| Heading { number, title })
        .collect()
}

/// What an operator most often finds behind it, and what to do.
fn hint(reason: Reason) -> &'static str {
    match reason {
        Reason::Runt => {
            "Shorter than an Ethernet header. No wire carries such a frame; only `explain` ever sees one."
        }
        Reason::Mac => {
            "The guest sends from a MAC that its port does not have: one that it changed, a bridge or \
             containers inside it, a virtual MAC of VRRP. If it may, list it under `extra_macs`."
        }
        Reason::Vlan => {
            "The guest sends a tagged frame. Tags pass only where `l2` is off, and with it the guards of addresses."
        }
        Reason::L2 => {
            "Neither IPv4, IPv6, ARP nor RARP: LLDP, spanning tree, and the like. A single EtherType that \
             the guest needs goes under `ethertypes`."
        }
        Reason::ArpMalformed => "ARP that no stack sends: a tool for attacks, or for tests.",
        Reason::ArpMac => {
            "The ARP body claims another MAC than the port's own: a poisoned answer, or a guest that answers for others (proxy ARP)."
        }
        Reason::ArpIp => {
            "The guest claims an IPv4 address that its port does not have: a forged answer, or an address \
             that nobody wrote down. If it is the guest's, list it under `addresses`."
        }
        Reason::Rarp => {
            "RARP is for hypervisors that announce a guest after a migration; with another MAC or address it says what is not so."
        }
        Reason::Ipv4Malformed => "Lengths of the IPv4 header that do not agree with the frame.",
        Reason::Ipv4 => {
            "A source address that is not the port's own. A guest that forwards for others is a \
             [forwarder](../how-to/forwarder.md), or needs its prefix under `addresses`."
        }
        Reason::Ipv6Malformed => {
            "Lengths that do not agree with the frame, or headers behind which the upper layer cannot be found."
        }
        Reason::Ipv6 => {
            "A source address that is not the port's own: often a privacy address, or a link-local that \
             does not follow from the MAC ([SLAAC](../how-to/slaac.md))."
        }
        Reason::Router => "Only routers say this. A guest that is one needs `router: off`.",
        Reason::NdMalformed => {
            "Neighbor discovery in fragments, from afar, or with options that cannot be looked through. SEND is refused too."
        }
        Reason::NdMac => {
            "A link-layer option that gives another MAC than the port's own: a poisoned answer."
        }
        Reason::NdSource => "Neighbor discovery from an address that is not the port's own.",
        Reason::NdTarget => {
            "The guest claims an IPv6 address that its port does not have: a forged answer, or an address \
             that nobody wrote down."
        }
        Reason::DhcpServer => {
            "Only DHCP servers and relays say this. A guest that is one needs `dhcp-server: off`."
        }
        Reason::UnknownPort => {
            "A guarded interface that has no port in the policy. Write one, or narrow `guarded_interfaces`."
        }
    }
}
