//! What is a port's own.

use vifguard_policy::{Guard, Identity, Ipv6Net, LinkLocalRule, MacAddr, Mode};
use vifguard_verdict::Reason;

use super::builder::{because, code};
use super::nd::{ADVERTISEMENT, SOLICITATION, message};
use super::sieve::Agreed;
use super::word::{JUDGED, ONE_MAC, UNSPECIFIED};
use super::{Builder, Table};
use crate::flow::{Action, Field, Flow, Match};

/// Where a port's frames come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the first table.
    pub first_table: u8,
    /// Where the operator's pipeline begins.
    pub operator_table: u8,
    /// The switch's number of the interface.
    pub number: u32,
    /// The cookie of the port's flows.
    pub cookie: u64,
}

/// The flows of a port, but for its entry at the gate, which tells of these.
pub fn own(identity: &Identity, entry: Entry) -> Vec<Flow> {
    let mut build = Builder::new(entry.first_table, entry.cookie);
    let from = |frames: Match| frames.from(entry.number);
    let has = |guard| identity.guards.has(guard);
    if has(Guard::Mac) && identity.macs.len() > 1 {
        for mac in &identity.macs {
            hardware(&mut build, entry.number, *mac);
        }
    }
    if has(Guard::L2) {
        for ethertype in &identity.ethertypes {
            let listed = Match::all().with(Field::DlType, format_args!("{ethertype:#06x}"));
            build.go(Table::Type, 40, &from(listed), Table::Pass);
        }
    }
    for net in &identity.v4 {
        if has(Guard::Arp) {
            let sender = Match::protocol("arp").v4(Field::ArpSpa, *net);
            build.go(Table::ArpSpa, 170, &from(sender), Table::Pass);
            let asked = Match::protocol("arp").v4(Field::ArpTpa, *net);
            build.go(Table::ArpProbe, 170, &from(asked), Table::Pass);
        }
        if has(Guard::Ipv4) {
            let source = Match::protocol("ip").v4(Field::NwSrc, *net);
            build.go(Table::Ip4Source, 170, &from(source), Table::Dhcp4);
        }
    }
    v6(&mut build, identity, entry.number);
    for reason in reasons(identity) {
        refused(&mut build, identity.mode, entry.number, reason);
    }
    passed(&mut build, entry, 100, &from(Match::all()));
    build.finish()
}

/// One of several MACs, wherever a frame claims one.
fn hardware(build: &mut Builder, port: u32, mac: MacAddr) {
    let claims = [
        (Table::Mac, Match::all(), Field::DlSrc, Table::Type),
        (
            Table::ArpSha,
            Match::protocol("arp"),
            Field::ArpSha,
            Table::ArpSpa,
        ),
        (
            Table::ArpSha,
            Match::protocol("rarp"),
            Field::ArpSha,
            Table::RarpTha,
        ),
        (
            Table::RarpTha,
            Match::protocol("rarp"),
            Field::ArpTha,
            Table::Pass,
        ),
        (
            Table::NdSll,
            message(SOLICITATION),
            Field::NdSll,
            Table::NdHasTll,
        ),
        (
            Table::NdTll,
            message(ADVERTISEMENT),
            Field::NdTll,
            Table::NdTarget,
        ),
    ];
    for (table, frames, field, next) in claims {
        build.go(table, 50, &frames.from(port).with(field, mac), next);
    }
}

/// A place where a frame claims an IPv6 address, and where it goes if that is own and if it is not.
struct Claim {
    table: Table,
    frames: Match,
    field: Field,
    own: Table,
    foreign: Vec<Action>,
}

fn v6(build: &mut Builder, identity: &Identity, port: u32) {
    let has = |guard| identity.guards.has(guard);
    let mut claims = Vec::new();
    if has(Guard::Ipv6) || has(Guard::Nd) {
        claims.push(Claim {
            table: Table::Ip6Source,
            frames: Match::protocol("ipv6"),
            field: Field::Ipv6Src,
            own: Table::NdHasSll,
            foreign: vec![build.to(Table::Ip6Foreign)],
        });
    }
    if has(Guard::Nd) {
        for frames in [
            message(SOLICITATION).found(UNSPECIFIED),
            message(ADVERTISEMENT),
        ] {
            claims.push(Claim {
                table: Table::NdTarget,
                frames,
                field: Field::NdTarget,
                own: Table::Dhcp6,
                foreign: vec![because(Reason::NdTarget), build.to(Table::Refuse)],
            });
        }
    }
    for claim in claims {
        claimed(build, identity, port, &claim);
    }
}

fn claimed(build: &mut Builder, identity: &Identity, port: u32, claim: &Claim) {
    let frames = |net: Ipv6Net| claim.frames.clone().from(port).v6(claim.field, net);
    for net in &identity.v6 {
        // What lies around fe80::/10 owns no link-local.
        let priority = if is_link_local(*net) { 300 } else { 200 };
        build.go(claim.table, priority, &frames(*net), claim.own);
    }
    if let LinkLocalRule::AnyBut(others) = &identity.link_local {
        for net in others.prefixes() {
            build.add(claim.table, 290, &frames(*net), claim.foreign.clone());
        }
        build.go(claim.table, 280, &frames(all_link_locals()), claim.own);
    }
}

fn is_link_local(net: Ipv6Net) -> bool {
    net.prefix_len() >= 10 && net.network().is_unicast_link_local()
}

fn all_link_locals() -> Ipv6Net {
    Ipv6Net::new_assert([0xfe80, 0, 0, 0, 0, 0, 0, 0].into(), 10)
}

/// The reasons for which frames of such a port can be refused.
fn reasons(identity: &Identity) -> impl Iterator<Item = Reason> {
    use Guard::{Arp, DhcpServer, Ipv4, Ipv6, L2, Mac, Nd, Router};
    let guards = identity.guards;
    let by = move |reason| -> &'static [Guard] {
        match reason {
            Reason::Runt | Reason::UnknownPort => &[],
            Reason::Mac | Reason::ArpMac | Reason::NdMac => &[Mac],
            Reason::Vlan | Reason::L2 => &[L2],
            Reason::ArpMalformed | Reason::Rarp => &[Mac, Arp],
            Reason::ArpIp => &[Arp],
            Reason::Ipv4Malformed => &[Ipv4, Router, DhcpServer],
            Reason::Ipv4 => &[Ipv4],
            Reason::Ipv6Malformed => &[Ipv6, Nd, Mac, Router, DhcpServer],
            Reason::Ipv6 => &[Ipv6],
            Reason::Router => &[Router],
            Reason::NdMalformed => &[Ipv6, Nd, Mac],
            Reason::NdSource => &[Nd],
            Reason::NdTarget => &[Nd, Mac],
            Reason::DhcpServer => &[DhcpServer],
        }
    };
    let can = move |reason: &Reason| by(*reason).iter().any(|guard| guards.has(*guard));
    Reason::ALL.into_iter().filter(can)
}

/// Counts what is refused from a port for a reason, and lets it go on where that is only counted.
pub(crate) fn refused(build: &mut Builder, mode: Mode, port: u32, reason: Reason) {
    let frames = Match::all().from(port).reg(14, code(reason), u32::MAX);
    let fate = match mode {
        Mode::Enforce => Vec::new(),
        Mode::Audit => vec![build.to(Table::Pass)],
    };
    build.add(Table::Refuse, 100, &frames, fate);
}

/// Counts what passes, leaves nothing of ours in the registers but that the frame was judged, and hands
/// it to the operator.
pub(crate) fn passed(build: &mut Builder, entry: Entry, priority: u16, frames: &Match) {
    let actions = vec![
        Action::Set("xxreg0", 0),
        Action::Set("xxreg1", 0),
        Action::Set("xxreg3", u128::from(JUDGED)),
        Action::Resubmit(entry.operator_table),
    ];
    build.add(Table::Pass, priority, frames, actions);
}

/// What the gate does with a port's frames: it writes down what is asked of the port.
pub(crate) fn at_the_gate(identity: &Identity, note: Vec<u8>, first_table: u8) -> Vec<Action> {
    let macs = Agreed::of_macs(&identity.macs);
    let mut nets = identity.v6.clone();
    if identity.link_local != LinkLocalRule::Listed {
        nets.push(all_link_locals());
    }
    let v6 = Agreed::of_v6(nets);
    let one = if identity.macs.len() == 1 { ONE_MAC } else { 0 };
    let word = u32::from(identity.guards.bits()) | one;
    vec![
        Action::Note(note),
        Action::Set("xreg0", u128::from(v6.value)),
        Action::Set("xreg1", u128::from(v6.mask)),
        Action::Set("xreg2", u128::from(macs.value)),
        Action::Set("xreg3", u128::from(macs.mask)),
        Action::Set("reg12", u128::from(word)),
        Action::Resubmit(Table::Mac.number(first_table)),
    ]
}
