//! Every state of a VIF that two addresses and the marks can make, and every step from it: wherever a
//! change is cut, it opened nothing more than its ends, is known to be ours, can be gone on with, and
//! can be taken back.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_policy::GuardSet;

use super::*;

const ONE: &str = "192.0.2.1";
const TWO: &str = "192.0.2.2";
const SIX: &str = "2001:db8::1";
/// Nobody lists it.
const OTHER: &str = "203.0.113.9";

fn lists_of_four() -> [Vec<&'static str>; 4] {
    [vec![], vec![ONE], vec![TWO], vec![ONE, TWO]]
}

/// Every note of these modes, these addresses, and of a change that is under way.
fn notes() -> Vec<Note> {
    let mut all = Vec::new();
    let froms = [None, Some(Mode::Locked), Some(Mode::Unlocked)];
    for (mode, from) in [Mode::Locked, Mode::Unlocked]
        .into_iter()
        .flat_map(|mode| froms.map(|from| (mode, from)))
    {
        for v4 in lists_of_four() {
            // One of them has an address of the other family, too.
            let v6 = if v4.len() == 1 { vec![SIX] } else { vec![] };
            let v4: BTreeSet<_> = v4.iter().map(|text| text.parse().unwrap()).collect();
            let v6: BTreeSet<_> = v6.iter().map(|text| text.parse().unwrap()).collect();
            let guards = GuardSet::from_bits(255);
            let mut note = Note::new("web", "here", guards, mode, (v4, v6));
            note.from = from;
            if from != Some(mode) {
                all.push(note);
            }
        }
    }
    all
}

/// What is asked for: a note of no change under way.
fn wanted() -> Vec<Note> {
    let plain = notes().into_iter().filter(|note| note.from.is_none());
    plain
        .filter(|note| note.mode == Mode::Locked || (note.v4.is_empty() && note.v6.is_empty()))
        .collect()
}

/// Somebody had listed something.
fn listed_before() -> Before {
    let mut before = Before::nothing();
    before.ipv4_allowed.push(TWO.to_owned());
    before
}

/// What is known to have been there before us.
fn known_before(vif: &Vif) -> Before {
    match (
        vif.other_config.contains_key(BEFORE),
        vif.other_config.contains_key(PORT),
    ) {
        (true, _) => listed_before(),
        (false, true) => Before::nothing(),
        (false, false) => Before::of(vif),
    }
}

/// Every state of a VIF that is ours to change.
fn vifs() -> Vec<Vif> {
    let mut marks: Vec<BTreeMap<String, String>> = vec![BTreeMap::new()];
    let before = listed_before().text();
    marks.push(BTreeMap::from([(BEFORE.to_owned(), before.clone())]));
    for note in notes() {
        let note = (PORT.to_owned(), note.text());
        marks.push(BTreeMap::from([
            (BEFORE.to_owned(), before.clone()),
            note.clone(),
        ]));
        marks.push(BTreeMap::from([note]));
    }
    let mut all = Vec::new();
    for other_config in marks {
        for mode in ["network_default", "locked", "unlocked", "disabled"] {
            for v4 in lists_of_four() {
                for v6 in [vec![], vec![SIX]] {
                    all.push(Vif {
                        uuid: "vif".to_owned(),
                        device: "0".to_owned(),
                        network: "net".to_owned(),
                        vm: "vm".to_owned(),
                        mac: "02:00:00:00:00:01".to_owned(),
                        locking_mode: mode.to_owned().into(),
                        ipv4_allowed: v4.iter().map(ToString::to_string).collect(),
                        ipv6_allowed: v6.iter().map(ToString::to_string).collect(),
                        other_config: other_config.clone(),
                    });
                }
            }
        }
    }
    all.retain(|vif| is_ours_to_change(&seat(vif)));
    all
}

fn seat(vif: &Vif) -> Seat {
    Seat {
        reference: "OpaqueRef:vif".to_owned(),
        vm: "web".to_owned(),
        default: None,
        claim: Claim::of(vif),
        vif: vif.clone(),
    }
}

fn is_ours_to_change(seat: &Seat) -> bool {
    matches!(
        seat.claim,
        Claim::Free | Claim::Ours(..) | Claim::CutShort(_)
    )
}

fn carry_out(vif: &mut Vif, act: &Act) {
    match act {
        Act::Mode(mode) => vif.locking_mode = mode.clone(),
        Act::V4(all) => vif.ipv4_allowed.clone_from(all),
        Act::V6(all) => vif.ipv6_allowed.clone_from(all),
        Act::Mark(key, text) => {
            let there = vif.other_config.insert((*key).to_owned(), text.clone());
            assert_eq!(there, None, "XAPI adds no key twice");
        }
        Act::Unmark(key) => {
            vif.other_config.remove(*key);
        }
    }
}

fn after(vif: &Vif, steps: &[Step]) -> Vif {
    let mut vif = vif.clone();
    steps.iter().for_each(|step| carry_out(&mut vif, &step.act));
    vif
}

fn passes(vif: &Vif, address: &str) -> bool {
    match vif.locking_mode {
        LockingMode::NetworkDefault | LockingMode::Unlocked => true,
        LockingMode::Locked => {
            let mut listed = vif.ipv4_allowed.iter().chain(&vif.ipv6_allowed);
            listed.any(|text| text == address)
        }
        LockingMode::Disabled | LockingMode::Other(_) => false,
    }
}

/// Wherever the steps are cut.
fn cut_anywhere(vif: &Vif, steps: &[Step], again: impl Fn(&Seat) -> Vec<Step>) {
    let end = after(vif, steps);
    for cut in 0..=steps.len() {
        let there = after(vif, &steps[..cut]);
        for address in [ONE, TWO, SIX, OTHER] {
            let ends = [passes(vif, address), passes(&end, address)];
            assert!(
                ends.contains(&passes(&there, address)),
                "{address} after {cut} of {steps:#?} on {vif:#?}"
            );
        }
        let seat = seat(&there);
        assert!(
            is_ours_to_change(&seat),
            "after {cut} of {steps:#?} on {vif:#?}"
        );
        assert_eq!(
            after(&there, &again(&seat)),
            end,
            "after {cut} of {steps:#?} on {vif:#?}"
        );
        let mut back = there;
        for step in steps[..cut].iter().rev() {
            carry_out(&mut back, &step.undo);
        }
        assert_eq!(back, *vif, "taken back after {cut} of {steps:#?}");
    }
}

#[test]
fn a_vif_is_guarded_from_every_state() {
    let mut count = 0;
    for vif in vifs() {
        for wanted in wanted() {
            let steps = guard(&seat(&vif), &wanted);
            let end = after(&vif, &steps);
            assert_eq!(end.locking_mode, wanted.mode.locking_mode());
            assert!(end.lists_v4(&wanted.v4) && end.lists_v6(&wanted.v6));
            let ours = Claim::Ours(wanted.clone(), known_before(&vif));
            assert_eq!(Claim::of(&end), ours);
            cut_anywhere(&vif, &steps, |seat| guard(seat, &wanted));
            count += 1;
        }
    }
    assert!(count > 2_000, "{count}");
}

#[test]
fn a_vif_is_given_free_from_every_state() {
    for vif in vifs().iter().filter(|vif| seat(vif).is_marked()) {
        let steps = release(&seat(vif));
        let end = after(vif, &steps);
        assert_eq!(Claim::of(&end), Claim::Free);
        assert_eq!(Before::of(&end), known_before(vif));
        cut_anywhere(vif, &steps, |seat| {
            if seat.is_marked() {
                release(seat)
            } else {
                Vec::new()
            }
        });
    }
}
