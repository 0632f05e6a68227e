//! What of Markdown matters here: links, and the anchors of headings.

use std::ops::Range;

/// A link of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link<'t> {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) target: &'t str,
    /// Where the target stands in the text.
    pub(super) place: Range<usize>,
}

/// All inline links and images. What stands in code is none.
pub(super) fn links(text: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    for (line, start, shown) in prose(text) {
        let shown = without_code(shown);
        let mut from = 0;
        while let Some(at) = find(&shown, "](", from) {
            let begin = at + 2;
            let Some(end) = find(&shown, ")", begin) else {
                break;
            };
            // Behind a blank comes a title.
            let end_of_target = find(&shown, " ", begin).map_or(end, |blank| blank.min(end));
            let place = start + begin..start + end_of_target;
            let target = text.get(place.clone()).unwrap_or_default();
            links.push(Link {
                line,
                target,
                place,
            });
            from = end;
        }
    }
    links
}

/// The anchors of a page's headings, as the repository's web view and mdBook make them.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, _, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let anchor = anchor(title.trim());
        let same = |other: &&String| {
            let number = other
                .strip_prefix(&anchor)
                .and_then(|rest| rest.strip_prefix('-'));
            **other == anchor || number.is_some_and(|number| number.parse::<u32>().is_ok())
        };
        match anchors.iter().filter(same).count() {
            0 => anchors.push(anchor),
            before => anchors.push(format!("{anchor}-{before}")),
        }
    }
    anchors
}

fn anchor(title: &str) -> String {
    // Of a link in a heading the label is shown.
    let mut label = String::new();
    let mut rest = title;
    while let Some((before, link)) = rest.split_once("](") {
        label.push_str(before);
        rest = link.split_once(')').map_or("", |(_, behind)| behind);
    }
    label.push_str(rest);
    let kept = label.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Lines outside blocks of code: their number, where they begin, and they themselves.
fn prose(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut next = 0;
    text.split_inclusive('\n')
        .zip(1..)
        .filter_map(move |(line, number)| {
            let start = next;
            next += line.len();
            let line = line.trim_end_matches('\n');
            let mark = line.trim_start();
            match fence {
                Some(open) => {
                    if mark.starts_with(open) {
                        fence = None;
                    }
                    None
                }
                None => {
                    fence = ["```", "~~~"]
                        .into_iter()
                        .find(|open| mark.starts_with(open));
                    fence.is_none().then_some((number, start, line))
                }
            }
        })
}

/// The line with its code spans blanked, byte by byte.
fn without_code(line: &str) -> Vec<u8> {
    let mut shown = line.as_bytes().to_vec();
    let mut from = 0;
    while let Some(open) = find(&shown, "`", from) {
        let ticks = shown
            .iter()
            .skip(open)
            .take_while(|byte| **byte == b'`')
            .count();
        let mark = "`".repeat(ticks);
        match find(&shown, &mark, open + ticks) {
            Some(close) => {
                let end = close + ticks;
                shown
                    .get_mut(open..end)
                    .into_iter()
                    .for_each(|span| span.fill(b'_'));
                from = end;
            }
            None => from = open + ticks,
        }
    }
    shown
}

fn find(bytes: &[u8], what: &str, from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest
        .windows(what.len())
        .position(|window| window == what.as_bytes());
    found.map(|at| from + at)
}
