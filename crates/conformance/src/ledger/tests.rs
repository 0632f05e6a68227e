use vifguard_corpus::Corpus;

use super::*;
use crate::seats;

/// Three frames, one behind the other: the middle one has to be refused.
fn close(late: &[(usize, Vec<u8>)], in_time: [bool; 3]) -> Vec<bool> {
    let corpus = Corpus::embedded().unwrap();
    let all = seats(corpus).unwrap();
    let trials = || all.iter().flat_map(|seat| &seat.trials);
    let of = |case: &str, passes: bool| {
        trials()
            .find(|it| it.case.name == case && it.expected.passes() == Some(passes))
            .unwrap()
    };
    let sent = [
        of("arp-request", true),
        of("forged-mac-arp", false),
        of("arp-request", true),
    ];
    let mut ledger = Ledger::new(Mode::Enforce);
    for (number, (trial, comes)) in sent.iter().zip(in_time).enumerate() {
        let own = comes.then(|| trial.case.frame.clone());
        ledger.sent(trial, own.into_iter().collect(), false);
        let strays = late.iter().filter(|(when, _)| *when == number);
        ledger.strays(strays.map(|(_, frame)| frame.clone()).collect());
    }
    let fates = ledger.close(&HashSet::from([HOST]));
    fates.iter().map(|(_, it)| it.came_through).collect()
}

fn frame(case: &str) -> Vec<u8> {
    Corpus::embedded()
        .unwrap()
        .case(case)
        .unwrap()
        .frame
        .clone()
}

const HOST: [u8; 6] = [2, 0xee, 0, 0, 0, 1];
const FINE: [bool; 3] = [true, false, true];

#[test]
fn what_comes_in_time_is_what_was_sent() {
    assert_eq!(close(&[], FINE), FINE);
}

#[test]
fn a_refused_frame_that_is_let_out_later_is_a_leak() {
    let late = [(2, frame("forged-mac-arp"))];
    assert_eq!(close(&late, FINE), [true, true, true]);
}

#[test]
fn a_refused_frame_that_comes_out_changed_is_a_leak() {
    let mut changed = frame("forged-mac-arp");
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(close(&[(1, changed)], FINE), [true, true, true]);
}

#[test]
fn a_good_frame_may_be_late_and_be_flooded() {
    let late = [(2, frame("arp-request")), (2, frame("arp-request"))];
    assert_eq!(close(&late, [false, false, true]), FINE);
}

#[test]
fn what_the_lab_says_is_nobodys() {
    let mut hosts = frame("forged-mac-arp");
    hosts[6..12].copy_from_slice(&HOST);
    let mut labs = frame("forged-mac-arp");
    labs[12..14].copy_from_slice(&LABS);
    assert_eq!(close(&[(1, hosts), (2, labs)], FINE), FINE);
}
