//! What stands between a policy and its being in force on this host. `plan` shows what `enforce` would
//! meet, so both take it from here.

use std::collections::BTreeSet;

use serde::Serialize;
use vifguard_driver::{Desired, Result as DriverResult, State};
use vifguard_policy::Policy;

use crate::blast::{Radius, Refused, Silent, radius};
use crate::devices::{Kind, Unfit};
use crate::drivers::{Crew, Elsewhere, Ground};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fit::{Degraded, Fit, Lacking, able, fit};
use crate::words::{bullets, count};

/// All of it, so that nobody has to come back for the next one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Obstacles {
    /// What the driver cannot do.
    pub(crate) lacking: Vec<Lacking>,
    /// Ports whose interfaces it cannot guard.
    pub(crate) unfit: Vec<Unfit>,
    /// Guards on what carries the host itself.
    pub(crate) refused: Vec<Refused>,
    /// What other drivers hold, beside which this one would judge.
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// Interfaces that would fall silent: `--yes` is needed for them, and overrides nothing else.
    pub(crate) silent: Vec<Silent>,
    /// No obstacle, since the ports consent; whoever asks is told.
    #[serde(skip)]
    pub(crate) degraded: Vec<Degraded>,
    /// The drivers that were asked.
    #[serde(skip)]
    drivers: String,
    /// Another that could do it.
    #[serde(skip)]
    other: Option<&'static str>,
}

/// One kind of obstacle, for people.
struct Section {
    head: String,
    list: String,
    advice: String,
}

impl Obstacles {
    /// Finds them.
    pub(crate) fn find(
        policy: &Policy,
        desired: &Desired,
        crew: &mut Crew,
        ground: &Ground<'_>,
    ) -> DriverResult<Obstacles> {
        // Where Open vSwitch does not answer, no driver was chosen for it either.
        let switch = ground.hypervisors.switch().ok().flatten();
        let Radius { refused, silent } = radius(ground.host, switch, desired);
        let mut found = Obstacles {
            lacking: Vec::new(),
            unfit: Vec::new(),
            refused,
            elsewhere: Vec::new(),
            silent,
            degraded: Vec::new(),
            drivers: match crew.members.len() {
                1 => format!("the driver {}", crew.names()),
                _ => format!("the drivers {}", crew.names()),
            },
            other: None,
        };
        crew.answer_for_all(policy);
        for member in crew.working() {
            let Fit { lacking, degraded } = fit(policy, member)?;
            found.lacking.extend(lacking);
            found.degraded.extend(degraded);
        }
        let members = crew.members.iter();
        found
            .unfit
            .extend(members.flat_map(|member| member.unfit.clone()));
        if !found.lacking.is_empty() || !found.unfit.is_empty() {
            found.other = able(policy, desired, ground);
        }
        Ok(found)
    }

    /// Leaves out interfaces that are silent already.
    pub(crate) fn spare_silent(&mut self, before: &[State]) {
        let mut radius = Radius {
            silent: std::mem::take(&mut self.silent),
            ..Radius::default()
        };
        before.iter().for_each(|state| radius.spare_silent(state));
        self.silent = radius.silent;
    }

    /// Is there one that `--yes` does not override?
    pub(crate) fn is_final(&self) -> bool {
        let host = self.refused.is_empty() && self.elsewhere.is_empty();
        !(self.lacking.is_empty() && self.unfit.is_empty() && host)
    }

    /// How `enforce` ends, with or without `--yes`.
    pub(crate) fn exit(&self, yes: bool) -> Exit {
        if !self.lacking.is_empty() {
            return Exit::Unavailable;
        }
        Exit::ok_if(!self.is_final() && (yes || self.silent.is_empty()))
    }

    /// The error, unless nothing is in the way.
    pub(crate) fn failure(&self, yes: bool) -> Option<Failure> {
        let exit = self.exit(yes);
        if exit == Exit::Ok {
            return None;
        }
        let mut failure = Failure::new(exit, self.text(yes).trim_end(), self.advice(yes));
        failure.host = serde_json::to_value(self).ok();
        Some(failure)
    }

    /// What is in the way, in lines for people.
    pub(crate) fn text(&self, yes: bool) -> String {
        let sections = self.sections(yes);
        let lines = sections.map(|section| format!("{}\n{}", section.head, section.list));
        lines.collect()
    }

    /// What to do, in one line.
    pub(crate) fn advice(&self, yes: bool) -> String {
        let advice: Vec<String> = self.sections(yes).map(|section| section.advice).collect();
        advice.join("; ") + "; nothing was changed"
    }

    fn sections(&self, yes: bool) -> impl Iterator<Item = Section> {
        let silent = if yes { None } else { self.silent() };
        let host = [self.refused(), self.elsewhere(), silent];
        let drivers = [self.lacking(), self.unfit()];
        drivers.into_iter().chain(host).flatten()
    }

    fn lacking(&self) -> Option<Section> {
        let advice = match self.other {
            Some(other) => format!("use --driver {other}, which can do all of it on this host"),
            None => "no driver on this host can; let the ports say enforcement: best-effort, or \
                     leave out what needs it"
                .to_owned(),
        };
        let head = format!("{} cannot do what the policy needs:", self.drivers);
        section(head, &self.lacking, advice)
    }

    fn unfit(&self) -> Option<Section> {
        let kinds: BTreeSet<_> = self.unfit.iter().map(|unfit| unfit.kind).collect();
        let remedies: Vec<&str> = kinds.iter().map(|kind| kind.remedy()).collect();
        let mut advice = remedies.join("; ");
        let about_driver = self.lacking.is_empty() && !kinds.contains(&Kind::Missing);
        if let Some(other) = self.other.filter(|_| about_driver) {
            advice += &format!("; or use --driver {other}, which can guard all of them");
        }
        let ports = count(self.unfit.len(), "port");
        let head = format!("{} cannot guard {ports}:", self.drivers);
        section(head, &self.unfit, advice)
    }

    fn refused(&self) -> Option<Section> {
        let head = "the policy would cut off this host itself:".to_owned();
        let advice = "guard the guests' interfaces by a narrower pattern, or name them; --yes does \
                      not override this";
        section(head, &self.refused, advice.to_owned())
    }

    fn elsewhere(&self) -> Option<Section> {
        let head = "another driver has guards on this host, which stay as they are; a frame would have to \
                    pass both:"
            .to_owned();
        let release: Vec<String> = self.elsewhere.iter().map(Elsewhere::release).collect();
        let advice = format!(
            "release them there ({}); or, so that no port is open meanwhile, enforce with --beside first and \
             release them after it",
            release.join("; ")
        );
        section(head, &self.elsewhere, advice)
    }

    fn silent(&self) -> Option<Section> {
        let what = count(self.silent.len(), "interface");
        let head =
            format!("{what} in use would fall silent: guarded by a pattern, without a port:");
        let advice = "give them ports, or set host.unknown to audit to count instead, or go on \
                      with --yes";
        section(head, &self.silent, advice.to_owned())
    }
}

fn section(head: String, items: &[impl ToString], advice: String) -> Option<Section> {
    (!items.is_empty()).then(|| Section {
        head,
        list: bullets(items.iter().map(ToString::to_string)),
        advice,
    })
}
