//! What a kernel's modules need, as `depmod` wrote it down.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The modules of a kernel by name.
struct Index<'k> {
    directory: &'k Path,
    /// Its file, and the files that it needs, counted from the directory.
    by_name: BTreeMap<String, Vec<&'k str>>,
    built_in: BTreeSet<String>,
}

/// Their files, what is needed before what needs it.
pub(crate) fn in_order(directory: &Path, names: &[&str]) -> Result<Vec<PathBuf>> {
    let read = |name: &str| {
        let file = directory.join(name);
        fs::read_to_string(&file).map_err(Error::file("read", &file))
    };
    let (dependencies, built_in) = (read("modules.dep")?, read("modules.builtin")?);
    let index = Index {
        directory,
        by_name: dependencies.lines().filter_map(line).collect(),
        built_in: built_in.lines().map(name_of).collect(),
    };
    let mut ordered = Vec::new();
    for name in names {
        index.add(&canonical(name), &mut ordered)?;
    }
    Ok(ordered
        .into_iter()
        .map(|file| directory.join(file))
        .collect())
}

impl<'k> Index<'k> {
    fn add(&self, name: &str, ordered: &mut Vec<&'k str>) -> Result<()> {
        let Some(files) = self.by_name.get(name) else {
            if self.built_in.contains(name) {
                return Ok(());
            }
            return Err(Error::Absent {
                what: format!("the kernel of {} has no {name}", self.directory.display()),
            });
        };
        // depmod lists all that is needed, what is needed first last.
        for file in files.iter().rev() {
            if !ordered.contains(file) {
                ordered.push(file);
            }
        }
        Ok(())
    }
}

/// `kernel/net/bridge/bridge.ko: kernel/net/802/stp.ko kernel/net/llc/llc.ko`
fn line(line: &str) -> Option<(String, Vec<&str>)> {
    let (file, needs) = line.split_once(':')?;
    let files = std::iter::once(file).chain(needs.split_whitespace());
    Some((name_of(file), files.collect()))
}

fn name_of(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    canonical(name.split(".ko").next().unwrap_or(name))
}

/// Names of modules have underscores, their files may have dashes.
pub(crate) fn canonical(name: &str) -> String {
    name.replace('-', "_")
}

/// The lines of an index (`modules.dep`, `modules.alias`, `modules.softdep`) that speak of these modules alone.
pub(crate) fn about(index: &str, text: &str, files: &BTreeSet<String>) -> String {
    let names: BTreeSet<String> = files.iter().map(|file| name_of(file)).collect();
    let speaks = |line: &&str| match index {
        "modules.dep" => line
            .split_once(':')
            .is_some_and(|(file, _)| files.contains(file)),
        "modules.softdep" => line
            .split_whitespace()
            .nth(1)
            .is_some_and(|name| names.contains(&canonical(name))),
        // alias nft-chain-2-filter nf_tables
        _ => line
            .rsplit(' ')
            .next()
            .is_some_and(|name| names.contains(&canonical(name))),
    };
    let lines = text.lines().filter(speaks);
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let text = "kernel/net/bridge/bridge.ko: kernel/net/802/stp.ko kernel/net/llc/llc.ko\n\
                    kernel/net/llc/llc.ko:\n";
        let index = Index {
            directory: Path::new("/"),
            by_name: text.lines().filter_map(line).collect(),
            built_in: BTreeSet::from(["unix".to_owned()]),
        };
        let mut ordered = Vec::new();
        index.add("llc", &mut ordered).unwrap();
        index.add("bridge", &mut ordered).unwrap();
        index.add("unix", &mut ordered).unwrap();
        let names: Vec<String> = ordered.iter().map(|file| name_of(file)).collect();
        assert_eq!(names, ["llc", "stp", "bridge"]);
        assert!(index.add("nosuch", &mut ordered).is_err());
    }

    #[test]
    fn an_index_is_cut_to_the_modules_that_are_there() {
        let files = BTreeSet::from(["kernel/drivers/net/virtio-net.ko".to_owned()]);
        let text = "alias virtio:d00000001v* virtio_net\nalias devname:kvm kvm\n";
        let kept = about("modules.alias", text, &files);
        assert_eq!(kept, "alias virtio:d00000001v* virtio_net\n");
        let text = "kernel/drivers/net/virtio-net.ko: a.ko\nkernel/a.ko:\n";
        assert_eq!(
            about("modules.dep", text, &files),
            "kernel/drivers/net/virtio-net.ko: a.ko\n"
        );
    }
}
