use askama::Template;

use super::document::{Difference, Report};
use crate::evidence::Kind;
use crate::{Error, Level, Result};

/// The report as one page that needs nothing else: no script, no font, no network.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    groups: Vec<Group<'a>>,
    proven: usize,
    contradicted: usize,
    unproven: usize,
    holding: usize,
    lacking: usize,
    unshown: usize,
}

/// Differences of a kind.
struct Group<'a> {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    differences: Vec<Shown<'a>>,
}

struct Shown<'a> {
    it: &'a Difference,
    /// The bytes before those that decide, these, and those behind.
    bytes: [String; 3],
}

const KINDS: [(Kind, &str, &str, &str); 7] = [
    (
        Kind::Leaked,
        "leaked",
        "Leaked",
        "Frames that the contract refuses, and that came through.",
    ),
    (
        Kind::Broken,
        "broken",
        "Good traffic that was broken",
        "Frames that the contract lets pass, and that were refused.",
    ),
    (
        Kind::Taught,
        "taught",
        "Taught the bridge",
        "Refused frames from which the bridge learned all the same.",
    ),
    (
        Kind::Elsewhere,
        "elsewhere",
        "Another fate elsewhere",
        "Frames that met another fate on a routed interface or to the host than on the bridge.",
    ),
    (
        Kind::Unaudited,
        "unaudited",
        "Not audited",
        "Frames that did not pass in audit mode, or were not counted as what becomes of them otherwise.",
    ),
    (
        Kind::Miscounted,
        "miscounted",
        "Not counted",
        "Frames for which not exactly the right counter moved, by one.",
    ),
    (
        Kind::OtherReason,
        "reason",
        "Counted under another reason",
        "Frames that were rightly refused, and counted under another reason than the contract's.",
    ),
];

/// The report for people.
///
/// # Errors
///
/// None that is known; the template says so.
pub fn page(report: &Report) -> Result<String> {
    let with = |verdict| {
        report
            .features
            .iter()
            .filter(|it| it.verdict == verdict)
            .count()
    };
    let page = Page {
        report,
        groups: groups(report),
        proven: with(crate::Verdict::Proven),
        contradicted: with(crate::Verdict::Contradicted),
        unproven: with(crate::Verdict::Unproven),
        holding: with(crate::Verdict::Holds),
        lacking: with(crate::Verdict::DoesNotHold),
        unshown: with(crate::Verdict::NotShown),
    };
    page.render().map_err(|error| Error::Render {
        what: "index.html",
        why: error.to_string(),
    })
}

fn groups(report: &Report) -> Vec<Group<'_>> {
    let group = |(kind, id, title, about)| {
        let of_kind = report.differences.iter().filter(|it| it.kind == kind);
        let mut differences: Vec<Shown<'_>> = of_kind.map(Shown::of).collect();
        // What nobody declares comes first.
        differences.sort_by_key(|it| it.it.declared);
        Group {
            id,
            title,
            about,
            differences,
        }
    };
    let groups = KINDS.into_iter().map(group);
    groups
        .filter(|group| !group.differences.is_empty())
        .collect()
}

impl Shown<'_> {
    fn of(it: &Difference) -> Shown<'_> {
        let bytes: Vec<&str> = (0..it.frame.len() / 2)
            .map(|number| &it.frame[number * 2..number * 2 + 2])
            .collect();
        let start = it.ground.offset.min(bytes.len());
        let end = (start + it.ground.length).min(bytes.len());
        let joined = |bytes: &[&str]| bytes.join(" ");
        Shown {
            it,
            bytes: [
                joined(&bytes[..start]),
                joined(&bytes[start..end]),
                joined(&bytes[end..]),
            ],
        }
    }

    /// Does a field hold any of the bytes that decide?
    fn decides(&self, offset: &usize, length: &usize) -> bool {
        let ground = &self.it.ground;
        *offset < ground.offset + ground.length && ground.offset < offset + length
    }
}

impl Page<'_> {
    fn found(level: &Option<Level>) -> &'static str {
        level.map_or("not shown", Level::name)
    }
}
