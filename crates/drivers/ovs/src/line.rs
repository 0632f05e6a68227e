//! OpenFlow to a bridge: one conversation for the length of a call.
//!
//! Each answer costs a turn of the switch's main loop, which is long with thousands of interfaces. So what can be
//! asked at once is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vifguard_openflow::{Connection, Error, Filter, Malformed, Question, flows};

use crate::change::Edit;
use crate::flow::Counted;
use crate::held::Held;

/// So long the switch has for each answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A conversation that begins with the first question, and again behind one that failed.
#[derive(Debug)]
pub(crate) struct Line {
    socket: PathBuf,
    connection: Option<Connection>,
}

impl Line {
    /// To a bridge, by the switch's directory of sockets.
    pub(crate) fn new(rundir: &Path, bridge: &str) -> Line {
        Line {
            socket: rundir.join(format!("{bridge}.mgmt")),
            connection: None,
        }
    }

    /// The answers to some questions, whole.
    pub(crate) fn ask(&mut self, questions: &[Question]) -> Result<Vec<Vec<u8>>, Error> {
        let mut answers = vec![Vec::new(); questions.len()];
        self.over(|connection| {
            connection.ask(questions, |place, part| {
                let answer: Option<&mut Vec<u8>> = answers.get_mut(place);
                answer.into_iter().for_each(|answer| answer.extend(part));
                Ok(())
            })
        })?;
        Ok(answers)
    }

    /// The flows that match one of these.
    pub(crate) fn read(&mut self, filters: &[Filter]) -> Result<Held, Error> {
        self.touch_and_read(None, filters)
    }

    /// The same, after one change of which nothing hangs.
    pub(crate) fn touch_and_read(
        &mut self,
        touch: Option<Edit<'_>>,
        filters: &[Filter],
    ) -> Result<Held, Error> {
        let touch = touch.map(|edit| edit.flow_mod()).transpose()?;
        let questions: Vec<Question> = filters.iter().copied().map(Question::Flows).collect();
        let mut held = Held::default();
        self.over(|connection| {
            connection.change_and_ask(touch, &questions, |_, part| add_all(&mut held, part))
        })?;
        Ok(held)
    }

    /// Makes changes: all of them or none, and between two frames.
    pub(crate) fn change(&mut self, edits: &[Edit<'_>]) -> Result<(), Error> {
        self.over(|connection| {
            let bundle = connection.bring(edits.iter().map(Edit::flow_mod))?;
            connection.commit(&bundle)
        })
    }

    fn over<T>(
        &mut self,
        talk: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.socket, PATIENCE)?,
        };
        let said = talk(&mut connection)?;
        self.connection = Some(connection);
        Ok(said)
    }
}

/// What of an answer is flows.
pub(crate) fn counted(answer: &[u8]) -> Result<Vec<Counted>, Malformed> {
    flows(answer).map(|flow| Ok(Counted::of(&flow?))).collect()
}

fn add_all(held: &mut Held, part: &[u8]) -> Result<(), Error> {
    for flow in flows(part) {
        held.add(Counted::of(&flow?));
    }
    Ok(())
}
