//! A bridge with a driver on it.

use vifguard_driver::{Applied, Counters, Desired, Driver, Error, Scope, State};
use vifguard_lab::{Bridged, Capture, Netns, Tap};
use vifguard_nft::Nft;
use vifguard_policy::Policy;

/// One strict port, `web`, with 02:00:00:00:00:0a and 192.0.2.10 on `tap-web`.
pub(crate) const STRICT: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

pub(crate) mod policy {
    /// A further port, with an address from its MAC's last byte.
    pub(crate) fn port(name: &str, device: &str, mac: u8) -> String {
        format!(
            "  - {{ name: {name}, network: lan, device: {device}, mac: \"02:00:00:00:00:{mac:02x}\", \
             addresses: [192.0.2.{mac}] }}\n"
        )
    }

    /// A policy with these ports.
    pub(crate) fn of(ports: &str) -> String {
        let head = super::STRICT.split("ports:").next().unwrap();
        if ports.is_empty() {
            format!("{head}ports: []\n")
        } else {
            format!("{head}ports:\n{ports}")
        }
    }
}

pub(crate) struct Bed {
    pub(crate) host: Netns,
    pub(crate) driver: Nft,
    lab: Bridged,
    witness: Tap,
}

impl Bed {
    pub(crate) fn new(driver: Nft) -> Option<Bed> {
        if !vifguard_lab::available() {
            return None;
        }
        let lab = Bridged::new().unwrap();
        let witness = lab.tap("witness").unwrap();
        Some(Bed {
            host: lab.host.clone(),
            driver,
            lab,
            witness,
        })
    }

    pub(crate) fn in_host<T>(&self, run: impl FnOnce() -> T) -> T {
        self.host.run(run).unwrap()
    }

    pub(crate) fn plug(&self, device: &str) -> Tap {
        self.lab.tap(device).unwrap()
    }

    /// What the bridge sends to the witness.
    pub(crate) fn watch(&self) -> Capture {
        Capture::on(&self.host, self.witness.link().name()).unwrap()
    }

    pub(crate) fn try_apply(&mut self, text: &str) -> Result<Applied, Error> {
        let policy = Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}"));
        let desired = Desired::of(&policy);
        let host = self.host.clone();
        host.run(|| self.driver.apply(&desired)).unwrap()
    }

    pub(crate) fn apply(&mut self, text: &str) -> Applied {
        self.try_apply(text).unwrap()
    }

    pub(crate) fn state(&mut self) -> State {
        let host = self.host.clone();
        host.run(|| self.driver.observe()).unwrap().unwrap()
    }

    pub(crate) fn driver_removes(&mut self) {
        let host = self.host.clone();
        host.run(|| self.driver.remove(&Scope::All))
            .unwrap()
            .unwrap();
    }

    pub(crate) fn counters(&mut self) -> Counters {
        let host = self.host.clone();
        host.run(|| self.driver.counters()).unwrap().unwrap()
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
