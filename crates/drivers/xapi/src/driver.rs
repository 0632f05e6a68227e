use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Error, Preview, Result, Scope, State, Tell,
};

use crate::capability::{Backend, capabilities};
use crate::change::Change;
use crate::held::{Held, Seat};
use crate::plan::Plan;
use crate::trouble::{NAME, option, step};
use crate::wire::{Client, Session};
use crate::{Endpoint, OptionError, Options, Watch, apply, report};

/// What XenServer and XCP-ng know of the host that they run on.
const INVENTORY: &str = "/etc/xensource-inventory";

/// So long one question for events stays open at most (`event.from`).
const LISTEN: Duration = Duration::from_secs(60);
/// After an error, before it is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// The protection of VIFs that XAPI has.
#[derive(Debug)]
pub struct Xapi {
    options: std::result::Result<Options, OptionError>,
}

impl Xapi {
    /// A driver for a pool.
    pub fn new(options: Options) -> Xapi {
        Xapi {
            options: Ok(options),
        }
    }

    /// A driver for the pool that `VIFGUARD_XAPI_…` name ([`Options::from_env`]). If they are wrong, it
    /// says so whenever it is asked for anything.
    pub fn from_env() -> Xapi {
        Xapi {
            options: Options::from_env(),
        }
    }

    /// Hears when something changes from now on.
    ///
    /// # Errors
    ///
    /// XAPI cannot be reached, or does not take the login.
    pub fn events(&self) -> Result<Watch> {
        Watch::new(self.options()?)
    }

    fn options(&self) -> Result<&Options> {
        self.options.as_ref().map_err(option)
    }

    fn open(&self) -> Result<Open<'_>> {
        let options = self.options()?;
        let who = options.login().map_err(|error| option(&error))?;
        let client = Client::new(options.endpoint.clone(), options.call_time);
        let session = Session::open(&client, &who);
        let session = session.map_err(|error| step("log in", &options.endpoint, error))?;
        Ok(Open { options, session })
    }
}

/// One conversation.
struct Open<'x> {
    options: &'x Options,
    session: Session,
}

impl Open<'_> {
    fn held(&self) -> Result<Held> {
        let host = self.options.host.clone().or_else(own_uuid);
        apply::read(&self.session, &self.options.endpoint, host.as_deref())
    }

    fn carry_out(&self, change: &Change) -> Result<()> {
        apply::carry_out(&self.session, &self.options.endpoint, change)
    }
}

/// `INSTALLATION_UUID='…'`
fn own_uuid() -> Option<String> {
    let text = fs::read_to_string(INVENTORY).ok()?;
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix("INSTALLATION_UUID="))?;
    Some(value.trim_matches(['\'', '"']).to_owned())
}

impl Driver for Xapi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let held = self.open()?.held()?;
        let mut can = capabilities(Backend::of(held.backend.as_deref()));
        can.notes = report::notes(&held);
        Ok(can)
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let held = self.open()?.held()?;
        let plan = Plan::of(desired, &held)?;
        Ok(Preview {
            plan: plan.to_string(),
            difference: Change::between(&held, &plan).lines(),
        })
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        let open = self.open()?;
        let held = open.held()?;
        let plan = Plan::of(desired, &held)?;
        let change = Change::between(&held, &plan);
        if !change.is_empty() {
            open.carry_out(&change)?;
            let rest = Change::between(&open.held()?, &plan);
            if let Some(line) = rest.lines().into_iter().next() {
                return Err(Error::NotAsPlanned {
                    driver: NAME,
                    difference: line,
                });
            }
        }
        Ok(change.applied)
    }

    fn observe(&mut self) -> Result<State> {
        Ok(report::state(&self.open()?.held()?))
    }

    /// Whoever says where it is has one, right or wrong, and so has every host of a pool.
    fn may_hold(&mut self) -> bool {
        let said = self.options.as_ref();
        let is_named = !said.is_ok_and(|options| *options == Options::default());
        let there = |path: &&str| Path::new(path).exists();
        is_named || [Endpoint::LOCAL, INVENTORY].iter().any(there)
    }

    /// XAPI counts nothing that could be told apart by port and reason.
    fn counters(&mut self) -> Result<Counters> {
        Ok(Counters::default())
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let open = self.open()?;
        let held = open.held()?;
        let all = held.here.values().chain(&held.asleep);
        let named = |seat: &&Seat| match scope {
            Scope::All => seat.is_marked(),
            Scope::Port(port) => seat.note().is_some_and(|note| note.port == *port),
        };
        let mut change = Change::default();
        all.filter(named).for_each(|seat| change.release(seat));
        if let Scope::Port(port) = scope
            && change.is_empty()
        {
            return Err(Error::NoSuchPort(port.clone()));
        }
        open.carry_out(&change)?;
        Ok(change.applied.removed)
    }

    fn watch(&mut self, tell: Tell) -> Result<()> {
        let mut events = self.events()?;
        thread::spawn(move || {
            loop {
                match events.wait(LISTEN) {
                    Ok(false) => {}
                    Ok(true) if tell() => {}
                    // The pool is away: whoever listens finds out what that means, and not at once again.
                    Err(_) if tell() => thread::sleep(PAUSE),
                    Ok(true) | Err(_) => return,
                }
            }
        });
        Ok(())
    }
}
