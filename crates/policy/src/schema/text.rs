//! What is written as text. The patterns keep to what every implementation of regular expressions
//! understands alike: no looking ahead, no classes but `\s`.

use serde_json::{Value, json};

/// `parse_entry` goes on to refuse host bits, and what no guest owns.
pub(super) fn address() -> Value {
    const OCTET: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    const V4_LENGTH: &str = "(/(3[0-2]|[12]?[0-9]))?";
    const V6_LENGTH: &str = "(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?";
    const GROUP: &str = "[0-9A-Fa-f]{1,4}";
    let v4 = format!("{OCTET}(\\.{OCTET}){{3}}");
    let full = format!("({GROUP}:){{7}}{GROUP}|({GROUP}:){{6}}{v4}");
    // How many groups a `::` stands for takes counting, which is left to the reader.
    let short = format!("({GROUP}(:{GROUP})*)?::(({GROUP}:)*({GROUP}|{v4}))?");
    json!({
        "description": "An address or prefix, such as 192.0.2.10, 192.0.2.16/28 or 2001:db8::/64. \
                        Quote those with colons.",
        "type": "string",
        "pattern": format!("^({v4}{V4_LENGTH}|({full}|{short}){V6_LENGTH})$"),
    })
}

/// A MAC that a NIC can have: neither a group address nor zero.
pub(super) fn mac() -> Value {
    const DIGIT: &str = "[0-9A-Fa-f]";
    let with = |colon| format!("({colon}{DIGIT}{{2}}){{5}}");
    json!({
        "description": "A MAC, such as \"02:00:00:00:00:01\". Quote it. The second digit is even, or \
                        it is a group address, which no NIC sends from.",
        "type": "string",
        "pattern": format!("^{DIGIT}[02468ACEace]({}|{})$", with(":"), with("-")),
        "not": { "pattern": "^[0:-]*$" },
    })
}

/// The name of a network or a port.
pub(super) fn name(about: &str) -> Value {
    json!({
        "description": about,
        "type": "string",
        "pattern": "^[^\\s\\x00-\\x1f\\x7f-\\x9f]+$",
        "maxLength": 128,
    })
}

/// What the name of an interface is made of (the kernel's `dev_valid_name`).
const DEVICE: &str = "[^*/:\\s\\x00-\\x1f\\x7f-\\x9f]{1,15}";

/// The name of one interface.
pub(super) fn device(about: &str) -> Value {
    json!({
        "description": about,
        "type": "string",
        "pattern": format!("^{DEVICE}$"),
        "not": { "enum": [".", "..", "lo"] },
    })
}

/// The name of an interface, or a prefix of names and a star.
pub(super) fn pattern(about: &str) -> Value {
    json!({
        "description": about,
        "type": "string",
        "pattern": format!("^{DEVICE}\\*?$"),
        "not": { "enum": [".", "..", "lo", ".*", "..*", "lo*", "l*"] },
    })
}
