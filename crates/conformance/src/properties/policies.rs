//! Pairs of policies for one interface, and frames about which both agree.

use vifguard_driver::Desired;
use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, Verdict, decide};

use super::frames::{self, Claim};
use crate::flood::Stream;
use crate::{Error, Result};

/// The interface of the port that changes.
pub(super) const DEVICE: &str = "flood0";
/// Of each kind of fate so many streams: more would only make each of them thinner.
const MOST_STREAMS: usize = 12;

const PATTERN: &str = "the pattern";

/// Two policies, and what both agree about.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) name: &'static str,
    pub(super) texts: [String; 2],
    pub(super) streams: Vec<Stream>,
    /// Its counters go on, exact, through the change.
    pub(super) counts_on: bool,
}

const FIRST: &str = "{ name: one, network: lan, device: flood0, mac: \"02:00:00:00:00:0a\", \
                     extra_macs: [\"02:00:00:00:00:50\"], addresses: [192.0.2.10, 192.0.2.50, \
                     \"2001:db8::a\", \"2001:db8::50\"] }";

/// Every kind of change that a port can go through.
pub(super) fn pairs() -> Result<Vec<Pair>> {
    let first = |from: &str, to: &str| FIRST.replace(from, to);
    let more = "192.0.2.10, 192.0.2.20, 198.51.100.0/28, \"2001:db8:5::/64\"";
    let crossed = FIRST
        .replace("00:0a", "00:0b")
        .replace("192.0.2.10", "192.0.2.11")
        .replace("db8::a\"", "db8::b\"");
    [
        ("addresses", first("192.0.2.10", more)),
        (
            "a MAC",
            first(
                "[\"02:00:00:00:00:50\"]",
                "[\"02:00:00:00:00:50\", \"02:00:00:00:00:0b\"]",
            ),
        ),
        (
            "the profile",
            first("name: one", "name: one, profile: forwarder"),
        ),
        (
            "a guard",
            first("name: one", "name: one, guards: { nd: off, ipv6: off }"),
        ),
        (
            "link-locals",
            first("name: one", "name: one, link_local: any"),
        ),
        ("the identity", crossed),
        ("the port", first("name: one", "name: two")),
    ]
    .into_iter()
    .map(|(name, second)| pair(name, [policy("flood*", FIRST), policy("flood*", &second)]))
    .chain([pair(
        PATTERN,
        [policy("flood*", FIRST), policy("flo*", FIRST)],
    )])
    .collect()
}

/// How many kinds there are.
pub(super) const KINDS: usize = 8;

/// The first of them, one at least.
pub(super) fn some_pairs(kinds: usize) -> Result<Vec<Pair>> {
    let mut pairs = pairs()?;
    pairs.truncate(kinds.max(1));
    Ok(pairs)
}

/// A pair of policies for floods in which the policy comes and goes by other means.
pub(super) fn usual() -> Result<Pair> {
    pairs().and_then(|pairs| {
        let usual = pairs.into_iter().next();
        usual.ok_or_else(|| Error::Kit("there is no pair of policies".to_owned()))
    })
}

/// A policy without ports, its interfaces guarded.
pub(super) fn nobody() -> String {
    policy("flood*", "").replace("ports:\n  - \n", "ports: []\n")
}

fn policy(pattern: &str, port: &str) -> String {
    format!(
        "version: 1\nhost: {{ guarded_interfaces: [\"{pattern}\"] }}\nnetworks: [{{ name: lan, kind: \
         private }}]\nports:\n  - {port}\n"
    )
}

fn pair(name: &'static str, texts: [String; 2]) -> Result<Pair> {
    let ports = [port(&texts[0])?, port(&texts[1])?];
    let (mut passing, mut dying) = (Vec::new(), Vec::new());
    for stream in candidates() {
        let frame = stream.numbered(0);
        let verdicts = ports.each_ref().map(|port| decide(port, &frame, None));
        match verdicts.map(|verdict| verdict == Verdict::Pass) {
            [true, true] => passing.push(stream.that_passes()),
            [false, false] => dying.push(stream),
            _ => {}
        }
    }
    if passing.is_empty() || dying.is_empty() {
        return Err(Error::Kit(format!(
            "the policies of {name} agree on nothing"
        )));
    }
    let mut streams = Vec::new();
    for kind in [passing, dying] {
        // Spread over all of them, so that every kind of frame is there.
        let most = kind.len().min(MOST_STREAMS);
        streams.extend((0..most).map(|i| kind[i * kind.len() / most].clone()));
    }
    let name_of = |text: &str| desired(text).map(|desired| desired.ports[0].identity.port.clone());
    Ok(Pair {
        name,
        // Between two patterns of which one begins the other, a frame may be judged twice.
        counts_on: name != PATTERN && name_of(&texts[0])? == name_of(&texts[1])?,
        texts,
        streams,
    })
}

fn candidates() -> Vec<Stream> {
    let v6 = |rest: [u8; 6]| {
        let mut address = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        address[4..6].copy_from_slice(&rest[..2]);
        address[12..].copy_from_slice(&rest[2..]);
        address
    };
    let addresses = [
        ([192, 0, 2, 10], v6([0, 0, 0, 0, 0, 0x0a])),
        ([192, 0, 2, 50], v6([0, 0, 0, 0, 0, 0x50])),
        ([192, 0, 2, 11], v6([0, 0, 0, 0, 0, 0x0b])),
        ([198, 51, 100, 3], v6([0, 5, 0, 0, 0, 3])),
        ([192, 0, 2, 99], v6([0, 0, 0, 0, 0, 0x99])),
    ];
    let macs = [0x0a, 0x50, 0x0b, 0x99];
    let mut streams = Vec::new();
    for mac in macs {
        for (v4, v6) in addresses {
            let mac = [2, 0, 0, 0, 0, mac];
            streams.extend(frames::all(Claim { mac, v4, v6 }));
        }
    }
    streams
}

/// The state that a policy of the kit's asks for.
pub(super) fn desired(text: &str) -> Result<Desired> {
    let policy = Policy::parse(text, "flood").map_err(|errors| Error::Kit(errors.to_string()))?;
    Ok(Desired::of(&policy))
}

/// The judge for the only port of a policy.
fn port(text: &str) -> Result<CompiledPort> {
    Ok(CompiledPort::new(&desired(text)?.ports[0].identity))
}
