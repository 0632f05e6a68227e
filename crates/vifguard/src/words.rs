//! Words that several answers share.

mod near;

pub(crate) use near::{Near, near};

use vifguard_policy::{GuardSet, Profile};

/// More would not be read.
const LISTED: usize = 20;

/// `1 port`, `3 ports`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Lines of a list, the first of them.
pub(crate) fn bullets(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(LISTED);
    let mut text: String = items
        .take(LISTED)
        .map(|item| format!("  {item}\n"))
        .collect();
    if more > 0 {
        text += &format!("  … and {more} more (--json lists all)\n");
    }
    text
}

/// The profile that has these guards, or `strict` and what it lacks.
pub(crate) fn guards(guards: GuardSet) -> String {
    if let Some(profile) = Profile::ALL
        .into_iter()
        .find(|profile| profile.guards() == guards)
    {
        return profile.name().to_owned();
    }
    let off = Profile::Strict
        .guards()
        .iter()
        .filter(|guard| !guards.has(*guard));
    let off: Vec<&str> = off.map(|guard| guard.name()).collect();
    format!("strict without {}", off.join(", "))
}

#[cfg(test)]
mod tests {
    use vifguard_policy::Guard;

    use super::*;

    #[test]
    fn guards_are_named_by_profile() {
        assert_eq!(guards(Profile::Strict.guards()), "strict");
        assert_eq!(guards(GuardSet::NONE), "open");
        let relay = Profile::Strict.guards().with(Guard::DhcpServer, false);
        assert_eq!(guards(relay), "strict without dhcp-server");
    }

    #[test]
    fn long_lists_end() {
        let text = bullets((0..23).map(|i| i.to_string()));
        assert_eq!(text.lines().count(), 21);
        assert!(text.ends_with("  … and 3 more (--json lists all)\n"));
    }
}
