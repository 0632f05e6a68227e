use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use crate::error::{Error, Result};
use crate::home;
use crate::wait::wait_until;

/// A program to start, and where to send the outcome.
type Order = (Command, Sender<io::Result<Child>>);

/// A process that ends when this is dropped, with all of its process group.
///
/// If this process is killed before it can do so, the kernel kills the child (not the child's children).
/// The program is to stay in the foreground: one that makes itself a daemon leaves its group and is lost.
#[derive(Debug)]
pub struct Daemon {
    program: String,
    child: Child,
}

impl Daemon {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.process_group(0);
        match start_on_lasting_thread(command) {
            Ok(child) => Ok(Self { program, child }),
            Err(source) => Err(Error::Program {
                program,
                step: "start",
                source,
            }),
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// True while it has not ended.
    pub fn is_running(&self) -> bool {
        self.state() == State::Running
    }

    /// Asks it to end (SIGTERM) and waits; what is left of its group after the time is killed.
    pub fn stop(mut self, patience: Duration) -> Result<ExitStatus> {
        self.signal(Signal::SIGTERM);
        wait_until(patience, || !self.is_running());
        self.signal(Signal::SIGKILL);
        let waited = self.child.wait();
        waited.map_err(|source| Error::Program {
            program: self.program.clone(),
            step: "wait for",
            source,
        })
    }

    /// Looks without taking the child's end away: as long as nobody has waited for it, its id is its own.
    fn state(&self) -> State {
        let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        match waitid(Id::Pid(self.group()), look) {
            Ok(WaitStatus::StillAlive) => State::Running,
            Ok(_) => State::Ended,
            Err(_) => State::Waited,
        }
    }

    /// To the whole group: a shell may have ended and left children behind.
    fn signal(&self, signal: Signal) {
        if self.state() != State::Waited {
            // A group with nobody left in it but the ended child is no error worth a word.
            let _ = killpg(self.group(), signal);
        }
    }

    /// The group has the child's id.
    fn group(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Ended,
    /// Somebody has waited for it: its id may be another's by now.
    Waited,
}

/// The kernel ends a child with the *thread* that started it (PR_SET_PDEATHSIG), and a test's thread may end
/// before the value that holds the child: so one thread that lasts as long as the process starts them all.
fn start_on_lasting_thread(command: Command) -> io::Result<Child> {
    static ORDERS: OnceLock<Sender<Order>> = OnceLock::new();
    let (answer, outcome) = mpsc::channel();
    let gone = |_| io::Error::other("the thread that starts programs has ended");
    ORDERS
        .get_or_init(lasting_thread)
        .send((command, answer))
        .map_err(|e| gone(e.to_string()))?;
    outcome.recv().map_err(|e| gone(e.to_string()))?
}

fn lasting_thread() -> Sender<Order> {
    let (orders, incoming) = mpsc::channel::<Order>();
    thread::spawn(move || {
        // It began in the namespace of whoever came first, and must not hold that one for ever.
        let at_home = home::go_home();
        for (mut command, answer) in incoming {
            let started = match &at_home {
                Ok(()) => command.spawn(),
                Err(e) => Err(io::Error::new(e.kind(), e.to_string())),
            };
            let _ = answer.send(started);
        }
    });
    orders
}
