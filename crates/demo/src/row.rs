use std::fmt;
use std::time::Duration;

/// Widths of the columns; two spaces between them make 100.
const NAME: usize = 20;
const WHAT: usize = 36;
const WITHOUT: usize = 19;
const WITH: usize = 11;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Must work without guards and fail with them.
    Attack,
    /// Must work without guards and with them.
    Good,
}

/// One row: the same done twice, without and with guards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What a row of its kind must show.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What is done, in a few words.
    pub what: String,
    /// What came of it without guards.
    pub without: String,
    /// What came of it with guards.
    pub with: String,
    /// Is that as it must be?
    pub ok: bool,
    /// How long both took together.
    pub took: Duration,
}

impl Row {
    /// The line above the rows of a kind, in the widths of [`Row`]'s own line.
    pub fn heading(kind: Kind) -> String {
        let name = match kind {
            Kind::Attack => "attack",
            Kind::Good => "good traffic",
        };
        line([name, "what is done", "without guards", "with guards", ""])
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ok = if self.ok { "ok" } else { "NOT OK" };
        f.write_str(&line([
            &self.name,
            &self.what,
            &self.without,
            &self.with,
            ok,
        ]))
    }
}

fn line([name, what, without, with, ok]: [&str; 5]) -> String {
    format!("{name:NAME$}  {what:WHAT$}  {without:WITHOUT$}  {with:WITH$}  {ok}")
        .trim_end()
        .to_owned()
}
