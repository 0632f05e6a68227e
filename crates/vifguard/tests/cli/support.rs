use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use boon::{Compiler, Schemas};
use serde_json::Value;
use vifguard_lab::Netns;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_vifguard");

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails unless the program ended so.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }

    /// Fails unless this is part of what it said.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Ran {
        let said = self.out.contains(text) || self.err.contains(text);
        assert!(said, "no {text:?} in:\n{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Ran {
        let said = self.out.contains(text) || self.err.contains(text);
        assert!(!said, "{text:?} in:\n{}{}", self.out, self.err);
        self
    }

    /// The answer to `--json`.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let value: Value =
            serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert_eq!(value["exit"].as_i64(), self.code.map(i64::from), "{value}");
        value
    }
}

/// Runs it where the test runs; only for what looks at no interface.
pub(crate) fn vifguard(args: &[&str]) -> Ran {
    Ran::of(Command::new(PROGRAM).args(args).output().unwrap())
}

/// The same, with a text as its standard input.
pub(crate) fn vifguard_reading(text: &str, args: &[&str]) -> Ran {
    let mut child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

/// Runs it inside a lab's namespace.
pub(crate) fn inside(netns: &Netns, args: &[&str]) -> Ran {
    Ran::of(netns.command(PROGRAM).args(args).output().unwrap())
}

/// Runs another program inside a lab's namespace.
pub(crate) fn nft(netns: &Netns, args: &[&str]) -> Ran {
    Ran::of(netns.command("nft").args(args).output().unwrap())
}

/// A file of the repository that is written by the program; `cargo xtask bless` writes it anew.
#[track_caller]
pub(crate) fn derived(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    if std::env::var_os("VIFGUARD_BLESS").is_some() {
        fs::write(&file, text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    let advice = "is not what the code says: cargo xtask bless, and look at the difference";
    assert!(committed == text, "{path} {advice}");
}

/// By the schema of reports, and a validator that does not know the kit.
#[track_caller]
pub(crate) fn is_a_report(document: &Value) {
    let mut compiler = Compiler::new();
    let mut schemas = Schemas::new();
    let schema = vifguard_kit::schema();
    compiler.add_resource("schema.json", schema).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, index) {
        panic!("{error:#}");
    }
}

/// A file that goes with the test.
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new(content: impl AsRef<[u8]>) -> TempFile {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("cli-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, content).unwrap();
        TempFile(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub(crate) fn write(&self, content: &str) {
        fs::write(&self.0, content).unwrap();
    }
}

impl AsRef<OsStr> for TempFile {
    fn as_ref(&self) -> &OsStr {
        self.0.as_os_str()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A policy that guards tap*, with a strict port on each device, in the order given: the first is
/// port-1 with 02:00:00:00:00:01 and 10.0.0.1.
pub(crate) fn policy(devices: &[&str]) -> String {
    guarding("[\"tap*\"]", devices)
}

/// The same, guarding other patterns.
pub(crate) fn guarding(patterns: &str, devices: &[&str]) -> String {
    let mut text = format!(
        "version: 1\nhost: {{ guarded_interfaces: {patterns} }}\n\
         networks: [{{ name: net, kind: private }}]\n"
    );
    text += if devices.is_empty() {
        "ports: []\n"
    } else {
        "ports:\n"
    };
    for (i, device) in devices.iter().enumerate() {
        let n = i + 1;
        let [_, a, b, c] = u32::try_from(n).unwrap().to_be_bytes();
        text += &format!(
            "  - {{ name: port-{n}, network: net, device: {device}, \
             mac: \"02:00:00:{a:02x}:{b:02x}:{c:02x}\", addresses: [10.{a}.{b}.{c}] }}\n",
        );
    }
    text
}

/// The same, guarding no pattern.
pub(crate) fn named(devices: &[&str]) -> String {
    guarding("[]", devices)
}
