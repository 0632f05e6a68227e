use ipnet::IpNet;
use vifguard_policy::MacAddr;

use crate::draft::{Entry, Written};

/// More than this in one line is not read.
const IN_ONE_LINE: usize = 4;

/// An entry of a list of addresses or MACs.
pub(super) struct Item {
    key: &'static str,
    value: String,
    shared: bool,
}

impl Item {
    pub(super) fn address(entry: &Entry<IpNet>) -> Item {
        Item::new("address", entry)
    }

    pub(super) fn mac(entry: &Entry<MacAddr>) -> Item {
        Item::new("mac", entry)
    }

    fn new<T: Written>(key: &'static str, entry: &Entry<T>) -> Item {
        let value = entry.value.written();
        // A colon in a bare value can make a key of it.
        let value = if value.contains(':') {
            format!("\"{value}\"")
        } else {
            value
        };
        Item {
            key,
            value,
            shared: entry.shared,
        }
    }

    pub(super) fn text(&self) -> String {
        if self.shared {
            format!("{{ {}: {}, shared: true }}", self.key, self.value)
        } else {
            self.value.clone()
        }
    }
}

/// A key with a list, or nothing if the list is empty.
pub(super) fn list(key: &str, items: &[Item]) -> String {
    let texts: Vec<String> = items.iter().map(Item::text).collect();
    match texts.len() {
        0 => String::new(),
        1..=IN_ONE_LINE => format!("    {key}: [{}]\n", texts.join(", ")),
        _ => {
            let lines = texts.iter().map(|text| format!("      - {text}\n"));
            format!("    {key}:\n{}", lines.collect::<String>())
        }
    }
}
