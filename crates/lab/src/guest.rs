use std::io;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::capture::Capture;
use crate::dad::Dad;
use crate::error::Result;
use crate::guest_spec::GuestSpec;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;
use crate::sender::RawSender;

/// The name of a guest's network device.
pub(crate) const NIC: &str = "eth0";
/// How long the kernel may take to notice a cable; it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// A guest: a real Linux stack in a namespace of its own, with one network device.
#[derive(Clone, Debug)]
pub struct Guest {
    pub(crate) netns: Netns,
    pub(crate) port: Link,
    pub(crate) nic: Link,
    pub(crate) mac: Mac,
    pub(crate) dad: Dad,
}

impl Guest {
    /// A plugged-in guest: the name of its port on the host, its addresses and its default gateway.
    pub fn new(
        host: &Netns,
        port: &str,
        mac: Mac,
        addresses: &[IpNet],
        gateway: Option<IpAddr>,
    ) -> Result<Self> {
        let spec = addresses
            .iter()
            .fold(GuestSpec::new(port, mac), |spec, net| spec.address(*net));
        gateway
            .into_iter()
            .fold(spec, GuestSpec::gateway)
            .boot(host)
    }

    /// The guest's own namespace.
    pub fn netns(&self) -> &Netns {
        &self.netns
    }

    /// The host's end of its cable: the device that a guard is put on.
    pub fn port(&self) -> &Link {
        &self.port
    }

    /// The guest's `eth0`.
    pub fn nic(&self) -> &Link {
        &self.nic
    }

    /// The address that its device was made with.
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Brings the port up and waits until frames go both ways.
    pub fn plug(&self) -> Result<()> {
        self.port.up()?;
        self.port.await_ready(PATIENCE)?;
        self.nic.await_ready(PATIENCE)?;
        // Without detection the link-local is ready as soon as a work queue has run.
        if self.dad == Dad::Off && !self.settled(PATIENCE) {
            let source = io::Error::from(io::ErrorKind::TimedOut);
            return Err(self.netns.fail("settle its addresses", source));
        }
        Ok(())
    }

    /// Takes the cable away, and waits until it is gone; without it that happens some time after the drop.
    pub fn unplug(self) -> Result<()> {
        self.port.delete()
    }

    /// A sender of raw frames on `eth0`.
    pub fn sender(&self) -> Result<RawSender> {
        RawSender::on(&self.netns, NIC)
    }

    /// What `eth0` receives.
    pub fn capture(&self) -> Result<Capture> {
        Capture::incoming(&self.netns, NIC)
    }

    /// Waits until none of its addresses is tentative, and says whether that came to pass and none had failed.
    pub fn settled(&self, patience: Duration) -> bool {
        self.nic.settled(patience)
    }
}
