use std::collections::BTreeMap;

use super::reader::{Reader, Table, Text, what};
use crate::{Feature, Kind, Level, Levels, Release, Selection, Shown};

const KEYS: &[&str] = &[
    "id", "kind", "promise", "levels", "reasons", "cases", "except", "check",
];

/// Reads one feature; what is wrong with it is noted.
pub(super) fn feature(
    reader: &mut Reader,
    table: &Table,
    releases: &[Release],
) -> Option<(Feature, Text)> {
    reader.keys(table, KEYS);
    let id = reader.text(table, "id");
    let kind = kind(reader, table);
    let promise = reader.text(table, "promise");
    let levels = levels(reader, table, releases);
    let shown = shown(reader, table, kind);
    let (id, promise) = (id?, promise?.0);
    let feature = Feature {
        id: id.0.clone(),
        kind: kind?,
        promise,
        shown,
        levels,
    };
    Some((feature, id))
}

fn kind(reader: &mut Reader, table: &Table) -> Option<Kind> {
    let (text, at) = reader.text(table, "kind")?;
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    if found.is_none() {
        let message = format!("{text:?} is no kind; write guard, property or extended");
        reader.fault(&at, table.object.as_deref(), message);
    }
    found
}

fn levels(reader: &mut Reader, table: &Table, releases: &[Release]) -> Levels {
    let object = table.object.as_deref();
    let Some(levels) = reader.table(table, "levels") else {
        if super::reader::find(table, "levels").is_none() {
            let message =
                "it has no levels; write levels = { \"RELEASE\" = \"advisory\" }".to_owned();
            reader.fault(&table.at, object, message);
        }
        return Levels::default();
    };
    let mut read = BTreeMap::new();
    for (key, value) in levels.entries {
        let from = (key.get_ref().to_string(), key.span());
        let release = reader.release(&from, object, releases);
        let text = value.get_ref().as_str();
        let level = Level::ALL
            .into_iter()
            .find(|level| Some(level.name()) == text);
        if level.is_none() {
            let said = text.map_or(what(value).to_owned(), |text| format!("{text:?}"));
            let message = format!(
                "{said} is no level; write advisory, required, optional, deprecated or removed"
            );
            reader.fault(&value.span(), object, message);
        }
        if let (Some(release), Some(level)) = (release, level) {
            read.insert(release, (level, value.span()));
        }
    }
    if levels.entries.is_empty() {
        reader.fault(&levels.at, object, "levels is empty".to_owned());
    }
    succession(reader, object, &read);
    Levels(
        read.into_iter()
            .map(|(release, (level, _))| (release, level))
            .collect(),
    )
}

/// What goes is said to go first, and does not come back under its old name.
fn succession(
    reader: &mut Reader,
    object: Option<&str>,
    levels: &BTreeMap<Release, (Level, std::ops::Range<usize>)>,
) {
    let mut before = None;
    for (release, (level, at)) in levels {
        let message = match (before, level) {
            (Some(before), level) if before == *level => {
                format!("it is {level} at {release} already: levels carry forward")
            }
            (Some(Level::Removed), _) => {
                format!("it was removed before {release}; what comes back gets another id")
            }
            (before, Level::Removed) if before != Some(Level::Deprecated) => {
                format!("removed at {release} without having been deprecated before")
            }
            _ => String::new(),
        };
        if !message.is_empty() {
            reader.fault(at, object, message);
        }
        before = Some(*level);
    }
}

fn shown(reader: &mut Reader, table: &Table, kind: Option<Kind>) -> Shown {
    let object = table.object.as_deref();
    let reasons = reader.texts(table, "reasons");
    let cases = reader.texts(table, "cases");
    let except = reader.texts(table, "except");
    let check = reader.text_if_any(table, "check");
    let has_frames = !reasons.is_empty() || !cases.is_empty();
    if let (Some((_, at)), true) = (&check, has_frames) {
        let message =
            "it has both frames (reasons, cases) and a check; write one of them".to_owned();
        reader.fault(at, object, message);
    }
    if let (Some((_, at)), false) = (except.first(), has_frames) {
        let message = "except takes nothing out: there are no reasons or cases".to_owned();
        reader.fault(at, object, message);
    }
    let is_ours = kind.is_some_and(|kind| kind != Kind::Extended);
    if is_ours && check.is_none() && !has_frames {
        let message =
            "nothing shows it; write reasons or cases of the corpus, or a check".to_owned();
        reader.fault(&table.at, object, message);
    }
    let plain = |texts: Vec<Text>| texts.into_iter().map(|(text, _)| text).collect();
    match check {
        Some((check, _)) => Shown::Check(check),
        None if has_frames => Shown::Frames(Selection {
            reasons: plain(reasons),
            cases: plain(cases),
            except: plain(except),
        }),
        None => Shown::Nothing,
    }
}
