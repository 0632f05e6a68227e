use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use vifguard_contract::Contract;

use super::{git, read};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy_file;

/// The contract before a change and after it.
pub(super) struct Pair {
    pub(super) old: Contract,
    /// Where it was read.
    pub(super) old_name: String,
    pub(super) new: Cow<'static, Contract>,
    pub(super) new_name: String,
    /// The commit of the older one, if it is a revision's.
    pub(super) commit: Option<String>,
}

/// What is compared with what: with a file, this program's contract or the one that was given; with a revision
/// of the repository here, the same file in the working tree.
pub(super) fn pair(base: &str, file: Option<&Path>) -> Result<Pair> {
    match is_file(base) {
        true => of_file(base, file),
        false => of_revision(base, file),
    }
}

/// By its word alone: whoever proposes a change can put files under any name into the tree, and none of them
/// may stand in for a branch.
fn is_file(base: &str) -> bool {
    ["./", "../", "/"]
        .iter()
        .any(|start| base.starts_with(start))
        || base.ends_with(".toml")
}

fn of_file(base: &str, file: Option<&Path>) -> Result<Pair> {
    let (bytes, old_name) = policy_file::read(Path::new(base))?;
    let old = read::parse(&read::text(bytes, &old_name)?, &old_name)?;
    let built_in = || format!("the contract in vifguard {}", env!("CARGO_PKG_VERSION"));
    Ok(Pair {
        old,
        old_name,
        new: read::contract(file)?,
        new_name: file.map_or_else(built_in, policy_file::name),
        commit: None,
    })
}

fn of_revision(base: &str, file: Option<&Path>) -> Result<Pair> {
    let commit = git::commit(base)?;
    let named = file.filter(|path| path.as_os_str() != "-");
    // The path of the contract's own is that from the root of the repository, any other one from here.
    let path = match named {
        None => Contract::FILE.to_owned(),
        Some(path) if path.is_absolute() => return Err(absolute(path).into()),
        Some(path) => format!("./{}", path.display()),
    };
    let text = git::file(base, &commit, &path)?;
    let old = read::parse(&text, &format!("{base}:{path}"))?;
    let (new, new_name) = match file {
        Some(file) => (read::contract(Some(file))?, policy_file::name(file)),
        None => {
            let tree = git::root()?.join(Contract::FILE);
            (read::contract(Some(&tree))?, Contract::FILE.to_owned())
        }
    };
    let short = commit.get(..7).unwrap_or(&commit);
    Ok(Pair {
        old,
        old_name: format!("{short} ({base})"),
        new,
        new_name,
        commit: Some(commit),
    })
}

fn absolute(path: &Path) -> Failure {
    Failure::new(
        Exit::Usage,
        format!(
            "{} is no path that git can look up in a revision",
            path.display()
        ),
        "give --file as a path from here, or the older contract as a file",
    )
}
