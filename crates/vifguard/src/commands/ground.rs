//! Why a frame meets its fate, by a port's policy.

use serde::Serialize;
use vifguard_policy::Identity;
use vifguard_verdict::{Judgement, Verdict, found};

/// As many bytes of a field are shown.
const SHOWN: usize = 16;

/// Why.
#[derive(Debug, Serialize)]
pub(super) struct Ground {
    /// Why it was refused, if it was.
    pub(super) reason: Option<&'static str>,
    /// The number of the rule in docs/verdicts.md.
    rule: &'static str,
    /// The rule in a sentence.
    sentence: &'static str,
    /// Offset and length of the bytes that decided; they may lie behind the frame's end.
    offset: usize,
    bytes: usize,
    /// Those of them that are there.
    hex: String,
    /// What they hold, in words.
    found: String,
}

impl Ground {
    /// Why a port's policy judges a frame so.
    pub(super) fn of(judgement: &Judgement, frame: &[u8], identity: &Identity) -> Ground {
        let field = &judgement.field;
        let end = field.end.min(frame.len());
        let there = frame.get(field.start.min(end)..end).unwrap_or_default();
        let hex: Vec<String> = there.iter().map(|byte| format!("{byte:02x}")).collect();
        Ground {
            reason: match judgement.verdict() {
                Verdict::Pass => None,
                Verdict::Refuse(reason) => Some(reason.name()),
            },
            rule: judgement.rule.number(),
            sentence: judgement.rule.sentence(),
            offset: field.start,
            bytes: field.len(),
            hex: hex.join(" "),
            found: found(judgement, frame, identity),
        }
    }

    /// The rule and the field, in two lines that begin so.
    pub(super) fn text(&self, indent: &str) -> String {
        format!(
            "{indent}rule {}: {}\n{indent}{}: {}\n",
            self.rule,
            self.sentence,
            self.place(),
            self.found
        )
    }

    /// Where it stands, and what stands there.
    fn place(&self) -> String {
        let last = self.offset + self.bytes.saturating_sub(1);
        let bytes = match self.bytes {
            0 => return format!("at byte {}", self.offset),
            1 => format!("byte {}", self.offset),
            _ => format!("bytes {} to {last}", self.offset),
        };
        let text = SHOWN * 3 - 1;
        match self.hex.get(..text) {
            _ if self.hex.is_empty() => format!("{bytes} (not there)"),
            Some(beginning) if self.hex.len() > text => format!("{bytes} [{beginning} …]"),
            _ => format!("{bytes} [{}]", self.hex),
        }
    }
}
