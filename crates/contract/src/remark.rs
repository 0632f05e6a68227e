use std::collections::BTreeSet;

use crate::change::Gate;
use crate::{Contract, Declared, Driver, Evidence, Feature, Level, Profile, Release};

/// What a change does that nobody objects to, for whoever merges it.
pub fn remarks(old: &Contract, new: &Contract, evidence: &Evidence) -> Vec<String> {
    let gate = Gate::of(old, new, evidence);
    let mut remarks = releases(&gate);
    for feature in &new.features {
        match old.feature(&feature.id) {
            None => {
                let level = feature.levels.at(new.next);
                let level = level.map_or("later".to_owned(), |level| level.to_string());
                let id = &feature.id;
                remarks.push(format!("feature {id} is new: {level} at {}", new.next));
            }
            Some(before) => remarks.extend(changed(&gate, before, feature)),
        }
    }
    remarks.extend(profiles(old, new));
    for driver in &new.drivers {
        match old.driver(&driver.name) {
            None => remarks.push(match driver.held {
                Some(held) => format!("driver {} joins and is held from {held}", driver.name),
                None => format!("driver {} joins and is held to nothing yet", driver.name),
            }),
            Some(before) => remarks.extend(altered(&gate, before, driver)),
        }
    }
    let gone = old.drivers.iter();
    let gone = gone.filter(|driver| new.driver(&driver.name).is_none());
    remarks.extend(gone.filter_map(|driver| left(&gate, driver)));
    remarks
}

fn releases(gate: &Gate) -> Vec<String> {
    let (was, is) = (gate.old.next, gate.new.next);
    let mut remarks = Vec::new();
    if was < is {
        remarks.push(format!("{is} is in the making; it was {was}"));
    }
    let between = gate.new.releases.iter();
    let between = between.filter(|release| gate.is_between(**release));
    remarks.extend(between.map(|release| {
        format!("release {release} comes in between: from now on it counts as one of two releases' notice")
    }));
    remarks
}

fn changed(gate: &Gate, before: &Feature, feature: &Feature) -> Vec<String> {
    let id = &feature.id;
    let mut remarks = Vec::new();
    if before.shown != feature.shown {
        remarks.push(format!(
            "feature {id} is shown by something else: reports made before are stale"
        ));
    }
    let all: BTreeSet<Release> = [gate.old, gate.new]
        .into_iter()
        .flat_map(|contract| contract.releases.iter().copied())
        .collect();
    let mut spans: Vec<Span> = Vec::new();
    for release in &all {
        let (was, is) = (before.levels.at(*release), feature.levels.at(*release));
        match spans.last_mut() {
            Some(span) if span.was == was && span.is == is => span.to = *release,
            _ => spans.push(Span {
                from: *release,
                to: *release,
                was,
                is,
            }),
        }
    }
    let differs = spans.iter().filter(|span| span.was != span.is);
    remarks.extend(differs.map(|span| format!("feature {id} {}", span.said(all.last()))));
    remarks
}

/// Releases in a row at which a feature had one level and has another.
struct Span {
    from: Release,
    to: Release,
    was: Option<Level>,
    is: Option<Level>,
}

impl Span {
    fn said(&self, last: Option<&Release>) -> String {
        let Span { from, to, was, is } = self;
        let how = match weight(*is).cmp(&weight(*was)) {
            std::cmp::Ordering::Less => "is lowered",
            std::cmp::Ordering::Equal => "is changed",
            std::cmp::Ordering::Greater => "is raised",
        };
        let when = if last == Some(to) {
            format!("from {from} on")
        } else if from == to {
            format!("at {from}")
        } else {
            format!("from {from} to {to}")
        };
        let say = |level: &Option<Level>| level.map_or("not there", Level::name);
        format!("{how} {when}: {}, where it was {}", say(is), say(was))
    }
}

/// How much a level asks of drivers.
fn weight(level: Option<Level>) -> u8 {
    match level {
        None | Some(Level::Removed) => 0,
        Some(Level::Deprecated) => 1,
        Some(Level::Optional) => 2,
        Some(Level::Advisory) => 3,
        Some(Level::Required) => 4,
    }
}

fn profiles(old: &Contract, new: &Contract) -> Vec<String> {
    let none = Vec::new();
    let features = |profile: Option<&Profile>| -> Vec<String> {
        profile.map_or(&none, |profile| &profile.features).clone()
    };
    let ids: BTreeSet<&str> = [old, new]
        .into_iter()
        .flat_map(|contract| contract.profiles.iter().map(|profile| profile.id.as_str()))
        .collect();
    let mut remarks = Vec::new();
    for id in ids {
        let (was, is) = (features(old.profile(id)), features(new.profile(id)));
        let without = |all: &[String], known: &[String]| -> String {
            let rest = all.iter().filter(|feature| !known.contains(feature));
            rest.cloned().collect::<Vec<_>>().join(", ")
        };
        let (lost, gained) = (without(&was, &is), without(&is, &was));
        if !lost.is_empty() {
            remarks.push(format!(
                "profile {id} asks less: no longer {lost}; whoever chose by it gets less, and the \
                 conformance kit passes drivers without it"
            ));
        }
        if !gained.is_empty() {
            remarks.push(format!(
                "profile {id} asks more: {gained}; drivers that held it may hold it no more"
            ));
        }
    }
    remarks
}

/// A driver that is in both.
fn altered(gate: &Gate, before: &Driver, driver: &Driver) -> Vec<String> {
    let name = &driver.name;
    let mut remarks = Vec::new();
    let say = |release: Option<Release>| release.map_or("never".to_owned(), |it| it.to_string());
    let times = [
        ("is held from", before.held, driver.held),
        ("leaves at", before.leaves, driver.leaves),
    ];
    for (what, was, is) in times {
        if was != is {
            remarks.push(format!(
                "driver {name}: {what} {}; it was {}",
                say(is),
                say(was)
            ));
        }
    }
    if before.maintainers != driver.maintainers {
        remarks.push(format!(
            "driver {name}: {} answers for it; it was {}",
            driver.answerable(),
            before.answerable()
        ));
    }
    for feature in &gate.new.features {
        let id = &feature.id;
        let (had, has) = (before.declared(id), driver.declared(id));
        if let (Declared::Partial(was), Declared::Partial(is)) = (&had, &has)
            && was != is
        {
            remarks.push(format!(
                "driver {name}: what it refuses beyond {id} is said otherwise: {is:?}; it was {was:?}"
            ));
        }
        if has.rank() >= had.rank() {
            continue;
        }
        let lost = format!(
            "driver {name}: had {id} {} and now says {}",
            had.name(),
            has.name()
        );
        if gate.is_going(feature) {
            remarks.push(format!("{lost}, which goes away"));
        } else if gate.was_untrue(before, feature) {
            remarks.push(format!("{lost}: a report shows that it was not so"));
        }
    }
    remarks
}

/// A driver that was taken out; one that is held is objected to.
fn left(gate: &Gate, driver: &Driver) -> Option<String> {
    let name = &driver.name;
    if driver.leaves.is_some_and(|leaves| leaves <= gate.next) {
        return Some(format!("driver {name} has left, and its entry goes"));
    }
    if driver.is_held_at(gate.next) {
        return None;
    }
    let until = driver
        .held
        .map_or("it was held to nothing".to_owned(), |held| {
            format!("it was to be held from {held}")
        });
    let claims = driver.features.iter().filter(|(_, said)| said.is_claim());
    let claims: Vec<&str> = claims.map(|(id, _)| id.as_str()).collect();
    let claims = match claims.is_empty() {
        true => "nothing".to_owned(),
        false => claims.join(", "),
    };
    Some(format!(
        "driver {name} is taken out though it did not leave: {until}, and claimed {claims}; {} answered for it",
        driver.answerable()
    ))
}
