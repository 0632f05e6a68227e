//! The driver, told which interfaces ports have and not only what those are called: as of ports that a
//! hypervisor found.

use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Preview, Result, Scope, State, Tell,
};
use vifguard_inventory::Links;
use vifguard_nft::Nft;

/// When it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Each time.
    Always,
    /// Every other time, so that each change of a policy changes that, too.
    InTurn,
}

pub(crate) struct Pinned {
    nft: Nft,
    told: Told,
    times: usize,
}

impl Pinned {
    pub(crate) fn new(nft: Nft, told: Told) -> Pinned {
        Pinned {
            nft,
            told,
            times: 0,
        }
    }

    fn tell(&self, desired: &Desired) -> Desired {
        let mut desired = desired.clone();
        if self.told == Told::Always || self.times % 2 == 1 {
            pin(&mut desired);
        }
        desired
    }
}

/// Every port's interface is the one that is called so now.
pub(crate) fn pin(desired: &mut Desired) {
    let links = Links::read().unwrap().links;
    for port in &mut desired.ports {
        let link = links.iter().find(|link| link.name == port.device.as_str());
        port.index = Some(link.map_or(0, |link| link.index));
    }
}

impl Driver for Pinned {
    fn name(&self) -> &'static str {
        self.nft.name()
    }

    fn probe(&mut self) -> Result<Capabilities> {
        self.nft.probe()
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        self.nft.preview(&self.tell(desired))
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        self.times += 1;
        self.nft.apply(&self.tell(desired))
    }

    fn observe(&mut self) -> Result<State> {
        self.nft.observe()
    }

    fn counters(&mut self) -> Result<Counters> {
        self.nft.counters()
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        self.nft.remove(scope)
    }

    fn watch(&mut self, tell: Tell) -> Result<()> {
        self.nft.watch(tell)
    }
}
