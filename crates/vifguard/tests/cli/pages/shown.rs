/// Stands for what differs from run to run: some text inside a line, or, alone, any number of lines.
const ANY: &str = "…";

/// Is this what the page shows? Figures change the width of columns, so runs of blanks are alike.
pub(super) fn matches(shown: &str, said: &str) -> bool {
    let [shown, said] = [shown, said].map(|text| text.trim_end().lines().collect::<Vec<_>>());
    lines(&shown, &said)
}

fn lines(shown: &[&str], said: &[&str]) -> bool {
    match (shown, said) {
        ([], said) => said.is_empty(),
        ([any, shown @ ..], said) if any.trim() == ANY => {
            (0..=said.len()).any(|skipped| lines(shown, said.get(skipped..).unwrap_or_default()))
        }
        ([first, shown @ ..], [line, said @ ..]) => alike(first, line) && lines(shown, said),
        (_, []) => false,
    }
}

fn alike(shown: &str, said: &str) -> bool {
    let [shown, said] = [shown, said].map(|text| text.split_whitespace().collect::<Vec<_>>());
    let [shown, said] = [shown.join(" "), said.join(" ")];
    let mut pieces = shown.split(ANY);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, behind)) = rest.split_once(piece) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[test]
fn dots_stand_for_what_differs_and_for_nothing_else() {
    for (shown, said) in [
        ("", ""),
        ("a  b", "a b\n"),
        ("a … c", "a 17 c"),
        ("a …", "a b"),
        ("a\n…\nd", "a\nb\nc\nd"),
        ("a\n…\nd", "a\nd"),
        ("…", ""),
        ("1 of … in …s", "1 of 20 in 3s"),
    ] {
        assert!(matches(shown, said), "{shown:?} {said:?}");
    }
    for (shown, said) in [
        ("", "a"),
        ("a", ""),
        ("a … c", "a 17 d"),
        ("a\n…\nd", "a\nb\nc"),
        ("a\nb", "a"),
        ("a", "a\nb"),
        ("a… ab", "ab"),
    ] {
        assert!(!matches(shown, said), "{shown:?} {said:?}");
    }
}
