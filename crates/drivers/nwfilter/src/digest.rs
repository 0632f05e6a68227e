use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits that stand for some texts.
pub(crate) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    hex(texts).chars().take(16).collect()
}

/// A UUID that is always the same for a name: libvirt takes a filter again only under the one that it has.
pub(crate) fn uuid(name: &str) -> String {
    let hex = hex(["filter", name]);
    // Version 8, of one's own making (RFC 9562 section 5.8).
    format!(
        "{}-{}-8{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

fn hex<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
