//! Names of filters. libvirt keeps a filter in a file of its name.

use std::fmt::Write as _;

use crate::digest;

/// Every filter of ours begins so.
pub(crate) const OURS: &str = "vifguard-";
/// Filters that are named after what they say.
pub(crate) const PART: &str = "vifguard-part-";
/// Filters of interfaces that the driver binds itself.
const DEVICE: &str = "vifguard-on-";
/// Filters that domains name.
const PORT: &str = "vifguard-port-";

/// A longer name is told by its beginning and a digest.
const LONGEST: usize = 200;
const KEPT: usize = 150;

/// The filter that a domain names for a port.
pub fn of_port(port: &str) -> String {
    format!("{PORT}{}", escaped(port))
}

/// The filter of an interface that the driver binds itself.
pub fn of_device(device: &str) -> String {
    format!("{DEVICE}{}", escaped(device))
}

/// Is the binding to a filter of this name the driver's own?
pub(crate) fn is_of_device(filter: &str) -> bool {
    filter.starts_with(DEVICE)
}

/// Is it one of ours that is bound, not one that is referred to?
pub(crate) fn is_wrapper(filter: &str) -> bool {
    filter.starts_with(DEVICE) || filter.starts_with(PORT)
}

/// A slash would lead out of libvirt's directory, and a shell would read much else.
fn escaped(name: &str) -> String {
    let whole = spelled(name);
    if whole.len() <= LONGEST {
        return whole;
    }
    // A file's name has 255 bytes.
    format!("{}.{}", &whole[..KEPT], digest::of([name]))
}

fn spelled(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"_-".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, ".{byte:02x}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_directory() {
        assert_eq!(of_port("web-1"), "vifguard-port-web-1");
        assert_eq!(of_port("../a b"), "vifguard-port-.2e.2e.2fa.20b");
        assert_ne!(of_port("a.b"), of_port("a.2eb"));
        assert!(is_of_device(&of_device("vnet0")) && !is_of_device(&of_port("on-vnet0")));
    }
}
