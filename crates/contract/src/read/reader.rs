use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Fault, Faults, Release};

/// A text of the file, and where it stands.
pub(super) type Text = (String, Range<usize>);

/// A table of the file, and what it is about.
pub(super) struct Table<'a, 'i> {
    pub(super) entries: &'a DeTable<'i>,
    pub(super) at: Range<usize>,
    pub(super) object: Option<String>,
}

/// Takes values out of tables and notes what is wrong with them.
pub(super) struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<(usize, Fault)>,
}

impl<'t> Reader<'t> {
    pub(super) fn of(text: &'t str, file: &'t str) -> Reader<'t> {
        Reader {
            file,
            text,
            faults: Vec::new(),
        }
    }

    /// Notes that something is wrong at this place.
    pub(super) fn fault(&mut self, at: &Range<usize>, object: Option<&str>, message: String) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let fault = Fault {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            object: object.map(str::to_owned),
            message,
        };
        self.faults.push((at.start, fault));
    }

    /// The faults in the order of the file, if there are any.
    pub(super) fn end(&mut self) -> Result<(), Faults> {
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by_key(|(at, _)| *at);
        if faults.is_empty() {
            return Ok(());
        }
        Err(Faults(faults.into_iter().map(|(_, fault)| fault).collect()))
    }

    /// Notes keys that mean nothing here.
    pub(super) fn keys(&mut self, table: &Table, known: &[&str]) {
        for key in table.entries.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let message = format!(
                    "there is no key {name:?}; write one of {}",
                    known.join(", ")
                );
                self.fault(&key.span(), table.object.as_deref(), message);
            }
        }
    }

    /// A text that must be there and say something.
    pub(super) fn text(&mut self, table: &Table, key: &str) -> Option<Text> {
        if find(table, key).is_none() {
            let message = format!("it has no {key}");
            self.fault(&table.at, table.object.as_deref(), message);
        }
        self.text_if_any(table, key)
    }

    /// A text that may be left out.
    pub(super) fn text_if_any(&mut self, table: &Table, key: &str) -> Option<Text> {
        let value = find(table, key)?;
        let object = table.object.as_deref();
        let Some(text) = value.get_ref().as_str() else {
            let message = format!("{key} is {}; write a text in quotes", what(value));
            self.fault(&value.span(), object, message);
            return None;
        };
        if text.trim().is_empty() {
            self.fault(&value.span(), object, format!("{key} is empty"));
            return None;
        }
        Some((text.to_owned(), value.span()))
    }

    /// A list of texts; empty if it is left out.
    pub(super) fn texts(&mut self, table: &Table, key: &str) -> Vec<Text> {
        let Some(value) = find(table, key) else {
            return Vec::new();
        };
        let object = table.object.as_deref();
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("{key} is {}; write a list of texts", what(value));
            self.fault(&value.span(), object, message);
            return Vec::new();
        };
        let mut texts: Vec<Text> = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) if texts.iter().any(|(other, _)| other == text) => {
                    let message = format!("{key} has {text:?} twice");
                    self.fault(&item.span(), object, message);
                }
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => {
                    let message = format!("{key} has {}; write texts in quotes", what(item));
                    self.fault(&item.span(), object, message);
                }
            }
        }
        texts
    }

    /// A table that may be left out.
    pub(super) fn table<'a, 'i>(
        &mut self,
        table: &Table<'a, 'i>,
        key: &str,
    ) -> Option<Table<'a, 'i>> {
        let value = find(table, key)?;
        let found = as_table(value, table.object.clone());
        if found.is_none() {
            let message = format!("{key} is {}; write a table", what(value));
            self.fault(&value.span(), table.object.as_deref(), message);
        }
        found
    }

    /// A list of tables, each called by its name; empty if it is left out.
    pub(super) fn tables<'a, 'i>(
        &mut self,
        table: &Table<'a, 'i>,
        key: &str,
        name: Option<&str>,
    ) -> Vec<Table<'a, 'i>> {
        let Some(value) = find(table, key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("{key} is {}; write a list of tables", what(value));
            self.fault(&value.span(), table.object.as_deref(), message);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            let Some(mut found) = as_table(item, table.object.clone()) else {
                let message = format!("{key} has {}; write tables", what(item));
                self.fault(&item.span(), table.object.as_deref(), message);
                continue;
            };
            if let Some(name) = name {
                let called = find(&found, name).and_then(|value| value.get_ref().as_str());
                found.object =
                    Some(called.map_or(key.to_owned(), |called| format!("{key} {called}")));
            }
            tables.push(found);
        }
        tables
    }

    /// One of the contract's releases.
    pub(super) fn release(
        &mut self,
        (text, at): &Text,
        object: Option<&str>,
        releases: &[Release],
    ) -> Option<Release> {
        let found = text.parse().ok().filter(|found| releases.contains(found));
        if found.is_none() {
            let known: Vec<String> = releases.iter().map(Release::to_string).collect();
            let message = format!(
                "{text:?} is none of the releases; write one of {}, or add it to releases",
                known.join(", ")
            );
            self.fault(at, object, message);
        }
        found
    }
}

/// The value of a key.
pub(super) fn find<'a, 'i>(table: &Table<'a, 'i>, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    let mut entries = table.entries.iter();
    entries.find_map(|(name, value)| (name.get_ref().as_ref() == key).then_some(value))
}

fn as_table<'a, 'i>(
    value: &'a Spanned<DeValue<'i>>,
    object: Option<String>,
) -> Option<Table<'a, 'i>> {
    let DeValue::Table(entries) = value.get_ref() else {
        return None;
    };
    Some(Table {
        entries,
        at: value.span(),
        object,
    })
}

/// What a value is, for people.
pub(super) fn what(value: &Spanned<DeValue>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
