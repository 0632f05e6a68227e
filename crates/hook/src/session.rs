use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use vifguard_conformance::{Error as RunError, Observed, Trial};
use vifguard_lab::{Netns, RawSender};

use crate::answer::{Nothing, Started};
use crate::hook::{self, Asked, Hook, Reply};
use crate::leftovers;
use crate::seat::Seat;
use crate::trials::{Line, Sent, Through};
use crate::witness::Witness;
use crate::{Error, Fault, Policy, Result, Verb};

/// The name of the unguarded port.
const WITNESS: &str = "witness";

/// How a hook is run.
pub struct Options {
    /// How long each call may take.
    pub patience: Duration,
    /// Says whether somebody asked the program to stop; then the switch is taken away first.
    pub asked: Box<dyn FnMut() -> bool>,
}

/// What the hook says that it has set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its name; the hook's file name if it has none.
    pub name: String,
    /// Its version, if the hook knows it.
    pub version: Option<String>,
    /// The Linux bridge whose forwarding database can be compared.
    pub bridge: Option<String>,
}

/// What came of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Everything was sent.
    Sent,
    /// The product cannot express the policy: the hook's sentence.
    Declined(String),
    /// Nothing that the port may send came through, so that nothing follows from what did not.
    Dead(String),
    /// In the middle the port fell silent, and so many frames were not sent.
    Silent(String, usize),
}

/// A switch that a hook has started. It is stopped when this is dropped.
pub struct Session {
    hook: Hook,
    host: Netns,
    product: Product,
    before: BTreeSet<String>,
    witness: Option<Witness>,
    ports: usize,
    seen: Vec<Vec<u8>>,
    is_stopped: bool,
}

impl Session {
    /// Has the hook start its switch, and connects a witness.
    ///
    /// # Errors
    ///
    /// A hook that cannot, and what the lab lacks.
    pub fn start(file: &Path, options: Options) -> Result<Session> {
        let Options { patience, asked } = options;
        let host = Netns::new("switch")?;
        let (found, unfound) = match hook::resolve(file) {
            Ok(found) => (found, None),
            Err(error) => (file.to_owned(), Some(error)),
        };
        let hook = Hook::new(found, host.clone(), patience, asked as Asked)?;
        if let Some(error) = unfound {
            return Err(hook.fault(Verb::Start, Fault::CannotRun(error), String::new()));
        }
        let name = file.file_name().unwrap_or(file.as_os_str());
        let mut session = Session {
            before: leftovers::interfaces(&host)?,
            hook,
            host,
            product: Product {
                name: name.to_string_lossy().into_owned(),
                version: None,
                bridge: None,
            },
            witness: None,
            ports: 0,
            seen: Vec::new(),
            is_stopped: false,
        };
        session.begin()?;
        Ok(session)
    }

    fn begin(&mut self) -> Result<()> {
        let started: Started = self.hook.tell(Verb::Start, &[])?;
        if let Some(bridge) = &started.bridge
            && self.host.fdb(bridge).is_err()
        {
            let why = format!("named the bridge {bridge}, which is not there");
            return Err(self
                .hook
                .fault(Verb::Start, Fault::NotSo(why), String::new()));
        }
        if let Some(name) = started.product {
            self.product.name = name;
        }
        self.product.version = started.version;
        self.product.bridge = started.bridge;
        match Seat::connect(&self.hook, &self.host, Verb::Plug, WITNESS, None)? {
            Reply::Yes(seat) => self.witness = Some(Witness::new(seat)?),
            Reply::CannotExpress(_) => {
                return Err(RunError::Kit("a port without a policy has one".to_owned()).into());
            }
        }
        Ok(())
    }

    /// What the hook says that it has set up.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// What came to the witness during the last attempt, but for the frames that only tell.
    pub fn seen(&self) -> &[Vec<u8>] {
        &self.seen
    }

    /// Has a port guarded by a policy, sends all that is to be sent under it, tells what became of each frame,
    /// and has the port taken away.
    ///
    /// # Errors
    ///
    /// A hook that fails, somebody who asks to stop, and an observer that lost frames.
    pub fn attempt(
        &mut self,
        policy: &Policy<'_>,
        step: &mut dyn FnMut(),
        each: &mut dyn FnMut(&Trial<'_>, Observed),
    ) -> Result<Attempt> {
        self.hook.heed()?;
        self.ports += 1;
        let name = format!("guard{}", self.ports);
        let port = Some(&policy.port);
        let seat = match Seat::connect(&self.hook, &self.host, Verb::Guard, &name, port)? {
            Reply::Yes(seat) => seat,
            Reply::CannotExpress(why) => return Ok(Attempt::Declined(why)),
        };
        let Some(witness) = &mut self.witness else {
            return Err(RunError::Kit("the switch was stopped".to_owned()).into());
        };
        let mut line = Line {
            host: &self.host,
            bridge: self.product.bridge.as_deref(),
            witness,
            sender: RawSender::on(seat.netns(), seat.device())?,
            port: &policy.port,
        };
        let Through {
            sent,
            observed,
            seen,
        } = line.send(&self.hook, &policy.trials, step)?;
        drop(line);
        self.seen = seen;
        for (trial, observed) in policy.trials.iter().zip(observed) {
            each(trial, observed);
        }
        seat.release(&self.hook)?;
        Ok(match sent {
            Sent::All => Attempt::Sent,
            Sent::Dead(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                Attempt::Dead(kinds.join(", "))
            }
            Sent::Silent(trial, left) => Attempt::Silent(trial.case.name.clone(), left),
        })
    }

    /// Has the hook take everything away. Returns what it has left behind.
    ///
    /// # Errors
    ///
    /// A hook that fails at it.
    pub fn stop(mut self) -> Result<Vec<String>> {
        self.end()
    }

    fn end(&mut self) -> Result<Vec<String>> {
        self.is_stopped = true;
        let stopped: Result<Nothing> = self.hook.tell(Verb::Stop, &[]);
        self.witness = None;
        let processes = leftovers::processes(&self.host, self.hook.home().own());
        let mut left = processes;
        let is_of_a_port = |name: &String| is_of_a_port(name, self.ports);
        let ours =
            |name: &String| self.before.contains(name) || name == WITNESS || is_of_a_port(name);
        let interfaces = leftovers::interfaces(&self.host)?;
        let interfaces = interfaces.into_iter().filter(|name| !ours(name));
        left.extend(interfaces.map(|name| format!("interface {name}")));
        left.extend(
            self.hook
                .home()
                .mounts()
                .into_iter()
                .map(|at| format!("mount {at}")),
        );
        stopped.map(|_| left)
    }

    /// An error about what the hook has left behind.
    pub fn left(file: &Path, left: &[String]) -> Error {
        Error::Hook {
            hook: file.display().to_string(),
            verb: Verb::Stop,
            fault: Fault::NotSo(format!("left behind: {}", left.join(", "))),
            said: String::new(),
        }
    }
}

/// One of those that were named to the hook.
fn is_of_a_port(name: &str, ports: usize) -> bool {
    let number = name.strip_prefix("guard");
    let number = number.and_then(|number| number.parse::<usize>().ok());
    number.is_some_and(|number| (1..=ports).contains(&number))
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.is_stopped {
            // The first error is the one that counts.
            let _ = self.end();
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("product", &self.product)
            .field("hook", &self.hook)
            .finish_non_exhaustive()
    }
}
