use vifguard_corpus::{Case, Variant};
use vifguard_verdict::{CompiledPort, Verdict, VlanTag, decide};

use crate::senders;

/// The judge and the corpus were written from the contract by different hands. Where they differ,
/// one has misread it: find out which before either is changed.
#[test]
fn the_judge_gives_the_expected_verdicts() {
    compare(|port, frame| Some(decide(port, frame, None)));
}

/// Drivers see the outer tag beside the frame, where the kernel keeps it.
#[test]
fn a_tag_beside_the_frame_is_judged_as_one_in_it() {
    compare(|port, frame| {
        let (frame, tag) = untagged(frame)?;
        Some(decide(port, &frame, Some(tag)))
    });
}

fn compare(judge: impl Fn(&CompiledPort, &[u8]) -> Option<Verdict>) {
    let mut differences = Vec::new();
    for (case, variant, identity) in senders() {
        let port = CompiledPort::new(identity.as_ref().unwrap());
        let verdict = judge(&port, &case.frame);
        differences.extend(verdict.and_then(|got| difference(case, variant, got)));
    }
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

fn difference(case: &Case, variant: &Variant, got: Verdict) -> Option<String> {
    let expected = variant.expected.verdict;
    (got != expected).then(|| {
        let (file, name, label) = (&case.file, &case.name, variant.label());
        format!("{file} {name} ({label}): expected {expected}, judged {got}")
    })
}

/// The frame as `skb_vlan_untag` of the kernel leaves it; 0x9100 and cut tags stay where they are.
fn untagged(frame: &[u8]) -> Option<(Vec<u8>, VlanTag)> {
    let word = |at: usize| {
        frame
            .get(at..at + 2)
            .map(|b| u16::from_be_bytes([b[0], b[1]]))
    };
    let tpid = word(12).filter(|tpid| [0x8100, 0x88a8].contains(tpid))?;
    let tci = word(14)?;
    word(16)?;
    Some(([&frame[..12], &frame[16..]].concat(), VlanTag { tpid, tci }))
}
