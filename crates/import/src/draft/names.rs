use std::collections::HashSet;

use super::Draft;

/// As long as a name may be, less room for a number.
const LONGEST: usize = 120;

/// Makes every name one that a policy accepts, and unique.
pub(super) fn settle(draft: &mut Draft) {
    let mut taken = HashSet::new();
    for network in &mut draft.networks {
        network.name = unique(&network.name, "network", &mut taken);
    }
    let mut taken = HashSet::new();
    for port in &mut draft.ports {
        port.name = unique(&port.name, "port", &mut taken);
    }
    for unguarded in &mut draft.unguarded {
        unguarded.name = unique(&unguarded.name, "port", &mut taken);
    }
}

fn unique(name: &str, otherwise: &str, taken: &mut HashSet<String>) -> String {
    let name = match plain(name) {
        empty if empty.is_empty() => otherwise.to_owned(),
        name => name,
    };
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}

/// The name without white space and without what is not to be seen. Such characters become dashes: the
/// name has to be recognised, not to be restored.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for c in name.trim().chars() {
        let invisible = c.is_whitespace() || c.escape_debug().len() > 1;
        let c = if invisible && !matches!(c, '\'' | '"' | '\\') {
            '-'
        } else {
            c
        };
        if plain.len() + c.len_utf8() > LONGEST {
            break;
        }
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_unique() {
        let mut taken = HashSet::new();
        let mut settle = |name: &str| unique(name, "port", &mut taken);
        assert_eq!(settle("my guest"), "my-guest");
        assert_eq!(settle("my\tguest"), "my-guest-2");
        assert_eq!(settle(" \n"), "port");
        assert_eq!(settle("\u{200b}\u{1b}"), "--");
        assert_eq!(settle("gäst'\"\\"), "gäst'\"\\");
        assert!(settle(&"ä".repeat(100)).len() <= LONGEST);
    }
}
