//! The contract's file, read into a [`Contract`] or a list of all that is wrong with it.

mod driver;
mod feature;
mod reader;

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::{Contract, Driver, Faults, Feature, Profile, Release};
use reader::{Reader, Table, Text, find};

const KEYS: &[&str] = &[
    "version", "next", "releases", "feature", "profiles", "driver",
];

/// The form of file that is understood.
const VERSION: &str = "1";

pub(crate) fn contract(text: &str, file: &str) -> Result<Contract, Faults> {
    let mut reader = Reader::of(text, file);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = format!("this is not TOML: {}", error.message());
        reader.fault(&error.span().unwrap_or(0..0), None, message);
    }
    if !errors.is_empty() {
        // Nobody can know what the rest was meant to be.
        reader.end()?;
    }
    let root = Table {
        entries: root.get_ref(),
        at: 0..0,
        object: None,
    };
    reader.keys(&root, KEYS);
    version(&mut reader, &root);
    let releases = releases(&mut reader, &root);
    let next = reader.text(&root, "next");
    let next = next.and_then(|next| reader.release(&next, None, &releases));
    let features = features(&mut reader, &root, &releases);
    // A feature that something is wrong with is still one that may be named.
    let ids = ids(&root);
    let profiles = profiles(&mut reader, &root, &ids);
    let drivers = drivers(&mut reader, &root, &releases, &ids);
    reader.end()?;
    Ok(Contract {
        // Without one there was a fault.
        next: next.unwrap_or_else(|| releases[0]),
        releases,
        features,
        profiles,
        drivers,
    })
}

fn version(reader: &mut Reader, root: &Table) {
    let Some(value) = find(root, "version") else {
        reader.fault(
            &root.at,
            None,
            format!("it has no version; write version = {VERSION}"),
        );
        return;
    };
    if !matches!(value.get_ref(), DeValue::Integer(number) if number.as_str() == VERSION) {
        let message = format!("this vifguard understands version = {VERSION} only");
        reader.fault(&value.span(), None, message);
    }
}

fn releases(reader: &mut Reader, root: &Table) -> Vec<Release> {
    let mut read: Vec<Release> = Vec::new();
    for (text, at) in reader.texts(root, "releases") {
        let Ok(release) = text.parse() else {
            let message = format!("{text:?} is no release; write three numbers, as in \"0.1.0\"");
            reader.fault(&at, None, message);
            continue;
        };
        if let Some(before) = read.last().filter(|before| **before >= release) {
            let message = format!("release {release} comes before {before}; write them in order");
            reader.fault(&at, None, message);
        }
        read.push(release);
    }
    let is_empty = |value: &toml::Spanned<DeValue>| {
        value
            .get_ref()
            .as_array()
            .is_some_and(|list| list.is_empty())
    };
    if find(root, "releases").is_none_or(is_empty) {
        let message = "it has no releases; write releases = [\"0.1.0\"]".to_owned();
        reader.fault(&root.at, None, message);
    }
    read
}

fn features(reader: &mut Reader, root: &Table, releases: &[Release]) -> Vec<Feature> {
    let mut features: Vec<Feature> = Vec::new();
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    for table in reader.tables(root, "feature", Some("id")) {
        let Some((feature, (id, at))) = feature::feature(reader, &table, releases) else {
            continue;
        };
        let object = table.object.as_deref();
        if features.iter().any(|other| other.id == id) {
            let message = "there is another feature of this id; an id keeps its meaning for ever";
            reader.fault(&at, object, message.to_owned());
            continue;
        }
        for reason in feature
            .selection()
            .iter()
            .flat_map(|frames| &frames.reasons)
        {
            if let Some(other) = reasons.insert(reason.clone(), id.clone()) {
                let message = format!("feature {other} has the reason {reason:?} too; name cases");
                reader.fault(&at, object, message);
            }
        }
        features.push(feature);
    }
    features
}

fn ids(root: &Table) -> Vec<String> {
    let features = find(root, "feature").and_then(|value| value.get_ref().as_array());
    let ids = features.into_iter().flatten().filter_map(|feature| {
        let id = feature.get_ref().get("id")?;
        id.get_ref().as_str().map(str::to_owned)
    });
    ids.collect()
}

fn profiles(reader: &mut Reader, root: &Table, known: &[String]) -> Vec<Profile> {
    let Some(table) = reader.table(root, "profiles") else {
        return Vec::new();
    };
    let mut profiles = Vec::new();
    for key in table.entries.keys() {
        let id = key.get_ref().to_string();
        let object = format!("profile {id}");
        let named: Vec<Text> = reader.texts(&table, &id);
        for (feature, at) in &named {
            if !known.contains(feature) {
                let message = format!("there is no feature {feature:?}");
                reader.fault(at, Some(&object), message);
            }
        }
        let features = named.into_iter().map(|(feature, _)| feature).collect();
        profiles.push(Profile { id, features });
    }
    profiles
}

fn drivers(
    reader: &mut Reader,
    root: &Table,
    releases: &[Release],
    known: &[String],
) -> Vec<Driver> {
    let mut drivers: Vec<Driver> = Vec::new();
    for table in reader.tables(root, "driver", Some("name")) {
        let Some((driver, (name, at))) = driver::driver(reader, &table, releases, known) else {
            continue;
        };
        if drivers.iter().any(|other| other.name == name) {
            let message = "there is another driver of this name".to_owned();
            reader.fault(&at, table.object.as_deref(), message);
            continue;
        }
        drivers.push(driver);
    }
    drivers
}
