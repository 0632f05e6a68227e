//! Section 3.

use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::{Rule, VlanTag, judge};

use crate::frame::{OTHER_MAC, OWN_MAC, ethernet};
use crate::port;
use crate::row::{Row, check};

pub(crate) fn rows() -> Vec<Row> {
    let tagged = ethernet(OWN_MAC, 0x88a8, &[0, 0, 8, 0]);
    let other = ethernet(OWN_MAC, 0x88b5, &[]);
    vec![
        Row::of(
            Rule::Runt,
            GuardSet::NONE,
            tagged[..13].to_vec(),
            0..13,
            &tagged[..13],
        ),
        Row::strict(Rule::Runt, Vec::new(), 0..0, &[]),
        Row::strict(
            Rule::EthernetSource,
            ethernet(OTHER_MAC, 0x8100, &[]),
            6..12,
            &OTHER_MAC,
        ),
        Row::strict(Rule::Tag, tagged.clone(), 12..14, &[0x88, 0xa8]),
        Row::of(
            Rule::TagOpen,
            GuardSet::of(&[Guard::Mac]),
            tagged,
            12..14,
            &[0x88, 0xa8],
        ),
        Row::strict(
            Rule::Length,
            ethernet(OWN_MAC, 0x05ff, &[]),
            12..14,
            &[0x05, 0xff],
        ),
        Row::strict(
            Rule::EtherTypeListed,
            ethernet(OWN_MAC, 0x88cc, &[]),
            12..14,
            &[0x88, 0xcc],
        ),
        Row::strict(Rule::EtherType, other.clone(), 12..14, &[0x88, 0xb5]),
        Row::of(
            Rule::EtherTypeOpen,
            GuardSet::NONE,
            other,
            12..14,
            &[0x88, 0xb5],
        ),
    ]
}

#[test]
fn the_field_is_shown() {
    check(&rows());
}

/// Beside the frame any TPID is a tag: the kernel put it there because it took it for one.
#[test]
fn a_tag_beside_the_frame_settles_before_its_content() {
    let frame = ethernet(OWN_MAC, 0x0806, &[]);
    for tpid in [0x8100, 0x88a8, 0x9100, 0] {
        let tag = Some(VlanTag { tpid, tci: 0 });
        let strict = judge(&port::with(port::STRICT), &frame, tag);
        assert_eq!(strict.rule, Rule::Tag);
        let open = judge(&port::with(GuardSet::NONE), &frame, tag);
        assert_eq!(open.rule, Rule::TagOpen);
    }
}
