//! Filters as values: what libvirt is given, and what it gives back.

use std::collections::BTreeMap;
use std::fmt;

use crate::digest;
use crate::xml::escape;

/// One filter of libvirt's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its name.
    pub name: String,
    /// The chain that its rules are in.
    pub chain: String,
    /// Where the chain comes among others; the root has none.
    pub priority: i16,
    /// Filters that belong to it.
    pub references: Vec<String>,
    /// Rules, in order.
    pub rules: Vec<Rule>,
}

/// One rule about what a guest sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What becomes of a frame that it matches.
    pub action: Action,
    /// Where it comes in its chain.
    pub priority: i16,
    /// What kind of frames it looks at: `mac`, `arp`, `rarp`, `ip`, `ipv6`.
    pub protocol: String,
    /// What it compares, as libvirt writes it.
    pub fields: BTreeMap<String, String>,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It passes.
    Accept,
    /// It is refused.
    Drop,
    /// The next chain is asked.
    Return,
    /// The next rule is asked.
    Continue,
}

/// The chain in which a port's frames begin.
pub const ROOT: &str = "root";

impl Action {
    /// Every one.
    pub const ALL: [Action; 4] = [
        Action::Accept,
        Action::Drop,
        Action::Return,
        Action::Continue,
    ];

    /// As libvirt writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Accept => "accept",
            Action::Drop => "drop",
            Action::Return => "return",
            Action::Continue => "continue",
        }
    }

    /// As ebtables writes it.
    pub(crate) const fn target(self) -> &'static str {
        match self {
            Action::Accept => "ACCEPT",
            Action::Drop => "DROP",
            Action::Return => "RETURN",
            Action::Continue => "CONTINUE",
        }
    }
}

impl Rule {
    /// What stands for the rule in a digest.
    fn line(&self) -> String {
        let Rule {
            action,
            priority,
            protocol,
            fields,
        } = self;
        format!("{} {priority} {protocol} {fields:?}", action.name())
    }
}

impl Filter {
    /// Stands for all that it says; not for its name.
    pub fn digest(&self) -> String {
        let head = format!("{} {}", self.chain, self.priority);
        let rules: Vec<String> = self.rules.iter().map(Rule::line).collect();
        let texts = std::iter::once(&head).chain(&self.references).chain(&rules);
        digest::of(texts.map(String::as_str))
    }
}

/// As `virsh nwfilter-define` takes it.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Filter { name, chain, .. } = self;
        write!(f, "<filter name='{}' chain='{chain}'", escape(name))?;
        if chain != ROOT {
            write!(f, " priority='{}'", self.priority)?;
        }
        writeln!(f, ">\n  <uuid>{}</uuid>", digest::uuid(name))?;
        for reference in &self.references {
            writeln!(f, "  <filterref filter='{}'/>", escape(reference))?;
        }
        self.rules.iter().try_for_each(|rule| rule.fmt(f))?;
        writeln!(f, "</filter>")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, priority) = (self.action.name(), self.priority);
        write!(
            f,
            "  <rule action='{action}' direction='out' priority='{priority}'><{}",
            self.protocol
        )?;
        for (field, value) in &self.fields {
            write!(f, " {field}='{}'", escape(value))?;
        }
        writeln!(f, "/></rule>")
    }
}
