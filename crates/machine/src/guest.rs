//! `vifguard-guest`, which runs inside machines: sends frames on a card, and tells those that it sees.

use std::env;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::initramfs::Initramfs;
use crate::libraries::Libraries;
use crate::program::run;

/// Its name.
pub const NAME: &str = "vifguard-guest";

/// Where the program is; builds it if that was not done yet.
pub fn program() -> Result<PathBuf> {
    built("vifguard-machine", NAME)
}

/// A program of this workspace, by its package and its name; builds it if that was not done yet.
pub fn built(package: &str, name: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--message-format=json"]);
    build.args(["--package", package, "--bin", name]);
    let said = run(build.current_dir(env!("CARGO_MANIFEST_DIR")))?;
    let mut programs = said.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == name;
        let file = message["executable"].as_str()?;
        is_it.then(|| PathBuf::from(file))
    });
    programs.next_back().ok_or_else(|| Error::Absent {
        what: format!("cargo built no {name}"),
    })
}

/// Puts it into `/bin`.
pub fn add_to(files: &mut Initramfs) -> Result<()> {
    files.program(&format!("bin/{NAME}"), &program()?, &Libraries::of_host())
}

/// A file of frames, as `vifguard-guest send` takes it: one a line, in hexadecimal.
pub fn frames(frames: &[impl AsRef<[u8]>]) -> String {
    let mut text = String::new();
    for frame in frames {
        text.push_str(&hex(frame.as_ref()));
        text.push('\n');
    }
    text
}

/// A frame as `vifguard-guest` writes it.
pub fn hex(frame: &[u8]) -> String {
    frame.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
