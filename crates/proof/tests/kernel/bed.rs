use std::collections::BTreeMap;
use std::time::Duration;

use vifguard_driver::{Desired, Drift, Driver, PortCounters, Scope};
use vifguard_lab::{Bridged, Capture, GsoKind, Netns, Tap, TapOptions, VnetHeader};
use vifguard_netlink::nft::{Batch, Connection};
use vifguard_nft::{Nft, Snapshot};
use vifguard_policy::Policy;
use vifguard_proof::frame::Picture;
use vifguard_proof::nft::{Kind, prove};
use vifguard_proof::{Count, Difference, Fate, Outcome, Proof};
use vifguard_verdict::Reason;

/// One of everything that a port can own.
pub(crate) const WEB: &str = "version: 1
host: { guarded_interfaces: [\"tap-*\"] }
networks: [{ name: lan, kind: private }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\", \"2001:db8:5::/64\"]
    ethertypes: [0x88cc]
";
/// A port beside it, of another kind.
pub(crate) const FORWARDER: &str = "  - { name: fw, network: lan, device: tap-fw, mac: \"02:00:00:00:00:0b\", profile: forwarder, \
     addresses: [192.0.2.11, 203.0.113.0/24] }\n";
/// A port beside it, of the same kind.
pub(crate) const DB: &str = "  - { name: db, network: lan, device: tap-db, mac: \"02:00:00:00:00:0c\", \
     addresses: [192.0.2.12, 203.0.113.0/24] }\n";

const DEVICES: [&str; 4] = ["tap-web", "tap-fw", "tap-db", "tap-none"];
const PATIENCE: Duration = Duration::from_secs(5);

/// A bridge with a driver on it, and a witness who sees what passes.
pub(crate) struct Bed {
    pub(crate) host: Netns,
    pub(crate) driver: Nft,
    taps: BTreeMap<String, Tap>,
    _witness: Tap,
    watch: Capture,
}

impl Bed {
    pub(crate) fn new(driver: Nft) -> Option<Bed> {
        Bed::with(driver, &DEVICES)
    }

    /// With taps of these names.
    pub(crate) fn with(driver: Nft, devices: &[&str]) -> Option<Bed> {
        if !vifguard_lab::available() {
            return None;
        }
        let lab = Bridged::new().unwrap();
        let witness = lab.tap("witness").unwrap();
        let options = TapOptions {
            vnet_header: true,
            segments: false,
        };
        let mut taps = BTreeMap::new();
        for device in devices {
            let tap = lab.host.tap_with(device, options).unwrap();
            lab.attach(tap.link()).unwrap();
            tap.link().await_ready(PATIENCE).unwrap();
            taps.insert((*device).to_owned(), tap);
        }
        let watch = Capture::on(&lab.host, witness.link().name()).unwrap();
        Some(Bed {
            host: lab.host.clone(),
            driver,
            taps,
            _witness: witness,
            watch,
        })
    }

    pub(crate) fn apply(&mut self, desired: &Desired) {
        let host = self.host.clone();
        host.run(|| self.driver.apply(desired)).unwrap().unwrap();
    }

    pub(crate) fn prove(&self, desired: &Desired) -> Proof {
        let snapshot = self.host.run(Snapshot::read).unwrap().unwrap();
        prove(&snapshot, desired).unwrap()
    }

    /// What the driver itself says was changed.
    pub(crate) fn drift(&mut self) -> Vec<Drift> {
        let host = self.host.clone();
        host.run(|| self.driver.observe()).unwrap().unwrap().drift
    }

    pub(crate) fn harm(&self, harm: impl FnOnce(&mut Connection, &mut Batch)) {
        let harm = || {
            let mut kernel = Connection::open().unwrap();
            let mut batch = Batch::new();
            harm(&mut kernel, &mut batch);
            kernel.commit(batch.close()).unwrap();
        };
        self.host.run(harm).unwrap();
    }

    fn counters(&mut self, device: &str) -> PortCounters {
        let host = self.host.clone();
        host.run(|| self.driver.counters())
            .unwrap()
            .unwrap()
            .of(device)
    }

    /// Sends a frame, and sees what becomes of it.
    pub(crate) fn send(&mut self, device: &str, picture: &Picture) -> Outcome {
        let before = self.counters(device);
        self.watch.drain().unwrap();
        let tap = &self.taps[device];
        tap.write_with(header(picture), &picture.bytes).unwrap();
        let came = self.watch.drain().unwrap();
        assert_eq!(self.watch.lost().unwrap(), 0, "the observer lost frames");
        // A chain of segments is cut on its way to a tap that does not take it whole.
        let passed = came
            .iter()
            .any(|seen| picture.segments || seen.frame == picture.bytes);
        let after = self.counters(device);
        let counted = |of: fn(&PortCounters) -> &BTreeMap<Reason, u64>,
                       count: fn(Reason) -> Count| {
            let count_before = |reason: &Reason| of(&before).get(reason).copied().unwrap_or(0);
            let more = of(&after).iter().flat_map(move |(reason, count)| {
                let more = usize::try_from(count - count_before(reason)).unwrap();
                std::iter::repeat_n(*reason, more)
            });
            more.map(count).collect::<Vec<_>>()
        };
        let refused = counted(|counters| &counters.refused, Count::Refused);
        let audited = counted(|counters| &counters.audited, Count::Audited);
        Outcome {
            fate: if passed { Fate::Pass } else { Fate::Drop },
            counted: [refused, audited].concat(),
        }
    }

    /// Every frame that is shown meets the fate that is said.
    pub(crate) fn confirm(&mut self, name: &str, differences: &[Difference]) {
        for difference in differences {
            let device = &difference.whose.device;
            // These taps are in a bridge, and have no way past ingress.
            let elsewhere = difference.unjudged || difference.unbridged;
            if elsewhere || !self.taps.contains_key(device) {
                continue;
            }
            let seen = self.send(device, &difference.picture);
            assert_eq!(
                seen,
                difference.kernel,
                "{name}: {} from {device}",
                difference.picture.hex()
            );
        }
    }

    /// Nothing is in force.
    pub(crate) fn release(&mut self) {
        let host = self.host.clone();
        host.run(|| self.driver.remove(&Scope::All))
            .unwrap()
            .unwrap();
    }

    /// Puts a policy in force where nothing is: each port is then judged by its first edition.
    fn afresh(&mut self, policy: &str) -> Desired {
        self.release();
        let desired = desired(policy);
        self.apply(&desired);
        desired
    }

    /// Harms what is in force; the proof finds it, shows a frame, and the kernel does with the frame what
    /// is said.
    pub(crate) fn finds(
        &mut self,
        name: &str,
        policy: &str,
        expected: (&str, Kind),
        harm: impl FnOnce(&mut Connection, &mut Batch),
    ) {
        let desired = self.afresh(policy);
        self.harm(harm);
        let proof = self.prove(&desired);
        let (device, kind) = expected;
        let found = proof
            .differences
            .iter()
            .find(|found| found.whose.device == device);
        let found = found.unwrap_or_else(|| panic!("{name}: not found: {proof:#?}"));
        assert_eq!(found.kind, kind, "{name}: {found:#?}");
        println!(
            "{name}: {} {}: {}",
            found.kernel,
            found.picture.bytes.len(),
            found.picture.hex()
        );
        self.confirm(name, &proof.differences);
    }

    /// Changes what makes no difference.
    pub(crate) fn finds_nothing(
        &mut self,
        name: &str,
        policy: &str,
        change: impl FnOnce(&mut Connection, &mut Batch),
    ) {
        let desired = self.afresh(policy);
        self.harm(change);
        let proof = self.prove(&desired);
        assert!(proof.is_equal(), "{name}: {proof:#?}");
        assert_eq!(proof.ports, desired.ports.len());
    }
}

/// Segments of one byte: a TCP frame of any length is a chain of them.
fn header(picture: &Picture) -> VnetHeader {
    if !picture.segments {
        return VnetHeader::default();
    }
    let ipv4 = picture.bytes[14] >> 4 == 4;
    let (kind, len) = if ipv4 {
        (GsoKind::Tcp4, 20)
    } else {
        (GsoKind::Tcp6, 40)
    };
    VnetHeader::tcp(kind, len, 1)
}

pub(crate) fn desired(text: &str) -> Desired {
    Desired::of(&Policy::parse(text, "test").unwrap_or_else(|errors| panic!("{errors}")))
}
