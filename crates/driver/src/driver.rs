use std::collections::HashSet;
use std::fmt;

use vifguard_policy::Host;

use crate::{Capabilities, Counters, Desired, Error, Result, State};

/// One mechanism that can guard ports on this host.
///
/// Every call speaks about the network namespace of the calling thread.
pub trait Driver {
    /// The name by which an operator chooses it.
    fn name(&self) -> &'static str;

    /// What this host lets the driver do, found by trying and without changing anything.
    fn probe(&mut self) -> Result<Capabilities>;

    /// What [`Driver::apply`] would put in force, and what of it differs from what is there.
    fn preview(&mut self, desired: &Desired) -> Result<Preview>;

    /// Would [`Driver::apply`] refuse it, as far as that can be told without changing anything? Where several
    /// drivers guard a host together each is asked before any is told, so that a refusal touches nothing. To say nothing
    /// suits a driver that is told first, or alone. What [`Driver::probe`] finds is not asked again.
    ///
    /// # Errors
    ///
    /// What [`Driver::apply`] would end with.
    fn check(&mut self, _desired: &Desired) -> Result<()> {
        Ok(())
    }

    /// Makes the host so, and reads back that it is. On an error what was in force stays so.
    fn apply(&mut self, desired: &Desired) -> Result<Applied>;

    /// What is in force, read from where it is in force.
    fn observe(&mut self) -> Result<State>;

    /// Could it have anything in force here? `false` only where that is certain because what it works with is
    /// not there and was named by nobody; one that is away for a while may hold something. Told at once: nobody
    /// is asked who could keep the caller waiting.
    fn may_hold(&mut self) -> bool {
        true
    }

    /// The interfaces on which it has guards in force, if that can be told at once, without [`Driver::observe`].
    fn glance(&mut self) -> Option<Vec<String>> {
        None
    }

    /// On a host that is to be so, does it close one interface more that [`Desired::host`] lists by name and that is no
    /// port's, and no other with it, as long as unknown interfaces are refused? Then a port that it cannot take need
    /// not keep the others from their guards: its interface is closed until it can.
    fn closes(&self, _host: &Host) -> bool {
        false
    }

    /// What happened to the frames so far.
    fn counters(&mut self) -> Result<Counters>;

    /// Takes guards away; of what is named, nothing remains. Returns the ports that were released.
    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>>;

    /// Speaks to `tell` each time that somebody may have changed what is in force, from now on and for as
    /// long as somebody listens. Nothing is asked over and over. What is so then is read by [`Driver::observe`]
    /// or [`Driver::apply`].
    fn watch(&mut self, tell: Tell) -> Result<()>;

    /// What [`Driver::watch`] does not speak of, in a sentence for whoever relies on it; nothing if it tells
    /// of all that it can know.
    fn unheard(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    /// What the operator has on this host that sees frames before they are judged, in sentences for whoever asks
    /// what is in force. It is no drift.
    fn caveats(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Puts the ports of `desired` in force beside whatever is, and reads back that they are. Nothing else
    /// changes, and of `desired.host` nothing is taken over.
    ///
    /// The ports are *admitted*: as long as an interface bears the note that it was made for its port,
    /// [`Driver::apply`] leaves that port in force, whether or not its own state names it.
    fn admit(&mut self, _desired: &Desired) -> Result<Applied> {
        Err(no_single_ports(self.name()))
    }

    /// Takes back what [`Driver::admit`] did for this port. One that was in force before stays so.
    fn dismiss(&mut self, _port: &str) -> Result<()> {
        Err(no_single_ports(self.name()))
    }
}

fn no_single_ports(driver: &'static str) -> Error {
    Error::Unsupported {
        driver,
        cause: "this driver cannot guard a single port beside others".to_owned(),
        remedy: "use --driver nft".to_owned(),
    }
}

/// Is told that something may have changed; says whether anybody still listens.
pub type Tell = Box<dyn Fn() -> bool + Send + Sync>;

/// What would be put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// All of it, in the mechanism's own terms, for people.
    pub plan: String,
    /// What would change, one line each; empty if nothing.
    pub difference: Vec<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Applied {
    /// Ports that got guards.
    pub added: Vec<String>,
    /// Ports whose guards were changed.
    pub changed: Vec<String>,
    /// Ports whose guards were taken away.
    pub removed: Vec<String>,
    /// Ports that were as they should be.
    pub unchanged: usize,
    /// What had been changed behind our back and was put right.
    pub repaired: Vec<String>,
    /// Something was done that is about no port: guarded interfaces, what belongs to others.
    pub otherwise: bool,
    /// What others did that makes guards hold less than they promise, and what to do about it. It would have
    /// barred a driver that guarded nothing yet; where guards are, they are kept all the same.
    pub in_the_way: Vec<String>,
}

/// What to take away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything of ours.
    All,
    /// One port, by its name.
    Port(String),
}

impl Applied {
    /// A port that went from one interface and came to another was changed, not removed and added.
    pub fn note_moves(&mut self) {
        let known: HashSet<&String> = self.added.iter().chain(&self.changed).collect();
        let moved: HashSet<String> = self
            .removed
            .iter()
            .filter(|port| known.contains(port))
            .cloned()
            .collect();
        self.removed.retain(|port| !moved.contains(port));
        self.added.retain(|port| !moved.contains(port));
        self.changed.retain(|port| !moved.contains(port));
        self.changed.extend(moved);
        self.changed.sort_unstable();
    }

    /// Was the host already so?
    pub fn is_nothing(&self) -> bool {
        self.added.is_empty()
            && self.changed.is_empty()
            && self.removed.is_empty()
            && self.repaired.is_empty()
            && !self.otherwise
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} added, {} changed, {} removed, {} unchanged",
            self.added.len(),
            self.changed.len(),
            self.removed.len(),
            self.unchanged
        )
    }
}
