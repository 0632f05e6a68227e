use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::markdown::{anchors, links};
use super::place::{inner, is_page, resolve};

/// The table of contents.
pub(super) const SUMMARY: &str = "docs/SUMMARY.md";

/// Links that lead nowhere, and pages that nobody finds; each a line.
pub(super) fn broken(root: &Path) -> Vec<String> {
    let mut texts = BTreeMap::new();
    read(root, "", &mut texts);
    let exists = |place: &str| root.join(place).exists();
    let is_file = |place: &str| root.join(place).is_file();
    let listed = listed(texts.get(SUMMARY).map_or("", String::as_str));
    let on_site: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let mut broken = Vec::new();
    for (page, text) in &texts {
        for link in links(text) {
            let Some((file, anchor)) = inner(link.target) else {
                continue;
            };
            let place = match file {
                "" => Some(page.clone()),
                file => resolve(page, file),
            };
            let place = place.unwrap_or_default();
            let fault = if place.is_empty() || !exists(&place) {
                "there is no such file"
            } else if on_site.contains(page.as_str()) && !is_file(&place) {
                "a directory has no page in the book"
            } else if on_site.contains(page.as_str())
                && is_page(&place)
                && !on_site.contains(place.as_str())
            {
                "the page that it leads to is not in the book"
            } else if let Some(anchor) = anchor
                && !texts
                    .get(&place)
                    .is_some_and(|text| anchors(text).iter().any(|known| known == anchor))
            {
                "there is no such heading"
            } else {
                continue;
            };
            broken.push(format!("{page}:{}: {}: {fault}", link.line, link.target));
        }
    }
    let pages = texts.keys().map(String::as_str);
    let pages = pages.filter(|page| page.starts_with("docs/") && *page != SUMMARY);
    for page in pages {
        match listed.iter().filter(|listed| *listed == page).count() {
            1 => {}
            times => broken.push(format!("{SUMMARY}: has {page} {times} times, and not once")),
        }
    }
    broken
}

/// The pages of the table of contents, in its order.
pub(super) fn listed(summary: &str) -> Vec<String> {
    links(summary)
        .into_iter()
        .filter_map(|link| resolve(SUMMARY, link.target))
        .collect()
}

/// Every document of the repository, by its place.
fn read(root: &Path, directory: &str, texts: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(root.join(directory)).into_iter().flatten();
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let place = match directory {
            "" => name.clone(),
            directory => format!("{directory}/{name}"),
        };
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_directory && name != "target" && !name.starts_with('.') {
            read(root, &place, texts);
        } else if is_page(&name)
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            texts.insert(place, text);
        }
    }
}
