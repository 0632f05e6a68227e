//! What `ovs-ofctl dump-flows` prints, as flows.

use vifguard_ovs::flow::{Counted, Flow, Key};

/// The flows of a dump, or a line that is no flow.
pub(crate) fn parse_dump(text: &str) -> Result<Vec<Counted>, String> {
    let lines = text.lines().map(str::trim_start);
    // The reply's own line stands before its flows; a long answer has several.
    lines
        .filter(|line| !line.is_empty() && !line.contains("_FLOW reply"))
        .map(|line| parse_line(line).ok_or_else(|| line.to_owned()))
        .collect()
}

fn parse_line(line: &str) -> Option<Counted> {
    let (head, actions) = line.split_once(" actions=")?;
    let (mut cookie, mut table, mut frames) = (None, 0, 0);
    let mut matches = "";
    let mut priority = 32_768;
    let mut rest = head;
    while !rest.is_empty() {
        let (part, behind) = rest.split_once(", ").unwrap_or((rest, ""));
        rest = behind;
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name {
            "cookie" => cookie = u64::from_str_radix(value.strip_prefix("0x")?, 16).ok(),
            "table" => table = value.parse().ok()?,
            "n_packets" => frames = value.parse().ok()?,
            "duration" | "n_bytes" | "idle_age" | "hard_age" => {}
            "priority" => {
                let (number, behind) = value.split_once(',').unwrap_or((value, ""));
                priority = number.parse().ok()?;
                matches = behind;
            }
            // A flow of the default priority, or one with time-outs or flags: none of ours.
            _ => matches = part,
        }
    }
    Some(Counted {
        flow: Flow {
            key: Key {
                table,
                priority,
                matches: respelled(matches),
            },
            cookie: cookie?,
            actions: actions.to_owned(),
        },
        frames,
    })
}

/// The switch prints a word for IGMP that it does not read.
fn respelled(matches: &str) -> String {
    let Some(rest) = matches.strip_prefix("igmp") else {
        return matches.to_owned();
    };
    let (before, behind) = match rest.find(",nw_frag") {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    format!("ip{before},nw_proto=2{behind}")
}
