/// Where a link leads, counted from the root of the repository: `docs/how-to/x.md` and
/// `../policy.md` give `docs/policy.md`. Nothing, if that is outside.
pub(super) fn resolve(page: &str, target: &str) -> Option<String> {
    let directory = page.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut place: Vec<&str> = directory
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                place.pop()?;
            }
            part => place.push(part),
        }
    }
    Some(place.join("/"))
}

/// A link's file and its anchor. No file: the page itself. Nothing, if it leads out of the repository.
pub(super) fn inner(target: &str) -> Option<(&str, Option<&str>)> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    Some(match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (target, None),
    })
}

pub(super) fn is_page(place: &str) -> bool {
    place.ends_with(".md")
}
