use std::fmt;
use std::time::Duration;

use crate::row::{Kind, Row};

/// What the demo showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The driver that held the guards.
    pub driver: String,
    /// Every row that was run, in order.
    pub rows: Vec<Row>,
    /// How long all of it took.
    pub took: Duration,
}

impl Report {
    /// Did every attack work without guards and fail with them, and did all good traffic live?
    pub fn ok(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.ok)
    }

    /// The last line of the table, for those who have shown the rows as they came.
    pub fn totals(&self) -> String {
        let (refused, attacks) = self.tally(Kind::Attack);
        let (living, good) = self.tally(Kind::Good);
        format!(
            "{refused} of {attacks} attacks refused, {living} of {good} kinds of good traffic live \
             (driver {}, {:.1} s)",
            self.driver,
            self.took.as_secs_f64()
        )
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.kind == kind)
    }

    /// How many of a kind are ok, and how many there are.
    fn tally(&self, kind: Kind) -> (usize, usize) {
        (
            self.of(kind).filter(|row| row.ok).count(),
            self.of(kind).count(),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in [Kind::Attack, Kind::Good] {
            if self.of(kind).next().is_some() {
                writeln!(f, "{}", Row::heading(kind))?;
                self.of(kind).try_for_each(|row| writeln!(f, "{row}"))?;
                writeln!(f)?;
            }
        }
        f.write_str(&self.totals())
    }
}
