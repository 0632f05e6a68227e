use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::AddressOptions;
use crate::capture::Capture;
use crate::error::Result;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;
use crate::sender::RawSender;
use crate::veth::Veth;
use crate::wait::wait_until;

/// The name of a guest's network device.
const NIC: &str = "eth0";

/// How a guest's stack makes sure that nobody else has its IPv6 addresses (RFC 4862).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dad {
    /// As the kernel does it: one to two seconds.
    #[default]
    Kernel,
    /// The same frames, without the random delay and with 20 ms for an answer.
    Quick,
    /// Addresses are used while detection is under way (RFC 4429).
    Optimistic,
    /// None. The link-local, which the kernel makes by itself, is ready a moment after the carrier.
    Off,
}

impl Dad {
    /// What to write below net.ipv6 before the device comes up.
    fn settings(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Dad::Kernel => &[],
            Dad::Quick => &[
                ("ipv6/conf", "router_solicitation_delay", "0"),
                ("ipv6/neigh", "retrans_time_ms", "20"),
            ],
            Dad::Optimistic => &[
                ("ipv6/conf", "optimistic_dad", "1"),
                ("ipv6/conf", "use_optimistic", "1"),
            ],
            Dad::Off => &[
                ("ipv6/conf", "accept_dad", "0"),
                ("ipv6/conf", "dad_transmits", "0"),
            ],
        }
    }
}

/// What a guest is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSpec {
    port: String,
    mac: Mac,
    addresses: Vec<IpNet>,
    gateways: Vec<IpAddr>,
    dad: Dad,
    silent: bool,
}

impl GuestSpec {
    /// A guest whose port on the host has this name.
    pub fn new(port: &str, mac: Mac) -> Self {
        Self {
            port: port.to_owned(),
            mac,
            addresses: Vec::new(),
            gateways: Vec::new(),
            dad: Dad::Kernel,
            silent: false,
        }
    }

    /// With one more address.
    #[must_use]
    pub fn address(mut self, net: IpNet) -> Self {
        self.addresses.push(net);
        self
    }

    /// With a default route; one for each family.
    #[must_use]
    pub fn gateway(mut self, via: IpAddr) -> Self {
        self.gateways.push(via);
        self
    }

    /// With this kind of duplicate address detection.
    #[must_use]
    pub fn dad(mut self, dad: Dad) -> Self {
        self.dad = dad;
        self
    }

    /// Without IPv6, and so without a frame that nobody asked for: a stack with it sends multicast reports
    /// and solicitations for seconds, and each of them refreshes the bridge's entry for it.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Makes the guest and joins it to the host. Its port is still down: put it where it belongs, then [`Guest::plug`].
    pub fn build(&self, host: &Netns) -> Result<Guest> {
        let netns = Netns::new(&self.port)?;
        let pair = host.veth_with(
            &self.port,
            Some(port_mac(self.mac)),
            &netns,
            NIC,
            Some(self.mac),
        )?;
        let Veth {
            here: port,
            there: nic,
        } = pair;
        for (family, key, value) in self.dad.settings() {
            nic.sysctl(family, key, value)?;
        }
        if self.silent {
            nic.silence()?;
        }
        let options = AddressOptions {
            nodad: self.dad == Dad::Off,
            optimistic: self.dad == Dad::Optimistic,
        };
        for net in &self.addresses {
            nic.add_address_with(*net, options)?;
        }
        nic.up()?;
        for via in &self.gateways {
            nic.add_default_route(*via)?;
        }
        Ok(Guest {
            netns,
            port,
            nic,
            mac: self.mac,
        })
    }

    /// Makes the guest and plugs it in.
    pub fn boot(&self, host: &Netns) -> Result<Guest> {
        let guest = self.build(host)?;
        guest.plug()?;
        Ok(guest)
    }
}

/// What libvirt gives the host's end: high, so that a bridge does not take it as its own address.
fn port_mac(mac: Mac) -> Mac {
    let [_, b, c, d, e, f] = mac;
    [0xfe, b, c, d, e, f]
}

/// A guest: a real Linux stack in a namespace of its own, with one network device.
#[derive(Clone, Debug)]
pub struct Guest {
    netns: Netns,
    port: Link,
    nic: Link,
    mac: Mac,
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
        let mut spec = GuestSpec::new(port, mac);
        spec.addresses.extend_from_slice(addresses);
        spec.gateways.extend(gateway);
        spec.boot(host)
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

    /// Brings the port up: the guest gets a carrier.
    pub fn plug(&self) -> Result<()> {
        self.port.up()
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

    /// Waits until no address is tentative any more, and says whether that came to pass and none had failed.
    pub fn settled(&self, patience: std::time::Duration) -> bool {
        let done = || {
            self.nic
                .addresses()
                .is_ok_and(|all| all.iter().all(|a| !a.tentative || a.dad_failed))
        };
        wait_until(patience, done)
            && self
                .nic
                .addresses()
                .is_ok_and(|all| all.iter().all(|a| !a.dad_failed))
    }
}
