use std::fmt;
use std::time::Duration;

/// What became of a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The kit found it, by this.
    Found(String),
    /// The kit judged, and found nothing.
    Missed,
    /// The driver does not build with it.
    Unbuilt(String),
    /// The kit did not judge, and why.
    Unjudged(String),
}

/// The same, and how long it took.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The defect.
    pub id: String,
    /// What became of it.
    pub fate: Fate,
    /// How long it took to build the kit with it.
    pub built: Duration,
    /// How long the kit ran.
    pub ran: Duration,
}

impl Outcome {
    /// Did the kit find it?
    pub fn is_found(&self) -> bool {
        matches!(self.fate, Fate::Found(_))
    }
}

impl Fate {
    fn name(&self) -> &'static str {
        match self {
            Fate::Found(_) => "found",
            Fate::Missed => "NOT FOUND",
            Fate::Unbuilt(_) => "did not build",
            Fate::Unjudged(_) => "NOT JUDGED",
        }
    }

    fn why(&self) -> &str {
        match self {
            Fate::Found(why) | Fate::Unbuilt(why) | Fate::Unjudged(why) => why,
            Fate::Missed => "the kit says that all of it holds",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (built, ran) = (self.built.as_secs(), self.ran.as_secs());
        let (fate, why) = (self.fate.name(), self.fate.why());
        write!(f, "{fate:<13} {} ({built} s + {ran} s) {why}", self.id)
    }
}

/// All of them, as a table, and their number.
pub fn table(outcomes: &[Outcome]) -> String {
    let widest = outcomes.iter().map(|it| it.id.len()).max().unwrap_or(0);
    let mut text = format!("{:widest$}  {:<13}  BUILD    RUN\n", "DEFECT", "FATE");
    for outcome in outcomes {
        let Outcome {
            id,
            fate,
            built,
            ran,
        } = outcome;
        text += &format!(
            "{id:widest$}  {:<13}  {:>3} s  {:>3} s\n",
            fate.name(),
            built.as_secs(),
            ran.as_secs()
        );
    }
    let found = outcomes.iter().filter(|it| it.is_found()).count();
    text += &format!("{found} of {} found\n", outcomes.len());
    text
}
