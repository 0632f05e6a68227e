use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::link_info::{LinkInfo, LinkStats, Names};
use crate::mac::Mac;
use crate::netns::Netns;
use crate::rtnl::Change;
use crate::wait::wait_until;

/// A handle to a device of a namespace, by its index: renaming does not lose it. Dropping it deletes nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    netns: Netns,
    index: u32,
    name: String,
}

impl Netns {
    /// Every device.
    pub fn links(&self) -> Result<Vec<LinkInfo>> {
        self.rtnl(|| "list devices".to_owned(), |rtnl| rtnl.links())
    }

    /// The device of this name.
    pub fn link(&self, name: &str) -> Result<Link> {
        let found = self.rtnl(|| format!("look for {name}"), |rtnl| rtnl.link_named(name))?;
        let info = found.ok_or_else(|| self.no_device(name))?;
        Ok(Link {
            netns: self.clone(),
            index: info.index,
            name: info.name,
        })
    }

    /// True if it has a device of this name.
    pub fn has_link(&self, name: &str) -> Result<bool> {
        Ok(self
            .rtnl(|| format!("look for {name}"), |rtnl| rtnl.link_named(name))?
            .is_some())
    }

    /// The names of its devices by index, for tables that speak of indices.
    pub(crate) fn names(&self) -> Result<Names> {
        self.links().map(Names)
    }

    fn no_device(&self, device: &str) -> Error {
        Error::NoDevice {
            namespace: self.name().to_owned(),
            device: device.to_owned(),
        }
    }
}

impl Link {
    /// The name that it had when this handle was made or last renamed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its index in its namespace.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The namespace that it is in.
    pub fn netns(&self) -> &Netns {
        &self.netns
    }

    /// What the kernel says about it now.
    pub fn info(&self) -> Result<LinkInfo> {
        let step = || format!("ask for {}", self.name);
        let found = self.netns.rtnl(step, |rtnl| rtnl.link_at(self.index))?;
        found.ok_or_else(|| self.netns.no_device(&self.name))
    }

    /// Its Ethernet address now.
    pub fn mac(&self) -> Result<Mac> {
        self.info().map(|info| info.mac)
    }

    /// Its counters now.
    pub fn stats(&self) -> Result<LinkStats> {
        self.info().map(|info| info.stats)
    }

    /// Brings it up.
    pub fn up(&self) -> Result<()> {
        self.change("bring up", Change::Up)
    }

    /// Waits until frames go over it ([`LinkInfo::ready`]); fails if they still do not after the time.
    pub fn await_ready(&self, patience: Duration) -> Result<()> {
        let ready = || self.info().is_ok_and(|info| info.ready);
        if wait_until(patience, ready) {
            return Ok(());
        }
        let source = io::Error::from(io::ErrorKind::TimedOut);
        Err(self.netns.fail(
            format!("get frames over {} (is the other end up?)", self.name),
            source,
        ))
    }

    /// Takes it down.
    pub fn down(&self) -> Result<()> {
        self.change("take down", Change::Down)
    }

    /// Gives it another Ethernet address.
    pub fn set_mac(&self, mac: Mac) -> Result<()> {
        self.change("set the address of", Change::Mac(mac))
    }

    /// Makes it a port of a bridge of the same namespace.
    pub fn set_master(&self, bridge: &Link) -> Result<()> {
        self.change("put into a bridge the device", Change::Master(bridge.index))
    }

    /// Takes it out of its bridge.
    pub fn nomaster(&self) -> Result<()> {
        self.change("take out of its bridge the device", Change::Master(0))
    }

    /// Sets the longest packet that it carries.
    pub fn set_mtu(&self, mtu: u32) -> Result<()> {
        self.change("set the MTU of", Change::Mtu(mtu))
    }

    /// Gives it another name.
    pub fn rename(&mut self, name: &str) -> Result<()> {
        self.change("rename", Change::Name(name))?;
        name.clone_into(&mut self.name);
        Ok(())
    }

    /// Moves it to another namespace, as hot-plugging does; it arrives down, with its name.
    pub fn move_to(self, other: &Netns) -> Result<Link> {
        self.change("move", Change::Netns(other.as_fd()))?;
        other.link(&self.name)
    }

    /// Deletes it, and its peer if it is one end of a pair.
    pub fn delete(self) -> Result<()> {
        self.netns.rtnl(
            || format!("delete {}", self.name),
            |rtnl| rtnl.delete_link(self.index),
        )
    }

    /// Writes a sysctl of this device, such as `("ipv6/conf", "accept_dad", "0")`.
    pub fn sysctl(&self, family: &str, key: &str, value: &str) -> Result<()> {
        self.netns
            .sysctl(&format!("net/{family}/{}/{key}", self.name), value)
    }

    /// Takes IPv6 off it, as hypervisors do with bridge ports: it then sends nothing of its own accord.
    pub fn silence(&self) -> Result<()> {
        self.sysctl("ipv6/conf", "disable_ipv6", "1")
    }

    fn change(&self, verb: &str, change: Change<'_>) -> Result<()> {
        self.netns.rtnl(
            || format!("{verb} {}", self.name),
            |rtnl| rtnl.change(self.index, change),
        )
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({} {} of {:?})", self.index, self.name, self.netns)
    }
}
