//! `vifguard contract check --change BASE`

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use vifguard_contract::{Objection, change_gate, remarks};

use super::base;
use super::evidence::{Found, Idles};
use crate::exit::Exit;
use crate::output::{Report, Style};
use crate::words::count;

/// Whether a change may be merged.
#[derive(Debug, Serialize)]
pub(super) struct Changed {
    base: String,
    /// The commit that the base is, if it is a revision.
    commit: Option<String>,
    /// Where the older contract was read.
    old: String,
    /// Where the newer one was.
    new: String,
    #[serde(flatten)]
    idle: Idles,
    objections: Vec<Objection>,
    /// What nobody objects to.
    remarks: Vec<String>,
}

/// Whether the contract may be changed so.
pub(super) fn of(base: &str, file: Option<&Path>, found: &Found) -> Result<Changed> {
    let pair = base::pair(base, file)?;
    let (old, new) = (&pair.old, &*pair.new);
    Ok(Changed {
        base: base.to_owned(),
        commit: pair.commit.clone(),
        old: pair.old_name.clone(),
        new: pair.new_name.clone(),
        idle: found.idle(&[old, new], old.next.max(new.next)),
        objections: change_gate(old, new, &found.evidence),
        remarks: remarks(old, new, &found.evidence),
    })
}

impl Report for Changed {
    fn text(&self, style: Style) -> String {
        let mut text = self.idle.text();
        text.extend(self.remarks.iter().map(|remark| format!("{remark}\n")));
        for Objection {
            rule,
            object,
            why,
            instead,
        } in &self.objections
        {
            let rule = style.alarm(rule.name());
            let _ = writeln!(text, "{rule}: {object}: {why}\n  instead: {instead}");
        }
        let compared = format!("{} against {}", self.new, self.old);
        let _ = match self.objections.len() {
            0 => writeln!(text, "ok: nothing stands against the change: {compared}"),
            many => writeln!(
                text,
                "{} against the change: {compared}; docs/contract.md has the rules",
                count(many, "objection")
            ),
        };
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.objections.is_empty())
    }
}
