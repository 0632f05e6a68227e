use std::net::IpAddr;
use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver};
use vifguard_lab::{Bridged, Guest, GuestSpec, Mac};
use vifguard_policy::Policy;

use crate::error::{Error, Result};
use crate::frame;
use crate::person::{ATTACKER, VICTIM};
use crate::scene::Scene;
use crate::talk::{self, PORT};
use crate::wait::{PATIENCE, eventually};

/// How long an attack's effect is waited for before its frames are sent again.
const ROUND: Duration = Duration::from_millis(20);
/// How often they are sent, whatever the clock says.
const AT_LEAST: u32 = 5;

/// A host with a bridge, the gateway, and two guests: new for every run, so that no run leaves
/// anything to the next.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) lab: Bridged,
    pub(crate) gateway: Guest,
    pub(crate) victim: Guest,
    pub(crate) attacker: Guest,
    /// How long an attack is repeated before it has failed.
    pub(crate) patience: Duration,
}

impl Stage {
    /// Everybody in place, no guards.
    pub(crate) fn open(scene: &Scene) -> Result<Stage> {
        Self::set(scene, PATIENCE, |_| Ok(()))
    }

    /// The same with guards, which are in force before a guest has sent its first frame.
    pub(crate) fn guarded(
        scene: &Scene,
        driver: &mut dyn Driver,
        patience: Duration,
    ) -> Result<Stage> {
        let desired = Desired::of(&Policy::parse(&scene.policy, "demo")?);
        Self::set(scene, patience, |lab| {
            Ok(lab.host.run(|| driver.apply(&desired)).map(drop)?)
        })
    }

    fn set(
        scene: &Scene,
        patience: Duration,
        guard: impl FnOnce(&Bridged) -> Result<()>,
    ) -> Result<Stage> {
        let lab = Bridged::new()?;
        let build = |spec: &GuestSpec| spec.build(&lab.host);
        let (gateway, victim) = (build(&scene.gateway)?, build(&scene.victim)?);
        let attacker = build(&scene.attacker)?;
        guard(&lab)?;
        for guest in [&gateway, &victim, &attacker] {
            lab.attach(guest.port())?;
            guest.plug()?;
            // Linux ignores a second ARP answer within a second (arp(7), locktime). An attacker
            // waits; the demo does not.
            guest.nic().sysctl("ipv4/neigh", "locktime", "0")?;
        }
        Ok(Stage {
            lab,
            gateway,
            victim,
            attacker,
            patience,
        })
    }

    /// Makes two stacks know each other, as they do long before an attack.
    pub(crate) fn acquaint(&self, asker: &Guest, answerer: &Guest, address: IpAddr) -> Result<()> {
        if talk::reaches(asker.netns(), answerer.netns(), address)? {
            Ok(())
        } else {
            Err(Error::Baseline("no honest traffic"))
        }
    }

    /// Sends the attacker's frames over and over until the effect shows, or the time is up.
    pub(crate) fn attack(
        &self,
        frames: &[Vec<u8>],
        mut effect: impl FnMut() -> Result<bool>,
    ) -> Result<bool> {
        let sender = self.attacker.sender()?;
        let start = Instant::now();
        let mut rounds = 0;
        // Both: on a machine that stalls, the time may be up before anything could have happened.
        while rounds < AT_LEAST || start.elapsed() < self.patience {
            sender.send_many(frames)?;
            if eventually(ROUND, &mut effect)? {
                return Ok(true);
            }
            rounds += 1;
        }
        Ok(false)
    }

    /// [`Stage::attack`] with the effect that a stack believes an address to be at this MAC.
    pub(crate) fn poison(
        &self,
        frames: &[Vec<u8>],
        believer: &Guest,
        (address, mac): (IpAddr, Mac),
    ) -> Result<bool> {
        self.attack(frames, || {
            Ok(believer.netns().neighbour(address)? == Some(mac))
        })
    }

    /// After an attack: does what the attacker may send still arrive? If not, a cut cable would do as well.
    pub(crate) fn attacker_is_heard(&self) -> Result<bool> {
        let socket = talk::listen(self.victim.netns(), VICTIM.v6().into())?;
        let frame = frame::udp6(
            ATTACKER.mac(),
            VICTIM.mac(),
            (ATTACKER.v6(), VICTIM.v6()),
            PORT,
        );
        let sender = self.attacker.sender()?;
        eventually(PATIENCE, || {
            sender.send(&frame)?;
            eventually(ROUND, || Ok(socket.recv(&mut [0; 64]).is_ok()))
        })
    }
}
