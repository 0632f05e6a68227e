use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::check::{SUMMARY, listed};
use super::markdown::links;
use super::place::{inner, is_page, resolve};

/// How mdBook builds it.
const SETTINGS: &str = "docs/book.toml";

/// Lays out what mdBook reads: its settings, the table of contents, the pages, and the files that they
/// link.
pub(super) fn lay_out(root: &Path, source: &Path) -> Result<(), String> {
    if source.exists() {
        fs::remove_dir_all(source).map_err(|error| format!("{}: {error}", source.display()))?;
    }
    let pages = source.join("src");
    let summary = read(root, SUMMARY)?;
    copy(root, SETTINGS, &source.join("book.toml"))?;
    let contents = rewritten(&summary, |target| {
        resolve(SUMMARY, target).map(|place| on_site(&place))
    });
    write(&pages.join("SUMMARY.md"), &contents)?;
    let mut files = BTreeSet::new();
    for page in listed(&summary) {
        let text = read(root, &page)?;
        let linked = links(&text).into_iter();
        let linked = linked.filter_map(|link| resolve(&page, inner(link.target)?.0));
        files.extend(linked.filter(|place| !is_page(place) && root.join(place).is_file()));
        let text = rewritten(&text, |target| inner(target).map(|_| on_site(target)));
        write(&pages.join(on_site(&page)), &text)?;
    }
    for file in files {
        copy(root, &file, &pages.join(&file))?;
    }
    Ok(())
}

/// mdBook calls the page of a README `index`, but not where it is linked.
fn on_site(target: &str) -> String {
    target.replace("README.md", "index.md")
}

/// The text with other targets in its links.
fn rewritten(text: &str, target: impl Fn(&str) -> Option<String>) -> String {
    let mut text = text.to_owned();
    let targets: Vec<_> = links(&text)
        .into_iter()
        .filter_map(|link| Some((link.place, target(link.target)?)))
        .collect();
    // From the end on: what comes before keeps its place.
    for (place, target) in targets.into_iter().rev() {
        text.replace_range(place, &target);
    }
    text
}

fn read(root: &Path, place: &str) -> Result<String, String> {
    fs::read_to_string(root.join(place)).map_err(|error| format!("{place}: {error}"))
}

fn copy(root: &Path, place: &str, to: &Path) -> Result<(), String> {
    let bytes = fs::read(root.join(place)).map_err(|error| format!("{place}: {error}"))?;
    write(to, &bytes)
}

fn write(to: &Path, content: impl AsRef<[u8]>) -> Result<(), String> {
    let parent = to.parent().unwrap_or(to);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(to, content))
        .map_err(|error| format!("{}: {error}", to.display()))
}
