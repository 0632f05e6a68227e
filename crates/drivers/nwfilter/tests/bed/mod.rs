//! A libvirtd with a driver on it.

#![allow(dead_code, reason = "each test file uses its part")]

use vifguard_conformance::Place;
use vifguard_driver::{Applied, Counters, Desired, Driver, Error, State};
use vifguard_lab::Tap;
use vifguard_lab::libvirt::Libvirtd;
use vifguard_nwfilter::{Nwfilter, Options};
use vifguard_policy::Policy;

/// One strict port, `web`, with 02:00:00:00:00:0a and 192.0.2.10 on `tap-web`.
pub(crate) const STRICT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

/// The same, and `db` with the next MAC and address on `tap-db`.
pub(crate) const PORTS: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
  - { name: db, network: lan, device: tap-db, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";

pub(crate) fn options(libvirtd: &Libvirtd) -> Options {
    Options {
        uri: Some(libvirtd.uri()),
        ..Options::default()
    }
}

pub(crate) fn policy(text: &str) -> Policy {
    Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) fn desired(text: &str) -> Desired {
    Desired::of(&policy(text))
}

pub(crate) struct Bed {
    pub(crate) libvirtd: Libvirtd,
    pub(crate) driver: Nwfilter,
}

impl Bed {
    pub(crate) fn new() -> Option<Bed> {
        if !vifguard_lab::libvirt::available() {
            return None;
        }
        let libvirtd = Libvirtd::new().unwrap();
        let driver = Nwfilter::new(options(&libvirtd));
        Some(Bed { libvirtd, driver })
    }

    pub(crate) fn place(&self) -> Place {
        Place::Libvirt(self.libvirtd.clone())
    }

    pub(crate) fn plug(&self, device: &str) -> Tap {
        self.libvirtd.bridged().tap(device).unwrap()
    }

    /// Sends frames in turn, and says which of them come out at the other tap.
    pub(crate) fn arrived<const N: usize>(
        &self,
        to: &Tap,
        from: &Tap,
        frames: &[&Vec<u8>; N],
    ) -> [bool; N] {
        to.drain().unwrap();
        for frame in frames {
            from.write(frame).unwrap();
        }
        // The kernel hands them on in the call that writes them.
        let mut seen = Vec::new();
        while let Some(frame) = to.read(std::time::Duration::ZERO).unwrap() {
            seen.push(frame);
        }
        frames.map(|frame| seen.contains(frame))
    }

    pub(crate) fn inside<T>(&mut self, work: impl FnOnce(&mut Nwfilter) -> T) -> T {
        let host = self.libvirtd.host().clone();
        host.run(|| work(&mut self.driver)).unwrap()
    }

    pub(crate) fn try_apply(&mut self, text: &str) -> Result<Applied, Error> {
        let wanted = desired(text);
        self.inside(|driver| driver.apply(&wanted))
    }

    pub(crate) fn apply(&mut self, text: &str) -> Applied {
        self.try_apply(text)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn state(&mut self) -> State {
        self.inside(|driver| driver.observe().unwrap())
    }

    pub(crate) fn counters(&mut self) -> Counters {
        self.inside(|driver| driver.counters().unwrap())
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
