/// Whether a pattern fits; `*` in it stands for anything, also for nothing.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(head) else {
        return false;
    };
    let mut ends = rest.char_indices().map(|(at, _)| &rest[at..]).chain([""]);
    ends.any(|end| fits(tail, end))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_is_anything_and_all_else_itself() {
        let fitting = [
            ("snap", "snap"),
            ("snap-*", "snap-"),
            ("*-arp", "snap-forged-arp"),
            ("snap-*-arp", "snap-forged-arp"),
            ("*a*a", "aXaYa"),
            ("*", ""),
        ];
        for (pattern, text) in fitting {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        let others = [
            ("snap", "snap-ipv4"),
            ("snap-*", "snap"),
            ("*-arp", "snap-arp-reply"),
            ("snap-*-arp", "snap-arp"),
            ("", "a"),
            ("a.c", "abc"),
        ];
        for (pattern, text) in others {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
