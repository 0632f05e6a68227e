use std::io;
use std::path::Path;
use std::process::{Command, Output};

use crate::step::{Failure, Outcome};

/// A repository.
pub(super) struct Git<'r> {
    root: &'r Path,
    /// Whether commits are left out of it.
    pub(super) is_shallow: bool,
}

impl<'r> Git<'r> {
    /// That of this working tree, if git will read it.
    pub(super) fn of(root: &'r Path) -> Outcome<Git<'r>> {
        let asks = ["rev-parse", "--is-shallow-repository"];
        let answer = run(root, &asks).map_err(|error| Failure::Start("git".to_owned(), error))?;
        if !answer.status.success() {
            let why = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
            return Err(Failure::Gate(format!(
                "the merge gate needs the repository: {why}"
            )));
        }
        Ok(Git {
            root,
            is_shallow: answer.stdout.starts_with(b"true"),
        })
    }

    /// The commit that a name stands for. The whole name of a ref stands for that one alone; git would go on to
    /// a tag of this name.
    pub(super) fn commit(&self, name: &str) -> Option<String> {
        let mut name = name.to_owned();
        if name.starts_with("refs/") {
            let asks = ["show-ref", "--verify", "--hash", &name];
            name = self.lines(&asks).pop()?;
        }
        let object = format!("{name}^{{commit}}");
        let asks = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        self.lines(&[&asks[..], &[&object]].concat()).pop()
    }

    /// Whether a commit has a file.
    pub(super) fn has(&self, commit: &str, file: &str) -> bool {
        let object = format!("{commit}:{file}");
        run(self.root, &["cat-file", "-e", &object]).is_ok_and(|answer| answer.status.success())
    }

    /// Whether a commit or any before it brought or took a file.
    pub(super) fn had(&self, commit: &str, file: &str) -> bool {
        let asks = ["rev-list", "--full-history", "--max-count=1", commit, "--"];
        !self.lines(&[&asks[..], &[file]].concat()).is_empty()
    }

    /// What it prints; nothing if it says no.
    pub(super) fn lines(&self, arguments: &[&str]) -> Vec<String> {
        match run(self.root, arguments) {
            Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout)
                .lines()
                .map(str::to_owned)
                .collect(),
            Ok(_) | Err(_) => Vec::new(),
        }
    }
}

fn run(root: &Path, arguments: &[&str]) -> io::Result<Output> {
    let mut git = Command::new("git");
    git.current_dir(root).args(arguments).output()
}
