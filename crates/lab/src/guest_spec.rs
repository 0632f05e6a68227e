use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::AddressOptions;
use crate::dad::Dad;
use crate::error::Result;
use crate::guest::{Guest, NIC};
use crate::mac::Mac;
use crate::netns::Netns;
use crate::veth::Veth;

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
        nic.set_dad(self.dad)?;
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
            dad: self.dad,
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
