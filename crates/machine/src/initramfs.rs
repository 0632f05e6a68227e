use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::cpio::{self, Entry};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::libraries::Libraries;
use crate::modules;
use crate::package::Package;

/// What runs before the script of [`Initramfs::boot`]: file systems, the shell's programs, modules.
const BEFORE: &str = "#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/bin:/usr/sbin:/bin:/sbin HOME=/tmp
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs tmp /tmp
ln -s /proc/self/fd /dev/fd
while read module; do insmod $module || echo \"cannot load $module\"; done < /etc/modules
ip link set lo up
";
const AFTER: &str = "\npoweroff -f\n";

const DIRECTORIES: [&str; 13] = [
    "bin", "dev", "etc", "lib64", "proc", "root", "run", "sbin", "sys", "tmp", "usr/bin",
    "usr/sbin", "var",
];
/// Those that busybox's modprobe reads.
const INDEXES: [&str; 4] = [
    "modules.dep",
    "modules.alias",
    "modules.softdep",
    "modules.symbols",
];

/// The first file system of a machine, in memory.
#[derive(Clone, Debug)]
pub struct Initramfs {
    entries: BTreeMap<String, Entry>,
    /// Modules to be loaded at boot, in order.
    loaded: Vec<String>,
}

impl Initramfs {
    /// One with busybox, statically linked, and the directories that everybody expects.
    pub fn new() -> Result<Initramfs> {
        let mut files = Initramfs {
            entries: BTreeMap::new(),
            loaded: Vec::new(),
        };
        for directory in DIRECTORIES {
            files.directory(directory);
        }
        // The kernel opens it for what runs first, before anybody could mount anything.
        files.add(
            "dev/console",
            Entry::Node {
                mode: 0o600,
                major: 5,
                minor: 1,
            },
        );
        files.copy(
            "bin/busybox",
            &Package::fetch("busybox-static")?.file("bin/busybox")?,
        )?;
        files.link("bin/sh", "busybox");
        files.link("sbin/modprobe", "../bin/busybox");
        files.text("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
        files.text("etc/group", "root:x:0:\n");
        Ok(files)
    }

    /// A directory, with those that it lies in.
    pub fn directory(&mut self, path: &str) {
        self.add(path, Entry::Directory);
    }

    /// A file with this text.
    pub fn text(&mut self, path: &str, text: &str) {
        self.bytes(path, text.as_bytes().to_vec(), 0o644);
    }

    /// A file that can be run.
    pub fn script(&mut self, path: &str, text: &str) {
        self.bytes(path, text.as_bytes().to_vec(), 0o755);
    }

    /// A symbolic link.
    pub fn link(&mut self, path: &str, target: &str) {
        let target = target.to_owned();
        self.add(path, Entry::Link { target });
    }

    /// A file of this host, which can be run.
    pub fn copy(&mut self, path: &str, file: &Path) -> Result<()> {
        let content = fs::read(file).map_err(Error::file("read", file))?;
        self.bytes(path, content, 0o755);
        Ok(())
    }

    /// A program of this host, with its loader and the libraries that it needs.
    pub fn program(&mut self, path: &str, file: &Path, libraries: &Libraries) -> Result<()> {
        self.copy(path, file)?;
        for (path, file) in libraries.needed_by(file)? {
            if !self.entries.contains_key(&path) {
                self.copy(&path, &file)?;
            }
        }
        Ok(())
    }

    /// A library that a program opens by itself when it runs.
    pub fn library(&mut self, name: &str, libraries: &Libraries) -> Result<()> {
        let absent = || Error::Absent {
            what: format!("there is no {name}"),
        };
        let (path, file) = libraries.library(name).ok_or_else(absent)?;
        self.copy(&path, &file)
    }

    /// Modules of the kernel, with what they need, to be loaded at boot.
    pub fn load(&mut self, kernel: &Kernel, names: &[&str]) -> Result<()> {
        let files = self.modules(kernel, names)?;
        for file in files {
            if !self.loaded.contains(&file) {
                self.loaded.push(file);
            }
        }
        Ok(())
    }

    /// Modules of the kernel, with what they need, for whoever asks for them: the kernel itself does.
    pub fn offer(&mut self, kernel: &Kernel, names: &[&str]) -> Result<()> {
        self.modules(kernel, names).map(drop)
    }

    /// A shell script to run when all that is there; when it ends, the machine is switched off.
    pub fn boot(&mut self, script: &str) {
        self.script("init", &format!("{BEFORE}{script}{AFTER}"));
    }

    /// Writes it to a file, as a kernel takes it.
    pub fn write(mut self, file: &Path) -> Result<()> {
        let list = self.loaded.iter().flat_map(|file| ["/", file, "\n"]);
        let list: String = list.collect();
        self.text("etc/modules", &list);
        let entries = self.entries.iter();
        let bytes = cpio::archive(entries.map(|(path, entry)| (path.as_str(), entry)));
        fs::write(file, bytes).map_err(Error::file("write", file))
    }

    /// The paths of the files.
    fn modules(&mut self, kernel: &Kernel, names: &[&str]) -> Result<Vec<String>> {
        let below = format!("lib/modules/{}", kernel.release);
        let files: Vec<PathBuf> = kernel.in_order(names)?;
        let mut paths = Vec::new();
        for file in files {
            let inside = file.strip_prefix(&kernel.modules).unwrap_or(&file);
            let path = format!("{below}/{}", inside.display());
            if !self.entries.contains_key(&path) {
                self.copy(&path, &file)?;
            }
            paths.push(path);
        }
        self.index(kernel, &below)?;
        Ok(paths)
    }

    /// What modprobe needs to know, of the modules that are there: a whole kernel's takes it seconds to read.
    fn index(&mut self, kernel: &Kernel, below: &str) -> Result<()> {
        let there = self.entries.keys();
        let there = there.filter_map(|path| path.strip_prefix(below)?.strip_prefix('/'));
        let there: BTreeSet<String> = there.map(ToOwned::to_owned).collect();
        for name in INDEXES {
            let file = kernel.modules.join(name);
            let text = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
            self.text(
                &format!("{below}/{name}"),
                &modules::about(name, &text, &there),
            );
        }
        Ok(())
    }

    fn bytes(&mut self, path: &str, content: Vec<u8>, mode: u32) {
        self.add(path, Entry::File { content, mode });
    }

    fn add(&mut self, path: &str, entry: Entry) {
        let path = path.trim_matches('/');
        let mut end = 0;
        while let Some(next) = path[end..].find('/') {
            let parent = &path[..end + next];
            let parent = self.entries.entry(parent.to_owned());
            parent.or_insert(Entry::Directory);
            end += next + 1;
        }
        // A directory that is asked for again is the same.
        if entry != Entry::Directory || !self.entries.contains_key(path) {
            self.entries.insert(path.to_owned(), entry);
        }
    }
}
