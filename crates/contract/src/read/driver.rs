use std::collections::BTreeMap;

use super::reader::{Reader, Table, Text};
use crate::{Declared, Driver, Maintainer, Release};

const KEYS: &[&str] = &["name", "about", "held", "leaves", "maintainers", "features"];

/// Reads one driver; what is wrong with it is noted.
pub(super) fn driver(
    reader: &mut Reader,
    table: &Table,
    releases: &[Release],
    known: &[String],
) -> Option<(Driver, Text)> {
    reader.keys(table, KEYS);
    let name = reader.text(table, "name");
    let about = reader.text(table, "about");
    let (held, leaves) = time(reader, table, releases);
    let maintainers = maintainers(reader, table);
    let features = declarations(reader, table, known);
    let name = name?;
    let driver = Driver {
        name: name.0.clone(),
        about: about?.0,
        held,
        leaves,
        maintainers,
        features,
    };
    Some((driver, name))
}

/// From when to when it is held.
fn time(
    reader: &mut Reader,
    table: &Table,
    releases: &[Release],
) -> (Option<Release>, Option<Release>) {
    let object = table.object.as_deref();
    let mut release = |key| {
        let text = reader.text_if_any(table, key)?;
        reader.release(&text, object, releases)
    };
    let (held, leaves) = (release("held"), release("leaves"));
    let Some(at) = super::reader::find(table, "leaves").map(toml::Spanned::span) else {
        return (held, leaves);
    };
    if super::reader::find(table, "held").is_none() {
        let message = "it leaves, but is not held: there is nothing to leave".to_owned();
        reader.fault(&at, object, message);
    }
    if let (Some(held), Some(leaves)) = (held, leaves)
        && leaves <= held
    {
        let message = format!("it leaves at {leaves}, and is held from {held} on only");
        reader.fault(&at, object, message);
    }
    (held, leaves)
}

fn maintainers(reader: &mut Reader, table: &Table) -> Vec<Maintainer> {
    let object = table.object.as_deref();
    let mut read = Vec::new();
    for entry in reader.tables(table, "maintainers", None) {
        reader.keys(&entry, &["name", "contact"]);
        let (name, contact) = (reader.text(&entry, "name"), reader.text(&entry, "contact"));
        if let (Some((name, _)), Some((contact, _))) = (name, contact) {
            read.push(Maintainer { name, contact });
        }
    }
    let says_nobody = super::reader::find(table, "maintainers").is_none_or(|value| {
        value
            .get_ref()
            .as_array()
            .is_some_and(|list| list.is_empty())
    });
    if says_nobody {
        let message =
            "nobody answers for it; write maintainers = [{ name = \"…\", contact = \"…\" }]";
        reader.fault(&table.at, object, message.to_owned());
    }
    read
}

fn declarations(
    reader: &mut Reader,
    table: &Table,
    known: &[String],
) -> BTreeMap<String, Declared> {
    let object = table.object.as_deref();
    let mut read = BTreeMap::new();
    let Some(declared) = reader.table(table, "features") else {
        return read;
    };
    for (key, value) in declared.entries {
        let id = key.get_ref().to_string();
        if !known.contains(&id) {
            let message = format!("there is no feature {id:?}; add it, or take it out here");
            reader.fault(&key.span(), object, message);
        }
        let said = match value.get_ref().as_str() {
            Some("full") => Some(Declared::Full),
            _ => sentence(value.get_ref()),
        };
        match said {
            Some(said) => {
                read.insert(id, said);
            }
            None => {
                let message = format!(
                    "what it says of {id} means nothing; write \"full\", {{ partial = \"what is refused \
                     beyond the contract\" }} or {{ none = \"why not\" }}"
                );
                reader.fault(&value.span(), object, message);
            }
        }
    }
    read
}

/// `{ partial = "…" }` or `{ none = "…" }`
fn sentence(value: &toml::de::DeValue) -> Option<Declared> {
    let mut entries = value.as_table()?.iter();
    let (key, value) = entries.next()?;
    let why = value.get_ref().as_str()?.trim().to_owned();
    if entries.next().is_some() || why.is_empty() {
        return None;
    }
    match key.get_ref().as_ref() {
        "partial" => Some(Declared::Partial(why)),
        "none" => Some(Declared::None(why)),
        _ => None,
    }
}
