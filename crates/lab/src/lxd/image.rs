//! What containers are made of: busybox, the libraries that it asks for, and an init that waits.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};

const METADATA: &str = "architecture: x86_64\ncreation_date: 1700000000\n";
/// LXD asks it to go with SIGPWR; nothing in there is worth the wait, so it may be killed.
const INIT: &str = "#!/bin/sh\nip link set lo up\nwhile :; do sleep 1000; done\n";
const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n";
const APPLETS: [&str; 6] = ["sh", "ip", "arp", "arping", "ping", "sleep"];

/// Makes an image under this directory.
pub(super) fn busybox(directory: &Path) -> Result<PathBuf> {
    make(directory).map_err(|source| failed("make a container's image", source))
}

/// Writes a file and opens it for reading.
pub(super) fn write(path: &Path, text: &str) -> Result<File> {
    let written = fs::write(path, text).and_then(|()| File::open(path));
    written.map_err(|source| failed("write a file for", source))
}

fn failed(step: &'static str, source: io::Error) -> Error {
    Error::Program {
        program: "lxd".to_owned(),
        step,
        source,
    }
}

fn make(directory: &Path) -> io::Result<PathBuf> {
    let image = directory.join("image");
    let root = image.join("rootfs");
    for name in ["bin", "sbin", "etc", "proc", "sys", "dev", "tmp", "root"] {
        fs::create_dir_all(root.join(name))?;
    }
    File::create(image.join("metadata.yaml"))?.write_all(METADATA.as_bytes())?;
    File::create(root.join("etc/passwd"))?.write_all(PASSWD.as_bytes())?;
    let init = root.join("sbin/init");
    fs::write(&init, INIT)?;
    fs::set_permissions(&init, fs::Permissions::from_mode(0o755))?;
    let busybox = find("busybox")?;
    fs::copy(&busybox, root.join("bin/busybox"))?;
    for applet in APPLETS {
        symlink("busybox", root.join("bin").join(applet))?;
    }
    for library in libraries(&busybox)? {
        let inside = library.strip_prefix("/").unwrap_or(&library);
        let inside = root.join(inside);
        fs::create_dir_all(inside.parent().unwrap_or(&root))?;
        fs::copy(&library, &inside)?;
    }
    let archive = directory.join("image.tar");
    let mut tar = Command::new("tar");
    tar.arg("-cf").arg(&archive).arg("-C").arg(&image);
    let status = tar.args(["metadata.yaml", "rootfs"]).status()?;
    match status.success() {
        true => Ok(archive),
        false => Err(io::Error::other(format!("tar ended with {status}"))),
    }
}

fn find(program: &str) -> io::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).map(|directory| directory.join(program));
    files
        .find(|file| file.is_file())
        .ok_or_else(|| io::Error::other(format!("there is no {program}")))
}

/// What the dynamic loader would load; nothing for a static program.
fn libraries(program: &Path) -> io::Result<Vec<PathBuf>> {
    let said = Command::new("ldd").arg(program).output()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let words = said.split_whitespace();
    Ok(words
        .filter(|word| word.starts_with('/'))
        .map(PathBuf::from)
        .collect())
}
