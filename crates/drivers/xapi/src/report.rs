//! What is in force, in words.

use vifguard_driver::{Drift, PortState, State};
use vifguard_policy::{GuardSet, Mode as Enforcement};

use crate::capability::{Backend, lacking};
use crate::held::{Claim, Held, Seat};
use crate::mark::Note;
use crate::plan::list;
use crate::record::{DefaultMode, LockingMode};

/// The state that the marks and the VIFs tell of.
pub(crate) fn state(held: &Held) -> State {
    let mut state = State {
        present: held.here.values().chain(&held.asleep).any(Seat::is_marked),
        ..State::default()
    };
    for (device, seat) in &held.here {
        if let Some(note) = seat.note() {
            state.ports.push(PortState {
                port: note.port.clone(),
                device: device.clone(),
                guards: GuardSet::from_bits(note.guards),
                mode: Enforcement::Enforce,
                degraded: degraded(held, seat, note),
            });
        }
        state.drift.extend(drift(seat));
    }
    state.ports.sort_unstable_by(|a, b| a.port.cmp(&b.port));
    state
}

fn degraded(held: &Held, seat: &Seat, note: &Note) -> Vec<String> {
    let backend = Backend::of(held.backend.as_deref());
    let mut all = lacking(backend, GuardSet::from_bits(note.guards));
    all.extend(contradiction(seat));
    if note.host != held.host {
        all.push(format!(
            "it was guarded from another host ({}), and stays so until that is released by name",
            note.host
        ));
    }
    all
}

/// What of a VIF's settings contradicts the rest.
fn contradiction(seat: &Seat) -> Option<String> {
    let vif = &seat.vif;
    let follows = match seat.default {
        Some(DefaultMode::Disabled) => "follows its network, which lets nothing pass",
        Some(DefaultMode::Unlocked) | None => "follows its network, which lets everything pass",
    };
    match vif.locking_mode {
        LockingMode::Locked if !vif.lists_any() => Some(
            "it is locked and no address is listed: but for DHCP and the like it sends nothing"
                .to_owned(),
        ),
        LockingMode::Unlocked if vif.lists_any() => {
            Some("addresses are listed, but it is unlocked: they mean nothing".to_owned())
        }
        LockingMode::NetworkDefault if vif.lists_any() => Some(format!(
            "addresses are listed, but it {follows}: they mean nothing"
        )),
        LockingMode::Locked
        | LockingMode::Unlocked
        | LockingMode::NetworkDefault
        | LockingMode::Disabled
        | LockingMode::Other(_) => None,
    }
}

fn drift(seat: &Seat) -> Vec<Drift> {
    let what = |what: String| Drift {
        port: seat.note().map(|note| note.port.clone()),
        what,
    };
    let vif = &seat.vif;
    match &seat.claim {
        Claim::Free | Claim::Foreign => Vec::new(),
        Claim::Unreadable => vec![what(format!(
            "{} carries marks that cannot be read",
            seat.describe()
        ))],
        Claim::CutShort(_) => vec![what(format!(
            "a change of {} was cut short; enforce again, or release",
            seat.describe()
        ))],
        Claim::Taken(_) => vec![what(format!(
            "somebody else set locking_mode of {} to {}; it is left so",
            seat.describe(),
            vif.locking_mode
        ))],
        Claim::Ours(note, _) => {
            let mut all = Vec::new();
            let mode = note.mode.locking_mode();
            if vif.locking_mode != mode {
                all.push(what(format!(
                    "locking_mode is {} and was {mode}",
                    vif.locking_mode
                )));
            }
            if !vif.lists_v4(&note.v4) {
                let (is, was) = (list(&vif.ipv4_allowed), list(&note.v4));
                all.push(what(format!("ipv4_allowed is {is} and was {was}")));
            }
            if !vif.lists_v6(&note.v6) {
                let (is, was) = (list(&vif.ipv6_allowed), list(&note.v6));
                all.push(what(format!("ipv6_allowed is {is} and was {was}")));
            }
            all
        }
    }
}

/// What is worth knowing of this host's VIFs, whoever's they are.
pub(crate) fn notes(held: &Held) -> Vec<String> {
    let mut notes = Vec::new();
    match Backend::of(held.backend.as_deref()) {
        Backend::OpenVSwitch => notes.push("frames are carried by Open vSwitch".to_owned()),
        Backend::Bridge => notes.push("frames are carried by the Linux bridge".to_owned()),
        Backend::Unknown => {}
    }
    for (device, seat) in &held.here {
        if let Some(why) = contradiction(seat) {
            notes.push(format!("{device}, {}: {why}", seat.describe()));
        }
    }
    let open = |(_, seat): &(&String, &Seat)| {
        let vif = &seat.vif;
        vif.locking_mode == LockingMode::NetworkDefault
            && seat.default == Some(DefaultMode::Unlocked)
    };
    let open: Vec<&str> = held
        .here
        .iter()
        .filter(open)
        .map(|(device, _)| device.as_str())
        .collect();
    if !open.is_empty() {
        notes.push(format!(
            "not guarded by XAPI, since the network's default_locking_mode is unlocked: {}",
            open.join(" ")
        ));
    }
    notes
}
