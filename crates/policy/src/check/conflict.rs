use std::net::Ipv6Addr;

use crate::faults::Faults;
use crate::object::Object;

use super::claim::Claim;

/// Two claims that do not go together: the sentence about the first, which is the one to change.
pub(super) fn report(
    (wrong, of): (&Claim<'_>, Object<'_>),
    (other, owner): (&Claim<'_>, Object<'_>),
    faults: &mut Faults,
) {
    let place = format!("{owner} ({})", other.node.spot());
    let (relation, advice) = match owner {
        Object::Network(_) => (relation(wrong, other, "reserved"), "leave it out"),
        Object::Port(_) | Object::Host | Object::File => {
            (relation(wrong, other, "held"), "leave it to one of them")
        }
    };
    let key = wrong.key();
    let message = format!(
        "{relation} by {place}; {advice}, or write {{ {key}: …, shared: true }} in both places"
    );
    faults.conflict(
        wrong.node,
        of.field(wrong.field.name()),
        message,
        (other.node, owner),
    );
}

fn relation(wrong: &Claim<'_>, other: &Claim<'_>, verb: &str) -> String {
    let (mine, theirs) = (words(wrong), words(other));
    if (wrong.start, wrong.end) == (other.start, other.end) {
        if other.derived {
            format!(
                "{mine} is the link-local of {}, {verb}",
                other.node.quoted()
            )
        } else {
            format!("{mine} is {verb}")
        }
    } else if wrong.start <= other.start && other.end <= wrong.end {
        format!("{mine} covers {theirs}, {verb}")
    } else {
        format!("{mine} lies inside {theirs}, {verb}")
    }
}

fn words(claim: &Claim<'_>) -> String {
    let written = claim.node.quoted();
    if claim.derived {
        format!(
            "the link-local {} of {written}",
            Ipv6Addr::from_bits(claim.start)
        )
    } else {
        written
    }
}
