/// The longest piece of a value that a remark repeats.
const SHOWN: usize = 80;

/// A value of the source, shortened, and with nothing in it that a terminal or YAML obeys.
///
/// A guest's name may come from a tenant's form; it ends in comments of a policy and on a terminal.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(SHOWN));
    for (i, c) in text.chars().enumerate() {
        if i == SHOWN {
            out.push('…');
            break;
        }
        match c {
            '\'' | '"' => out.push(c),
            _ => out.extend(c.escape_debug()),
        }
    }
    out
}

/// The first few of many, and how many more.
pub(crate) fn some_of(names: &[String]) -> String {
    const NAMED: usize = 3;
    let first = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_ends_a_comment() {
        assert_eq!(shown("a\nb\u{2028}\x1b['\""), "a\\nb\\u{2028}\\u{1b}['\"");
        assert_eq!(shown(&"x".repeat(200)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn long_lists_are_counted() {
        let names: Vec<String> = "abcde".chars().map(String::from).collect();
        assert_eq!(some_of(&names[..2]), "a, b");
        assert_eq!(some_of(&names), "a, b, c and 2 more");
    }
}
