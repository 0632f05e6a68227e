//! `cargo xtask defects`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use vifguard_defects::{
    Cases, Defect, Fate, Finding, Kit, List, Outcome, Planted, Tree, Workshop, judge, lists, root,
    table,
};

/// Plant defects in drivers, one at a time, and ask whether the conformance kit finds them.
///
/// Ends with 1 unless it finds all that were asked for.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask defects")]
struct Arguments {
    /// Only those of this driver; may be given several times.
    #[arg(long, value_name = "DRIVER")]
    driver: Vec<String>,
    /// Only these.
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    /// Only list them.
    #[arg(long)]
    list: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let chosen = chosen(&arguments)?;
    if arguments.list {
        let all = chosen.iter().flat_map(|list| &list.defects);
        all.for_each(|defect| println!("{}: {}", defect.id, defect.what));
        return Ok(ExitCode::SUCCESS);
    }
    let directory = root().join("target/defects");
    fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    let tree = Tree::of(&root(), &directory.join("tree"))?;
    let workshop = Workshop::new(tree, &directory);
    let outcomes = all(&workshop, &chosen)?;
    print!("\n{}", table(&outcomes));
    Ok(match outcomes.iter().all(Outcome::is_found) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn chosen(arguments: &Arguments) -> Result<Vec<List>> {
    let mut all = lists(&root())?;
    let is_there = |id: &String| {
        all.iter()
            .flat_map(|list| &list.defects)
            .any(|it| it.id == *id)
    };
    if let Some(unknown) = arguments.only.iter().find(|id| !is_there(id)) {
        bail!("no defect is called {unknown}; --list shows them");
    }
    if let Some(unknown) = arguments
        .driver
        .iter()
        .find(|it| all.iter().all(|list| list.driver != **it))
    {
        bail!("no defects are known of a driver {unknown}");
    }
    if !arguments.driver.is_empty() {
        all.retain(|list| arguments.driver.contains(&list.driver));
    }
    if !arguments.only.is_empty() {
        for list in &mut all {
            list.defects
                .retain(|defect| arguments.only.contains(&defect.id));
        }
    }
    all.retain(|list| !list.defects.is_empty());
    Ok(all)
}

/// A kit, or what the compiler said, and how long it took to build.
type Built = Result<(Result<Kit, String>, Duration)>;

/// While the kit runs with one defect it is built with the next.
fn all(workshop: &Workshop, lists: &[List]) -> Result<Vec<Outcome>> {
    let (give, take) = channel();
    thread::scope(|scope| {
        scope.spawn(move || build_all(workshop, lists, &give));
        try_all(lists, take)
    })
}

/// For each driver first one without a defect.
fn build_all(workshop: &Workshop, lists: &[List], give: &Sender<Built>) {
    for list in lists {
        let defects = list.defects.iter().map(Some);
        for defect in std::iter::once(None).chain(defects) {
            let built = build(workshop, &list.driver, defect);
            let is_over = built.is_err();
            // Nobody waits for more after an error.
            if give.send(built).is_err() || is_over {
                return;
            }
        }
    }
    eprintln!("all are built");
}

fn build(workshop: &Workshop, driver: &str, defect: Option<&Defect>) -> Built {
    let clock = Instant::now();
    let planted = defect
        .map(|defect| Planted::new(workshop.tree(), defect))
        .transpose()?;
    let kit = workshop.build(defect.map_or(driver, |defect| &defect.id))?;
    drop(planted);
    Ok((kit, clock.elapsed()))
}

/// Takes the receiver, so that who builds learns by its end that nobody waits any more.
fn try_all(lists: &[List], built: Receiver<Built>) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for list in lists {
        outcomes.extend(try_driver(list, &built)?);
    }
    Ok(outcomes)
}

fn try_driver(list: &List, built: &Receiver<Built>) -> Result<Vec<Outcome>> {
    let next = || built.recv().context("the builder is gone")?;
    let (undamaged, took) = next()?;
    println!("{}: built in {} s", list.driver, took.as_secs());
    let wrong = match undamaged {
        Ok(kit) => try_undamaged(&kit, list)?,
        Err(said) => bail!("the tree without a defect does not build:\n{said}"),
    };
    let total = list.defects.len();
    let mut outcomes = Vec::new();
    for (number, defect) in (1..).zip(&list.defects) {
        let (kit, took) = next()?;
        let outcome = match wrong.get(&defect.features) {
            Some(Finding::Nothing(why)) => Outcome {
                id: defect.id.clone(),
                fate: Fate::Unjudged(format!("nor is the driver without it: {why}")),
                built: took,
                ran: Duration::ZERO,
            },
            Some(Finding::Contradicted(_, known)) => {
                tried(kit, took, &list.driver, defect, Some(known))?
            }
            Some(Finding::Clean) | None => tried(kit, took, &list.driver, defect, None)?,
        };
        println!("{number}/{total} {outcome}");
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Returns what the kit finds without any defect, by features, where that is not nothing. What it contradicts even
/// so shows a defect only by cases that are not among those.
fn try_undamaged(kit: &Kit, list: &List) -> Result<BTreeMap<Vec<String>, Finding>> {
    let driver = &list.driver;
    // What a run sends depends on what it is asked for, so each kind of run is tried.
    let kinds: BTreeSet<(&Vec<String>, &Vec<String>)> = list
        .defects
        .iter()
        .map(|defect| (&defect.features, &defect.arguments))
        .collect();
    let mut wrong = BTreeMap::new();
    for (features, arguments) in kinds {
        let clock = Instant::now();
        let name = format!("{driver}-{}", features.join("-"));
        let ran = kit.run(driver, features, arguments, &name)?;
        let finding = judge(&ran, driver, features);
        let (named, took) = (features.join(" "), clock.elapsed().as_secs());
        println!("{driver} without a defect, {named}: {finding} ({took} s)");
        if finding != Finding::Clean {
            wrong.insert(features.clone(), finding);
        }
    }
    Ok(wrong)
}

fn tried(
    kit: Result<Kit, String>,
    built: Duration,
    driver: &str,
    defect: &Defect,
    known: Option<&Cases>,
) -> Result<Outcome> {
    let clock = Instant::now();
    let fate = match kit {
        Err(said) => Fate::Unbuilt(said),
        Ok(kit) => {
            let ran = kit.run(driver, &defect.features, &defect.arguments, &defect.id)?;
            match judge(&ran, driver, &defect.features) {
                Finding::Contradicted(why, cases) => match known {
                    None => Fate::Found(why),
                    Some(known) => beside(known, &cases),
                },
                Finding::Clean => Fate::Missed,
                Finding::Nothing(why) => Fate::Unjudged(why),
            }
        }
    };
    Ok(Outcome {
        id: defect.id.clone(),
        fate,
        built,
        ran: clock.elapsed(),
    })
}

/// Of a feature that is contradicted without the defect, too.
fn beside(known: &Cases, cases: &Cases) -> Fate {
    let new: Vec<&str> = cases.difference(known).map(String::as_str).collect();
    match new.first() {
        Some(first) => Fate::Found(format!(
            "{} cases more than without it, such as {first}",
            new.len()
        )),
        None => Fate::Missed,
    }
}
