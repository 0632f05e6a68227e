use std::time::Duration;

use vifguard_lab::{Link, Netns};

use crate::answer::{Nothing, Seated};
use crate::hook::{Hook, Reply};
use crate::{Fault, Port, Result, Verb};

/// The guest's end of what the kit makes.
const GUEST: &str = "eth0";
/// How long a kernel may take to notice a carrier; it takes milliseconds.
const READY: Duration = Duration::from_secs(10);

/// A port of the switch, connected by the hook.
#[derive(Debug)]
pub(crate) struct Seat {
    /// The guest's end.
    link: Link,
    /// The kit made the pair.
    is_ours: bool,
    environment: Vec<(&'static str, String)>,
}

impl Seat {
    /// Makes a pair of interfaces and has the hook connect the host's end of it, or an interface of its own
    /// making.
    pub(crate) fn connect(
        hook: &Hook,
        host: &Netns,
        verb: Verb,
        name: &str,
        port: Option<&Port>,
    ) -> Result<Reply<Seat>> {
        let guest = Netns::new(name)?;
        let mac = port.map(Port::mac);
        let pair = host.veth_with(name, None, &guest, GUEST, mac)?;
        for link in [&pair.here, &pair.there] {
            link.silence()?;
        }
        pair.there.up()?;
        let mut environment = vec![
            ("VIFGUARD_NAME", name.to_owned()),
            ("VIFGUARD_DEVICE", name.to_owned()),
        ];
        environment.extend(port.map(Port::environment).into_iter().flatten());
        let seated: Seated = match hook.ask(verb, &environment)? {
            Reply::Yes(seated) => seated,
            Reply::CannotExpress(why) => {
                pair.here.delete()?;
                return Ok(Reply::CannotExpress(why));
            }
        };
        let not_so = |why: String| hook.fault(verb, Fault::NotSo(why), String::new());
        let (link, is_ours) = match (&seated.device, &seated.netns) {
            (None, None) => (pair.there, true),
            (None, Some(_)) => return Err(not_so("named a namespace and no device".to_owned())),
            (Some(device), netns) => {
                pair.here.delete()?;
                let inside = match netns {
                    Some(path) => Netns::at(path).map_err(|error| {
                        not_so(format!("named a namespace that cannot be entered: {error}"))
                    })?,
                    None => host.clone(),
                };
                let link = inside.link(device);
                let absent = || not_so(format!("named the interface {device}, which is not there"));
                let link = link.map_err(|_| absent())?;
                link.up()?;
                (link, false)
            }
        };
        if link.await_ready(READY).is_err() {
            let why = match is_ours {
                true => format!("left the interface {name} down, or did not connect it"),
                false => format!("named the interface {}, which has no carrier", link.name()),
            };
            return Err(not_so(why));
        }
        Ok(Reply::Yes(Seat {
            link,
            is_ours,
            environment,
        }))
    }

    /// Where the guest's end is.
    pub(crate) fn netns(&self) -> &Netns {
        self.link.netns()
    }

    /// The guest's end.
    pub(crate) fn device(&self) -> &str {
        self.link.name()
    }

    /// Has the hook take the port away.
    pub(crate) fn release(self, hook: &Hook) -> Result<()> {
        let Nothing {} = hook.tell(Verb::Release, &self.environment)?;
        let is_there = self.link.info().is_ok();
        if !is_there {
            return Ok(());
        }
        if self.is_ours {
            self.link.delete()?;
            return Ok(());
        }
        let why = format!("left the interface {}", self.link.name());
        Err(hook.fault(Verb::Release, Fault::NotSo(why), String::new()))
    }
}
