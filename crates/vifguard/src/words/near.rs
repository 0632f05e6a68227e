use strsim::damerau_levenshtein;

/// As many names are listed; somebody may have ten thousand.
const LISTED: usize = 5;

/// What to say to a name that is not there.
pub(crate) struct Near {
    /// `; did you mean web-1?`, or nothing if no name is near.
    pub(crate) question: String,
    /// The names, the nearest first, not all of many.
    pub(crate) list: String,
}

/// Compares it with the names that are there.
pub(crate) fn near<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Near {
    let mut names: Vec<(usize, &str)> = names
        .map(|name| (damerau_levenshtein(word, name), name))
        .collect();
    names.sort_by_key(|(distance, _)| *distance);
    let meant = names.first().filter(|(distance, name)| {
        let shorter = word.chars().count().min(name.chars().count());
        *distance <= 1.max(shorter / 3)
    });
    let question = meant.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"));
    let mut list: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    match names.len().saturating_sub(LISTED) {
        0 if list.is_empty() => list.push("none".to_owned()),
        0 => {}
        more => list.push(format!("and {more} more")),
    }
    Near {
        question,
        list: list.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_is_asked_for() {
        let names = ["mail", "web-10", "web-1"];
        let Near { question, list } = near("wbe-1", names.into_iter());
        assert_eq!(question, "; did you mean web-1?");
        assert_eq!(list, "web-1, web-10, mail");
    }

    #[test]
    fn nothing_is_asked_where_nothing_is_near() {
        let Near { question, list } = near("web", ["port-1"].into_iter());
        assert_eq!((question.as_str(), list.as_str()), ("", "port-1"));
        assert_eq!(near("web", std::iter::empty()).list, "none");
    }

    #[test]
    fn many_are_not_all_listed() {
        let names: Vec<String> = (0..9).map(|i| format!("port-{i}")).collect();
        let list = near("port-7", names.iter().map(String::as_str)).list;
        assert!(list.starts_with("port-7, "), "{list}");
        assert!(list.ends_with(", and 4 more"), "{list}");
    }
}
