//! As a CI asks: of a revision of the repository, with the tree that is to be merged around it.

use std::fs;
use std::path::Path;
use std::process::Command;

use vifguard_contract::Contract;

use super::Directory;
use super::change::changed;
use crate::support::{PROGRAM, Ran, vifguard};

const FILE: &str = "contract/contract.toml";

/// A repository whose last commit brought the contract, and whose first one is tagged `before`.
struct Repository(Directory);

impl Repository {
    fn new(name: &str) -> Repository {
        let repository = Repository(Directory::new(name));
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.0.write("other.txt", "nothing yet");
        repository.commit("before");
        repository.git(&["tag", "before"]);
        repository.0.write(FILE, Contract::TEXT);
        repository.commit("the contract");
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.org",
            "-c",
            "commit.gpgsign=false",
        ]);
        // No hooks, and nothing of whoever runs the test.
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        let git = git.args(arguments).current_dir(self.0.path());
        let ran = git.output().unwrap();
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn asks_in(&self, directory: &str, arguments: &[&str]) -> Ran {
        let mut program = Command::new(PROGRAM);
        let here = Path::new(self.0.path()).join(directory);
        program
            .args(["contract", "check", "--change"])
            .args(arguments);
        Ran::of(program.current_dir(here).output().unwrap())
    }

    fn asks(&self, arguments: &[&str]) -> Ran {
        self.asks_in(".", arguments)
    }
}

fn worse() -> String {
    changed("promise = \"the IPv4 source\"", "promise = \"the source\"")
}

#[test]
fn a_revision_is_a_base() {
    let repository = Repository::new("git");
    let short = &repository.git(&["rev-parse", "main"])[..7];
    repository.asks(&["main"]).ends(0).says(&format!(
        "ok: nothing stands against the change: {FILE} against {short} (main)"
    ));
    repository
        .asks(&["before"])
        .ends(66)
        .says("before:contract/contract.toml");
    let none = repository.asks(&["no-such-branch"]).ends(66);
    none.says("no-such-branch is no revision of a git repository here")
        .says("a file is given as ./FILE");
    repository.asks(&["--change=--help"]).ends(2);
    let dashed = ["contract", "check", "--change=--exec=x"];
    vifguard(&dashed).ends(66).says("is no revision");
}

/// Not what this program was built with: the tree is what is to be merged.
#[test]
fn the_working_tree_is_compared_with_a_revision() {
    let repository = Repository::new("tree");
    repository.0.write(FILE, &worse());
    repository
        .asks(&["HEAD"])
        .ends(1)
        .says("promise: feature ipv4")
        .says("1 objection against the change: contract/contract.toml against ");
    // From wherever in it.
    repository
        .asks_in("contract", &["HEAD"])
        .ends(1)
        .says("promise: feature ipv4");
    repository
        .asks(&["HEAD", "-f", FILE])
        .ends(1)
        .says("promise: feature ipv4");
    let json = repository.asks(&["HEAD", "--json"]).ends(1).json();
    let commit = repository.git(&["rev-parse", "HEAD"]);
    assert_eq!(json["result"]["commit"], commit);
    assert_eq!(json["result"]["new"], FILE);
    assert_eq!(json["result"]["old"], format!("{} (HEAD)", &commit[..7]));
    // A tree without a contract is no change of it.
    fs::remove_file(Path::new(repository.0.path()).join(FILE)).unwrap();
    repository.asks(&["HEAD"]).ends(66).says(FILE);
}

/// A change that brings a file called as the branch that it is to go to.
#[test]
fn no_file_stands_in_for_a_branch() {
    let repository = Repository::new("file");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository.0.write(FILE, &worse());
    repository.0.write("origin/main", &worse());
    repository
        .asks(&["origin/main"])
        .ends(1)
        .says("promise: feature ipv4");
    // Where there is no such branch, the file is none either.
    repository.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    repository
        .asks(&["origin/main"])
        .ends(66)
        .says("is no revision");
    // By a path it is one.
    repository
        .asks_in("contract", &["../origin/main", "-f", "contract.toml"])
        .ends(0);
    repository
        .asks(&["./origin/main", "-f", FILE])
        .ends(0)
        .says("against ./origin/main");
    repository.asks(&[FILE, "-f", "origin/main"]).ends(0);
}

/// Whoever fetches tags fetches other people's.
#[test]
fn no_tag_and_no_branch_stands_in_for_another() {
    let repository = Repository::new("tag");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository.0.write(FILE, &worse());
    repository.commit("worse");
    repository.git(&["tag", "origin/main"]);
    let ran = repository.asks(&["origin/main"]).ends(66);
    ran.says("origin/main may be refs/remotes/origin/main or refs/tags/origin/main")
        .says("give the whole name");
    repository.asks(&["origin/main~0"]).ends(66);
    repository
        .asks(&["refs/remotes/origin/main"])
        .ends(1)
        .says("promise: feature ipv4");
    // A whole name is that of one ref, there or not.
    repository.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    repository.git(&["tag", "refs/remotes/origin/main"]);
    repository
        .asks(&["refs/remotes/origin/main"])
        .ends(66)
        .says("refs/remotes/origin/main may be refs/tags/refs/remotes/origin/main");
}
