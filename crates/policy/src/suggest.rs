/// The longest word worth comparing: no known key is longer.
const LONGEST: usize = 24;

/// The candidate that the writer most likely meant, if one is near enough.
pub(crate) fn nearest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = plain(word);
    near(&word, candidates).or_else(|| beginning(&word, candidates))
}

fn near(word: &[u8], candidates: &[&'static str]) -> Option<&'static str> {
    candidates
        .iter()
        .map(|candidate| (distance(word, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3 || *distance == 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The one candidate that begins with the word: `dhcp` for `dhcp-server`.
fn beginning(word: &[u8], candidates: &[&'static str]) -> Option<&'static str> {
    let mut begin = candidates
        .iter()
        .filter(|candidate| plain(candidate).starts_with(word));
    match (begin.next(), begin.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// `DHCP_Server` and `dhcp-server` differ in taste only.
fn plain(word: &str) -> Vec<u8> {
    word.bytes()
        .filter(|b| !matches!(b, b'-' | b'_'))
        .map(|b| b.to_ascii_lowercase())
        .collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
