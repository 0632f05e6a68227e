//! Reading what is there, and carrying a change out.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use vifguard_driver::{Error, Result};
use vifguard_programs::Program;

use crate::change::Change;
use crate::driver::{NAME, links, step};
use crate::filter::Filter;
use crate::held::{Held, Kernel, ours};
use crate::tool::{Tools, VIRSH};
use crate::xml;

/// So many filters are read at once: a command line has an end.
const AT_ONCE: usize = 200;

/// All that concerns us, as it is now.
pub(crate) fn read(tools: &Tools) -> Result<Held> {
    let listed = tools.virsh(&["nwfilter-list"]);
    let listed = listed.map_err(|error| step("list libvirt's filters", error))?;
    let names = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1));
    let names = ours(names.map(str::to_owned));
    let mut held = Held {
        bindings: bindings(tools)?,
        ..Held::default()
    };
    for names in names.chunks(AT_ONCE) {
        let commands: Vec<String> = names
            .iter()
            .map(|name| format!("nwfilter-dumpxml '{name}'"))
            .collect();
        let dumped = tools.virsh(&[commands.join("; ").as_str()]);
        let dumped = dumped.map_err(|error| step("read libvirt's filters", error))?;
        let filters = xml::filters(&dumped).map_err(|what| {
            let unclear = Program::new(VIRSH).unclear(what);
            step("read libvirt's filters", unclear)
        })?;
        held.filters.extend(by_name(filters));
    }
    // Asked after the bindings: what comes in between is there.
    let links = links()?;
    let is_there = |device: &str| links.links.iter().any(|link| link.name == device);
    let gone = held.bindings.keys().filter(|device| !is_there(device));
    held.gone = gone.cloned().collect();
    let rules = tools.rules();
    let rules = rules.map_err(|error| step("read the rules that libvirt made", error))?;
    held.kernel = Kernel::read(&rules);
    Ok(held)
}

fn by_name(filters: Vec<Filter>) -> BTreeMap<String, Filter> {
    let named = filters
        .into_iter()
        .map(|filter| (filter.name.clone(), filter));
    named.collect()
}

fn bindings(tools: &Tools) -> Result<BTreeMap<String, String>> {
    let listed = tools.virsh(&["nwfilter-binding-list"]);
    let listed = listed.map_err(|error| step("list libvirt's bindings", error))?;
    let pair = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    Ok(listed.lines().filter_map(pair).collect())
}

/// What is new is made before anything is changed, and what is old goes last.
pub(crate) fn carry_out(tools: &Tools, change: &Change) -> Result<()> {
    let scratch = Scratch::new().map_err(scratch_failed)?;
    for filter in change.parts.iter().chain(&change.wrappers) {
        let file = scratch.write(&filter.to_string())?;
        let done = tools.virsh(&["nwfilter-define", &file]);
        done.map_err(|error| step(&format!("define the filter {}", filter.name), error))?;
    }
    for binding in &change.bind {
        let file = scratch.write(&binding.to_string())?;
        let done = tools.virsh(&["nwfilter-binding-create", &file]);
        done.map_err(|error| {
            let what = format!("port {}: bind {}", binding.port, binding.device);
            step(&what, error)
        })?;
    }
    for device in &change.unbind {
        let done = tools.virsh(&["nwfilter-binding-delete", device]);
        done.map_err(|error| step(&format!("take the filter off {device}"), error))?;
    }
    for filter in &change.undefine {
        let done = tools.virsh(&["nwfilter-undefine", filter]);
        done.map_err(|error| step(&format!("undefine the filter {filter}"), error))?;
    }
    Ok(())
}

/// A directory of this process alone, for what virsh reads.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Scratch> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("vifguard-{}-{number}", process::id()));
        // Fails where something lies already: nobody else decides what is read.
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Scratch(path))
    }

    fn write(&self, text: &str) -> Result<String> {
        let file: &Path = &self.0.join("given.xml");
        fs::write(file, text).map_err(scratch_failed)?;
        Ok(file.display().to_string())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn scratch_failed(source: io::Error) -> Error {
    Error::Step {
        driver: NAME,
        step: "write a file for virsh".to_owned(),
        source: Box::new(source),
    }
}
