//! A switch with a driver on it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::time::Duration;

use vifguard_conformance::Place;
use vifguard_driver::{Applied, Counters, Desired, Driver, Error, State};
use vifguard_lab::ovs::Switch;
use vifguard_lab::{Tap, TapOptions};
use vifguard_ovs::{Options, Ovs};
use vifguard_policy::Policy;

/// One strict port, `web`, with 02:00:00:00:00:0a and 192.0.2.10 on `tap-web`.
pub(crate) const STRICT: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

/// The same, and `db` with the next MAC and address on `tap-db`.
pub(crate) const PORTS: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: lan, device: tap-db, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";

pub(crate) fn options(switch: &Switch) -> Options {
    Options {
        rundir: Some(switch.rundir().to_owned()),
        bridge: Switch::BRIDGE.to_owned(),
        ..Options::default()
    }
}

pub(crate) fn desired(text: &str) -> Desired {
    Desired::of(&Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

pub(crate) struct Bed {
    pub(crate) switch: Switch,
    pub(crate) driver: Ovs,
}

impl Bed {
    pub(crate) fn new() -> Option<Bed> {
        if !vifguard_lab::ovs::available() {
            return None;
        }
        let switch = Switch::new().unwrap();
        let driver = Ovs::new(options(&switch));
        Some(Bed { switch, driver })
    }

    pub(crate) fn place(&self) -> Place {
        Place::Switch(self.switch.clone())
    }

    pub(crate) fn plug(&self, device: &str) -> Tap {
        self.switch.tap(device, TapOptions::default()).unwrap()
    }

    /// An interface that nobody guards, on a bridge that forwards.
    pub(crate) fn uplink(&self) -> Tap {
        self.forward();
        self.plug("uplink")
    }

    pub(crate) fn forward(&self) {
        self.switch
            .ofctl("add-flow", &["table=0,priority=0,actions=NORMAL"])
            .unwrap();
    }

    /// Sends frames in turn, and says which of them come out at the uplink.
    pub(crate) fn arrived<const N: usize>(
        &self,
        uplink: &Tap,
        from: &Tap,
        frames: &[&Vec<u8>; N],
    ) -> [bool; N] {
        let arrived = self.arrived_soon(uplink, from, frames);
        assert!(arrived.contains(&true), "nothing at all came through");
        arrived
    }

    /// The same where it may be that none does.
    pub(crate) fn arrived_soon<const N: usize>(
        &self,
        uplink: &Tap,
        from: &Tap,
        frames: &[&Vec<u8>; N],
    ) -> [bool; N] {
        uplink.drain().unwrap();
        for frame in frames {
            from.write(frame).unwrap();
        }
        let mut seen = Vec::new();
        while let Some(frame) = uplink.read(Duration::from_millis(300)).unwrap() {
            seen.push(frame);
        }
        frames.map(|frame| seen.contains(frame))
    }

    pub(crate) fn try_apply(&mut self, text: &str) -> Result<Applied, Error> {
        self.driver.apply(&desired(text))
    }

    pub(crate) fn apply(&mut self, text: &str) -> Applied {
        self.try_apply(text)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn state(&mut self) -> State {
        self.driver.observe().unwrap()
    }

    pub(crate) fn counters(&mut self) -> Counters {
        self.driver.counters().unwrap()
    }
}

/// A gratuitous ARP request.
pub(crate) fn arp(mac: u8, ip: [u8; 4]) -> Vec<u8> {
    let mac = [2, 0, 0, 0, 0, mac];
    let mut frame = [
        &[0xff; 6][..],
        &mac,
        &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1],
        &mac,
        &ip,
    ]
    .concat();
    frame.extend([0; 6]);
    frame.extend(ip);
    frame
}
