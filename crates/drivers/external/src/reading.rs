//! Answers, as values of the driver's trait. Words of the contract are checked here: an answer that has
//! another is not understood.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Drift, Feature, PortCounters, PortState, State,
    Support,
};
use vifguard_policy::{Guard, GuardSet, Mode, Unknown};
use vifguard_verdict::Reason;

use crate::wire;

/// What is wrong with an answer.
pub(crate) type Read<T> = Result<T, String>;

/// What a program says of itself. What it does not mention it cannot do.
pub(crate) fn capabilities(probed: wire::Probed) -> Read<Capabilities> {
    let mut can = Capabilities {
        features: BTreeMap::new(),
        notes: probed.notes,
    };
    for (name, support) in probed.features {
        let support = level(&name, support)?;
        match Feature::all().find(|feature| feature.name() == name) {
            Some(feature) => drop(can.features.insert(feature, support)),
            None => can.notes.push(format!(
                "it also speaks of {name:?}, which this vifguard does not know and does not count on"
            )),
        }
    }
    for feature in Feature::all() {
        let unsaid = || Support::None("its program does not say that it can".to_owned());
        can.features.entry(feature).or_insert_with(unsaid);
    }
    if !probed.watch && can.of(Feature::Drift) == Support::Full {
        let unheard =
            "its program cannot watch: changes are found when it is asked (status, plan, enforce)";
        can.features
            .insert(Feature::Drift, Support::Partial(unheard.to_owned()));
    }
    Ok(can)
}

fn level(name: &str, support: wire::Support) -> Read<Support> {
    let sentence = || match support.sentence {
        Some(sentence) if !sentence.trim().is_empty() => Ok(sentence),
        _ => Err(format!("{name}: a level other than full needs a sentence")),
    };
    Ok(match support.level {
        wire::Level::Full => Support::Full,
        wire::Level::Partial => Support::Partial(sentence()?),
        wire::Level::None => Support::None(sentence()?),
    })
}

/// What was done. A program that does not account for each port that it was asked for has passed one over, or
/// speaks of something else: who is told "as it should be" must be told so by the program.
pub(crate) fn applied(applied: wire::Applied, desired: &Desired) -> Read<Applied> {
    let ports = desired.ports.iter().map(|port| port.identity.port.as_str());
    let asked: BTreeSet<&str> = ports.collect();
    let mut told = BTreeSet::new();
    for port in applied.added.iter().chain(&applied.changed) {
        if !asked.contains(port.as_str()) {
            return Err(format!(
                "it did something for a port {port:?}, which was not asked for"
            ));
        }
        told.insert(port.as_str());
    }
    if let Some(port) = applied
        .removed
        .iter()
        .find(|port| told.contains(port.as_str()))
    {
        return Err(format!("port {port:?} was put in force and taken away"));
    }
    // A port that was put right stands in a sentence, and may be counted as unchanged beside. One with two
    // interfaces may be counted for each.
    let least = told.len() + applied.unchanged;
    if least > desired.ports.len() || least + applied.repaired.len() < asked.len() {
        return Err(format!(
            "it accounts for {least} ports, and was asked for {}",
            asked.len()
        ));
    }
    Ok(Applied {
        added: applied.added,
        changed: applied.changed,
        removed: applied.removed,
        unchanged: applied.unchanged,
        repaired: applied.repaired,
        otherwise: applied.otherwise,
        ..Applied::default()
    })
}

pub(crate) fn state(observed: wire::Observed) -> Read<State> {
    let ports: Read<Vec<PortState>> = observed.ports.into_iter().map(port).collect();
    let drift = observed.drift.into_iter().map(|drift| Drift {
        port: drift.port,
        what: drift.what,
    });
    Ok(State {
        present: observed.present,
        ports: ports?,
        guarded: observed.guarded,
        unknown: match observed.unknown {
            Some(text) => word(&Unknown::ALL, Unknown::name, &text)?,
            None => Unknown::default(),
        },
        drift: drift.collect(),
    })
}

fn port(port: wire::Port) -> Read<PortState> {
    let guards = port.guards.iter();
    let guards: Read<Vec<Guard>> = guards
        .map(|text| word(&Guard::ALL, Guard::name, text))
        .collect();
    Ok(PortState {
        guards: GuardSet::of(&guards?),
        mode: word(&Mode::ALL, Mode::name, &port.mode)?,
        port: port.port,
        device: port.device,
        degraded: port.degraded,
    })
}

pub(crate) fn counters(counted: wire::Counted) -> Read<Counters> {
    let each = counted.devices.into_iter().map(|(device, frames)| {
        let counters = PortCounters {
            passed: frames.passed,
            refused: by_reason(frames.refused)?,
            audited: by_reason(frames.audited)?,
        };
        Ok((device, counters))
    });
    let by_device: Read<BTreeMap<_, _>> = each.collect();
    Ok(Counters {
        by_device: by_device?,
    })
}

fn by_reason(counted: BTreeMap<String, u64>) -> Read<BTreeMap<Reason, u64>> {
    let each = counted.into_iter();
    each.map(|(text, frames)| Ok((word(&Reason::ALL, Reason::name, &text)?, frames)))
        .collect()
}

fn word<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, text: &str) -> Read<T> {
    let mut known = all.iter().copied();
    known.find(|value| name(*value) == text).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        format!("{text:?} is none of {}", names.join(", "))
    })
}
