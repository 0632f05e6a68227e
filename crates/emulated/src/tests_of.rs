use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use vifguard_machine::{Error, Result};

/// A test program of this workspace, as cargo builds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestProgram {
    /// Its name: `corpus` for `tests/corpus.rs`.
    pub name: String,
    /// Where it is.
    pub file: PathBuf,
}

/// Builds the test programs under `tests/` of a package.
pub fn tests_of(package: &str) -> Result<Vec<TestProgram>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["test", "--quiet", "--no-run", "--message-format=json"]);
    build.args(["--package", package, "--tests"]);
    let said = run(build.current_dir(env!("CARGO_MANIFEST_DIR")))?;
    let program = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_test = message["target"]["kind"][0] == "test";
        let file = message["executable"].as_str().filter(|_| is_test)?;
        Some(TestProgram {
            name: message["target"]["name"].as_str()?.to_owned(),
            file: PathBuf::from(file),
        })
    };
    Ok(said.lines().filter_map(program).collect())
}

impl TestProgram {
    /// A copy without what only debuggers read, which is most of it.
    pub fn stripped(&self, directory: &Path) -> Result<PathBuf> {
        stripped(&self.file, directory)
    }
}

/// A copy of a program without what only debuggers read, in this directory.
pub fn stripped(program: &Path, directory: &Path) -> Result<PathBuf> {
    let name = program.file_name().unwrap_or(program.as_os_str());
    let copy = directory.join(name);
    run(Command::new("strip")
        .arg("-o")
        .args([copy.as_path(), program]))?;
    Ok(copy)
}

fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |said: String| Error::Program {
        program: program.clone(),
        said,
    };
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
}
