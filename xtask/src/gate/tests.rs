use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CONTRACT, GOAL, bases};
use crate::step::Failure;

/// A repository that goes with the test.
struct Repository(PathBuf);

impl Repository {
    fn at(path: PathBuf) -> Repository {
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Repository(path)
    }

    fn new(name: &str) -> Repository {
        let name = format!("vifguard-gate-{}-{name}", std::process::id());
        let repository = Repository::at(env::temp_dir().join(name));
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .args(["-c", "user.name=n", "-c", "user.email=n@example.org"]);
        let ran = git.args(arguments).current_dir(&self.0).output().unwrap();
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap().trim().to_owned()
    }

    /// A commit with this text in a file, or without the file.
    fn commit(&self, file: &str, text: Option<&str>) -> String {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "-m", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Where the change is to go, as the last fetch left it.
    fn main_is_at(&self, commit: &str) {
        self.git(&["update-ref", GOAL, commit]);
    }

    fn bases(&self) -> Vec<String> {
        bases(&self.0, GOAL).unwrap()
    }

    #[track_caller]
    fn fails(&self, why: &str) {
        match bases(&self.0, GOAL) {
            Err(Failure::Gate(said)) => assert!(said.contains(why), "{said}"),
            other => panic!("{other:?}"),
        }
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_change_starts_where_it_left_the_branch() {
    let here = Repository::new("left");
    here.commit("a", Some("1"));
    let left = here.commit(CONTRACT, Some("1"));
    here.git(&["switch", "--quiet", "--create", "change"]);
    here.commit(CONTRACT, Some("2"));
    here.commit(CONTRACT, Some("3"));
    here.git(&["switch", "--quiet", "main"]);
    let further = here.commit("a", Some("2"));
    here.main_is_at(&further);
    here.git(&["switch", "--quiet", "change"]);
    assert_eq!(here.bases(), [left]);
    // And from the last of it that it took in.
    here.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(here.bases(), [further]);
}

#[test]
fn on_the_branch_itself_it_is_the_commit_before() {
    let here = Repository::new("itself");
    let before = here.commit(CONTRACT, Some("1"));
    let last = here.commit(CONTRACT, Some("2"));
    here.main_is_at(&last);
    assert_eq!(here.bases(), [before]);
}

/// A tag, a branch and a file that are called as it, none of which is it.
#[test]
fn nothing_stands_in_for_the_branch() {
    let here = Repository::new("stand-in");
    let left = here.commit(CONTRACT, Some("1"));
    here.main_is_at(&left);
    here.git(&["switch", "--quiet", "--create", "change"]);
    here.commit("origin/main", Some("a file"));
    let last = here.commit(CONTRACT, Some("2"));
    here.git(&["tag", "origin/main"]);
    here.git(&["branch", "origin/main"]);
    here.git(&["tag", GOAL]);
    here.git(&["update-ref", "refs/heads/refs/remotes/origin/main", &last]);
    assert_eq!(here.bases(), [left]);
    here.git(&["update-ref", "-d", GOAL]);
    here.fails("refs/remotes/origin/main is not here; git fetch origin main");
}

#[test]
fn the_commit_that_brings_the_contract_has_nothing_before_it() {
    let here = Repository::new("first");
    let first = here.commit("a", Some("1"));
    here.main_is_at(&first);
    // As a change, and as the last commit of the branch.
    let brought = here.commit(CONTRACT, Some("1"));
    assert_eq!(here.bases(), Vec::<String>::new());
    here.main_is_at(&brought);
    assert_eq!(here.bases(), Vec::<String>::new());
    // Also as the very first commit of all.
    let here = Repository::new("very-first");
    let first = here.commit(CONTRACT, Some("1"));
    here.main_is_at(&first);
    assert_eq!(here.bases(), Vec::<String>::new());
}

#[test]
fn a_contract_that_was_there_is_not_brought_anew() {
    let here = Repository::new("anew");
    let old = here.commit("a", Some("1"));
    here.commit(CONTRACT, Some("1"));
    let without = here.commit(CONTRACT, None);
    here.main_is_at(&without);
    here.git(&["switch", "--quiet", "--create", "change"]);
    here.commit(CONTRACT, Some("2"));
    here.fails("those before it had");
    // From before there was one, while the branch has one by now.
    here.git(&["switch", "--quiet", "main"]);
    let again = here.commit(CONTRACT, Some("1"));
    here.main_is_at(&again);
    here.git(&["switch", "--quiet", "--create", "early", &old]);
    here.commit(CONTRACT, Some("2"));
    here.fails("rebase the change");
}

#[test]
fn what_is_not_in_the_clone_is_not_taken_for_nothing() {
    let origin = Repository::new("origin");
    origin.commit(CONTRACT, Some("1"));
    origin.commit(CONTRACT, Some("2"));
    let clone = Repository::at(origin.0.with_extension("clone"));
    let url = format!("file://{}", origin.0.display());
    let into = |depth: &str| {
        let _ = fs::remove_dir_all(&clone.0);
        fs::create_dir_all(&clone.0).unwrap();
        clone.git(&["clone", "--quiet", "--depth", depth, &url, "."]);
    };
    into("1");
    clone.fails("this clone is shallow");
    into("2");
    assert_eq!(clone.bases().len(), 1);
    // Two histories that have nothing to do with each other.
    origin.main_is_at("HEAD");
    origin.git(&["switch", "--quiet", "--orphan", "other"]);
    origin.commit(CONTRACT, Some("3"));
    origin.fails("no commit in common");
}

#[test]
fn without_a_repository_there_is_no_answer() {
    let here = Repository::at(
        Path::new("/")
            .join(env::temp_dir())
            .join(format!("vifguard-gate-{}-none", std::process::id())),
    );
    here.fails("the merge gate needs the repository");
}
