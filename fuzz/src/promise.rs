use vifguard_policy::Guard;
use vifguard_verdict::{CompiledPort, Judgement, Verdict, VlanTag, decide, judge};

use crate::{Input, identity};

/// Panics where the judge breaks one of its promises.
///
/// That it does not panic by itself is the first of them.
pub fn check(input: &Input<'_>) {
    let mut identity = identity(input.port).clone();
    identity.guards = input.guards;
    let port = CompiledPort::new(&identity);
    let judgement = judge(&port, input.frame, input.tag);
    let verdict = decide(&port, input.frame, input.tag);
    assert_eq!(verdict, judgement.verdict());
    field_is_in_the_frame(&judgement, input.frame);
    tag_may_move(&port, input, verdict);
    if verdict == Verdict::Pass {
        for guard in Guard::ALL {
            identity.guards = input.guards.with(guard, false);
            let less = decide(&CompiledPort::new(&identity), input.frame, input.tag);
            assert_eq!(
                less,
                Verdict::Pass,
                "{guard} off refuses what it passed when on"
            );
        }
    }
}

/// `explain` shows the field: it begins in the frame, and only its end may be missing.
fn field_is_in_the_frame(judgement: &Judgement, frame: &[u8]) {
    assert!(judgement.field.start <= frame.len(), "{judgement:?}");
    assert!(
        judgement.field.start <= judgement.field.end,
        "{judgement:?}"
    );
}

/// Whether the kernel keeps the outer tag in the frame or beside it is no guest's choice.
fn tag_may_move(port: &CompiledPort, input: &Input<'_>, verdict: Verdict) {
    // The kernel never takes out a tag that leaves less than an Ethernet header.
    if input.tag.is_some() || input.frame.len() < 18 {
        return;
    }
    let word = |at: usize| u16::from_be_bytes([input.frame[at], input.frame[at + 1]]);
    let (tpid, tci) = (word(12), word(14));
    if matches!(tpid, 0x8100 | 0x88a8) {
        let rest = [&input.frame[..12], &input.frame[16..]].concat();
        assert_eq!(decide(port, &rest, Some(VlanTag { tpid, tci })), verdict);
    }
}
