//! What holds for any port, any tag and any bytes.

use proptest::prelude::*;
use vifguard_policy::{Guard, GuardSet};
use vifguard_verdict::{CompiledPort, Judgement, Reason, Rule, Verdict, VlanTag, decide, judge};

use crate::generate::{frames, identities, larger, tag_bytes, tags};
use crate::port;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8192))]

    /// Total, the same at every call, and the rule says what the verdict is.
    #[test]
    fn every_frame_has_one_verdict(identity in identities(), tag in tags(), frame in frames()) {
        let port = CompiledPort::new(&identity);
        let judgement = judge(&port, &frame, tag);
        prop_assert_eq!(decide(&port, &frame, tag), judgement.verdict());
        let again = CompiledPort::new(&identity);
        prop_assert_eq!(judge(&again, &frame, tag), judgement);
    }

    /// `explain` cuts the field out of the frame: it begins there, behind what earlier rules read.
    #[test]
    fn the_field_begins_in_the_frame(identity in identities(), frame in frames()) {
        let Judgement { rule, field } = judge(&CompiledPort::new(&identity), &frame, None);
        prop_assert!(field.start <= field.end && field.start <= frame.len());
        prop_assert!(start_is_of_the_layer(rule, field.start), "{rule:?} at {field:?}");
        prop_assert!(field.end <= frame.len() || may_be_missing(rule), "{rule:?} at {field:?}");
    }

    #[test]
    fn a_guard_switched_off_refuses_no_more(
        identity in identities(), tag in tags(), frame in frames()
    ) {
        if decide(&CompiledPort::new(&identity), &frame, tag) == Verdict::Pass {
            for guard in Guard::ALL {
                let port = port::compiled(&identity, identity.guards.with(guard, false));
                prop_assert_eq!(decide(&port, &frame, tag), Verdict::Pass, "{} off", guard);
            }
        }
    }

    #[test]
    fn with_all_guards_off_only_runts_die(
        identity in identities(), tag in tags(), frame in frames()
    ) {
        let verdict = decide(&port::compiled(&identity, GuardSet::NONE), &frame, tag);
        let expected = if frame.len() < 14 { Verdict::Refuse(Reason::Runt) } else { Verdict::Pass };
        prop_assert_eq!(verdict, expected);
    }

    #[test]
    fn a_larger_identity_refuses_no_more(
        (less, more) in larger(), tag in tags(), frame in frames()
    ) {
        if decide(&CompiledPort::new(&less), &frame, tag) == Verdict::Pass {
            prop_assert_eq!(decide(&CompiledPort::new(&more), &frame, tag), Verdict::Pass);
        }
    }

    /// The kernel takes the outer tag out of some frames and leaves it in others.
    #[test]
    fn a_tag_counts_the_same_beside_the_frame(
        identity in identities(), [a, b, c, d] in tag_bytes(), mut frame in frames()
    ) {
        prop_assume!(frame.len() >= 14);
        let port = CompiledPort::new(&identity);
        let tag = VlanTag { tpid: u16::from_be_bytes([a, b]), tci: u16::from_be_bytes([c, d]) };
        let beside = decide(&port, &frame, Some(tag));
        frame.splice(12..12, [a, b, c, d]);
        prop_assert_eq!(decide(&port, &frame, None), beside);
    }
}

fn start_is_of_the_layer(rule: Rule, start: usize) -> bool {
    match rule.number() {
        "3.1" => start == 0,
        "3.2" => start == 6,
        "3.3" | "3.4" | "3.5" => start == 12,
        _ => start >= 14,
    }
}

/// Rules that refuse because something is not there, or do not look whether it is.
fn may_be_missing(rule: Rule) -> bool {
    const RULES: [Rule; 9] = [
        Rule::ArpUnguarded,
        Rule::ArpForm,
        Rule::RarpUnguarded,
        Rule::Rarp,
        Rule::Ipv4Unguarded,
        Rule::Ipv4Form,
        Rule::Ipv6Unguarded,
        Rule::Ipv6Form,
        Rule::NdForm,
    ];
    RULES.contains(&rule)
}
